"""HTTP whose heads come whole, in time and in bounds, or not at all (S14)."""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_WITHIN = 10.0
"""Seconds in which the head of a request has to come whole, the first one after connecting."""
LARGEST_HEAD = 64 * 1024
"""Bytes."""


class GuardedProtocol(HttpToolsProtocol):
    """Ends a connection whose next head is too slow or too large; uvicorn waits for ever."""

    _head_by: asyncio.TimerHandle | None = None
    _head_size = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is not whole by the largest size is refused with 431."""
        super().data_received(data)
        if self._head_by is not None:
            self._head_size += len(data)
            if self._head_size > LARGEST_HEAD and not self.transport.is_closing():
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Wait for the head of a later request as well."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Wait no longer: the head is whole."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer: nobody is there."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head_by is None:
            self._head_size = 0
            self._head_by = self.loop.call_later(
                HEAD_WITHIN, self._refuse, HTTPStatus.REQUEST_TIMEOUT
            )

    def _stop_waiting(self) -> None:
        if self._head_by is not None:
            self._head_by.cancel()
            self._head_by = None

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_waiting()
        rest = b"content-length: 0\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + rest)
        self.transport.close()
