"""Strangers, and connections that never come to an end, on a real socket (S10, S14)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import BaseModel

from mash_local.ports import free_ports
from mash_local.tokens import ISSUER, TokenIssuer
from mash_shared.http import edge, guarded
from mash_shared.http.api import SignedIn, api, router
from mash_shared.http.guarded import GuardedProtocol
from mash_shared.identity import Provider, Tokens
from mash_shared.testing import memory_audit

HOST = "127.0.0.1"
FIRST = ("POST /words HTTP/1.1", f"host: {HOST}", "content-type: application/json")
SOON = 30.0
"""Seconds in which what has to happen has surely happened, on a busy machine too."""
CAREFUL = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Said(BaseModel):
    word: str


@dataclass
class Served:
    """An API on a real socket, somebody's token for it, and what it was told."""

    port: int
    token: str
    told: list[str]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

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
        await _end(writer)
        return answer


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _app(told: list[str], keys: Path) -> Any:
    routes = router()

    @routes.post("/words")
    async def hear(said: Said, _: SignedIn) -> dict[str, str]:
        told.append(said.word)
        return {}

    return api(
        "Words", "Hears words.", Tokens([Provider.stand_in(keys, ISSUER)]), memory_audit(), routes
    )


@asynccontextmanager
async def _serving(app: Any, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, host=HOST, port=port, http=GuardedProtocol, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    issuer, told = TokenIssuer.create(tmp_path), list[str]()
    now = datetime.now(UTC)
    token = issuer.token(person="p-1", roles=["operations"], council="havering", now=now)
    [port] = free_ports(1)
    async with _serving(_app(told, issuer.public_keys), port):
        yield Served(port, token, told)


def _signed_in(served: Served, *lines: str) -> bytes:
    return served.head(f"authorization: Bearer {served.token}", *lines)


BODY = b'{"word": "quince"}'


@pytest.mark.rule("S10")
async def test_a_stranger_is_turned_away_before_the_body_has_come(served: Served) -> None:
    answer = await served.answer_to(served.head("content-length: 1000000"))
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert served.told == []


@pytest.mark.rule("S10")
@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/words", "/nothing"])
async def test_nothing_is_there_for_strangers(served: Served, path: str) -> None:
    async with httpx.AsyncClient(base_url=served.url) as client:
        assert (await client.get(path)).status_code == 401


async def test_the_description_is_for_whoever_is_signed_in_and_loads_from_nowhere(
    served: Served,
) -> None:
    async with httpx.AsyncClient(base_url=served.url, headers=served.signed_in) as client:
        described, page = await client.get("/openapi.json"), await client.get("/docs")
    assert (described.status_code, page.status_code) == (200, 404)


async def test_every_answer_is_kept_nowhere_and_taken_for_nothing_else(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url) as client:
        answers = [
            await client.post("/words", content=BODY, headers=headers)
            for headers in ({}, served.signed_in)
        ]
        answers += [
            await client.get("/nothing", headers=served.signed_in),
            await client.post("/words", content=b"{}", headers=served.signed_in),
        ]
    assert [answer.status_code for answer in answers] == [401, 200, 404, 422]
    for answer in answers:
        assert CAREFUL.items() <= dict(answer.headers).items()


@pytest.mark.rule("S14")
@pytest.mark.parametrize("begun", [b"", b"POST /words HTTP/1.1\r\nhost: h\r\n"])
async def test_a_head_that_does_not_come_whole_is_waited_for_so_long(
    served: Served, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "HEAD_WITHIN", 0.2)
    assert (await served.answer_to(begun)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.rule("S14")
async def test_a_later_head_of_a_connection_is_waited_for_as_long(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _signed_in(served, f"content-length: {len(BODY)}") + BODY
    reader, writer = await asyncio.open_connection(HOST, served.port)
    writer.write(first)
    await reader.readuntil(b"\r\n\r\n{}")
    monkeypatch.setattr(guarded, "HEAD_WITHIN", 0.2)
    writer.write(b"POST /words HTTP/1.1\r\n")
    async with asyncio.timeout(SOON):
        rest = await reader.read()
    await _end(writer)
    assert rest.startswith(b"HTTP/1.1 408 ")


@pytest.mark.rule("S14")
async def test_a_head_without_end_is_refused(served: Served) -> None:
    line = b"x-word: " + b"a" * 8000 + b"\r\n"
    answer = await served.answer_to(b"POST /words HTTP/1.1\r\n", *[line] * 9)
    assert answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.rule("S14")
async def test_a_body_that_does_not_come_whole_is_waited_for_so_long(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_WITHIN", 0.2)
    head = _signed_in(served, f"content-length: {len(BODY)}", "connection: close")
    answer = await served.answer_to(head, BODY[:5])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not come within" in answer
    assert served.told == []


async def test_what_comes_slowly_and_whole_is_taken(served: Served) -> None:
    head = _signed_in(served, f"content-length: {len(BODY)}", "connection: close")
    answer = await served.answer_to(head[:30], head[30:], BODY[:5], BODY[5:])
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert served.told == ["quince"]
