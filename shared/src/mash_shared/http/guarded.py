"""HTTP whose heads come whole, in time and in bounds, or not at all (S14, S17)."""

import asyncio
from collections.abc import Collection
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mash_shared.http.addresses import Network, neighbourhood

HEAD_WITHIN = 10.0
"""Seconds in which the head of a request has to come whole, the first one after connecting."""
LARGEST_HEAD = 64 * 1024
"""Bytes."""
MOST_WAITING = 500
"""Connections of one address whose heads are waited for; a council's whole staff may have one."""


class Waits(Protocol):
    """Somebody whose head has not come yet."""

    def give_way(self) -> None:
        """End it, for others came."""


class Crowd:
    """Those whose heads are waited for, so many of each address at the most.

    Where one more comes it is let in, and the one that has waited longest gives way: whoever
    really asks has asked in a moment, whatever else comes from the same address. The proxies'
    connections are everybody's, and are not counted.
    """

    def __init__(self, proxies: Collection[Network] = ()) -> None:
        self._proxies = proxies
        self._waiting: dict[str, dict[Waits, None]] = {}

    def join(self, one: Waits, host: str | None) -> None:
        """Wait for the head of one more."""
        if host and any(ip_address(host) in network for network in self._proxies):
            return
        waiting = self._waiting.setdefault(neighbourhood(host), {})
        waiting[one] = None
        if len(waiting) > MOST_WAITING:
            next(iter(waiting)).give_way()

    def leave(self, one: Waits, host: str | None) -> None:
        """Wait for one no longer."""
        where = neighbourhood(host)
        waiting = self._waiting.get(where, {})
        waiting.pop(one, None)
        if not waiting:
            self._waiting.pop(where, None)


class GuardedProtocol(HttpToolsProtocol):
    """Ends a connection whose next head is too slow or too large; uvicorn waits for ever.

    Of a server that speaks it `functools.partial` names the `crowd`.
    """

    _head_by: asyncio.TimerHandle | None = None
    _head_size = 0

    def __init__(self, *args: Any, crowd: Crowd, **more: Any) -> None:
        super().__init__(*args, **more)
        self._crowd = crowd

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

    def give_way(self) -> None:
        """End a connection that has waited longest, where too many of its address wait."""
        self._refuse(HTTPStatus.TOO_MANY_REQUESTS)

    def _await_head(self) -> None:
        if self._head_by is None:
            self._head_size = 0
            self._head_by = self.loop.call_later(
                HEAD_WITHIN, self._refuse, HTTPStatus.REQUEST_TIMEOUT
            )
            self._crowd.join(self, self._host)

    def _stop_waiting(self) -> None:
        if self._head_by is not None:
            self._head_by.cancel()
            self._head_by = None
            self._crowd.leave(self, self._host)

    @property
    def _host(self) -> str | None:
        return self.client[0] if self.client else None

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_waiting()
        rest = b"content-length: 0\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + rest)
        self.transport.close()
