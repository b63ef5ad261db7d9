"""A keep-alive HTTP client that costs little, for its cost is taken from what is measured."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Connection(asyncio.Protocol):
    """One connection with at most one request under way; reads answers that state their length."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._read = b""

    @property
    def usable(self) -> bool:
        """Whether another request may go out on it."""
        return self.transport is not None and not self.transport.is_closing()

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send one request; give its status and body."""
        assert self.transport is not None
        self._read = b""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Complete the answer as soon as all of it is there."""
        self._read += data
        head_length = self._read.find(_END_OF_HEAD)
        if head_length < 0 or self._answer is None:
            return
        head = self._read[:head_length].lower()
        place = head.find(_LENGTH)
        length = int(head[place + len(_LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        body = self._read[head_length + len(_END_OF_HEAD) :]
        if len(body) >= length and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request under way."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())


class Client:
    """Posts JSON to one service over a few connections."""

    def __init__(self, address: str, connections: int) -> None:
        split = urlsplit(address)
        self._host, self._port = split.hostname or "127.0.0.1", split.port or 80
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for _ in range(connections):
            self._free.put_nowait(Connection())

    async def post(self, path: str, *, token: str, key: str, body: bytes) -> tuple[int, bytes]:
        """Post under an idempotency key; asks once more where a kept connection had been closed."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        request = head.encode() + body
        connection = await self._free.get()
        try:
            try:
                return await (await self._opened(connection)).ask(request)
            except ConnectionError:
                return await (await self._opened(connection)).ask(request)
        finally:
            self._free.put_nowait(connection)

    async def _opened(self, connection: Connection) -> Connection:
        if not connection.usable:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: connection, self._host, self._port)
        return connection
