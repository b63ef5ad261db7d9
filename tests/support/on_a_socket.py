"""An API on a real socket, and whoever asks it byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import BaseModel

from mash_local.ports import free_ports
from mash_local.tokens import ISSUER, TokenIssuer
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.addresses import Network
from mash_shared.http.api import SignedIn, api, router
from mash_shared.http.often import Limits
from mash_shared.http.serving import served
from mash_shared.identity import Provider, Tokens
from mash_shared.plumbing.times import wall_clock
from mash_shared.testing import MemoryLines, memory_audit, packs

HOST = "127.0.0.1"
FIRST = ("POST /words HTTP/1.1", f"host: {HOST}", "content-type: application/json")
SOON = 30.0
"""Seconds in which what has to happen has surely happened, on a busy machine too."""


class Said(BaseModel):
    word: str


@dataclass
class Served:
    """An API on a real socket, somebody's token for it, and what it was told."""

    port: int
    issuer: TokenIssuer
    told: list[str]
    trail: MemoryLines

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def token(self) -> str:
        return self.token_of("p-1")

    def token_of(self, person: str, at: datetime | None = None) -> str:
        """Give the token that somebody was given at a time, which is now where none is said."""
        return self.issuer.token(
            person=person, roles=["operations"], council="havering", now=at or datetime.now(UTC)
        )

    @property
    def signed_in(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "content-type": "application/json"}

    def head(self, *lines: str) -> bytes:
        return "\r\n".join([*FIRST, *lines, "", ""]).encode()

    async def answer_to(self, *parts: bytes) -> bytes:
        """Send parts, and give all that comes until the other side has ended the connection."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(SOON):
            answer = await reader.read()
        await end(writer)
        return answer


async def end(writer: asyncio.StreamWriter) -> None:
    """Hang up."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _app(told: list[str], keys: Path, trail: MemoryLines, limits: Limits) -> Any:
    routes = router()

    @routes.post("/words")
    @access(Kind.ACT, Relation.NEW, None)
    async def hear(said: Said, _: SignedIn) -> dict[str, str]:
        told.append(said.word)
        return {}

    @routes.get("/words")
    @access(Kind.READ, Relation.COUNCIL, None)
    async def read(_: SignedIn) -> list[str]:
        return told

    tokens = Tokens([Provider.stand_in(keys, ISSUER)])
    return api("Words", "Hears words.", tokens, memory_audit(trail), limits, packs(), routes)


@asynccontextmanager
async def serving(
    folder: Path, limits: Limits | None = None, proxies: Sequence[Network] = ()
) -> AsyncIterator[Served]:
    """Serve words, as a service is served."""
    issuer, told, trail = TokenIssuer.create(folder), list[str](), MemoryLines()
    [port] = free_ports(1)
    usual = Limits.a_minute(300, 120, wall_clock)
    app = _app(told, issuer.public_keys, trail, limits or usual)
    server = uvicorn.Server(served(app, HOST, port, proxies))
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield Served(port, issuer, told, trail)
    finally:
        server.should_exit = server.force_exit = True
        await running
