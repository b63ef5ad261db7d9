"""What goes wrong inside one step: a crash, an outage, a busy server, somebody else in between.

Every touch of the database, the broker or a relay is a point, counted within the step. A fault
names the point at which it happens, so that a story with its faults can be told again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import AutoReconnect

from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.faults import crash

Nested = Callable[[dict[str, Any]], Awaitable[None]]


class Crashed(BaseException):
    """A process died here; nothing of it may catch this."""


@dataclass
class Chance:
    """Counts the points of the step in hand and lets its faults happen."""

    nested: Nested | None = None
    _faults: dict[int, dict[str, Any]] = field(default_factory=dict)
    _point: int = 0
    _busy: list[dict[str, Any]] = field(default_factory=list)
    hit: dict[str, int] = field(default_factory=dict)
    """How often each kind of fault really happened; a run in which none did proves nothing."""

    def arm(self, faults: list[dict[str, Any]]) -> None:
        """Begin a step with these faults, `{"at": point, "do": kind, …}`."""
        self._faults = {fault["at"]: fault for fault in faults}
        self._point = 0
        self._busy.clear()
        crash.reach = self.reach  # type: ignore[method-assign]

    def disarm(self) -> None:
        """Let nothing happen any more."""
        self._faults = {}
        self._busy.clear()

    def refuse(self, many: int) -> Mapping[int, int]:
        """Say which of so many writes the server is too busy for, and with which code it says so.

        Others of the same bulk are written: what is said of one item is not said of all.
        """
        refused = {fault["item"] % many: fault["code"] for fault in self._busy}
        self._busy.clear()
        if refused:
            self._count("busy")
        return refused

    def reach(self, _: str) -> None:
        """Pass a named point of the code between two effects, where a process may die."""
        fault = self._next("crash")
        if fault is not None:
            raise Crashed

    async def database(self) -> None:
        """Pass a touch of the database."""
        await self._pass(AutoReconnect)

    async def broker(self) -> None:
        """Pass a touch of the broker."""
        await self._pass(BrokerUnavailableError)

    async def outside(self) -> None:
        """Pass a touch of the world outside."""
        await self._pass(None)

    async def _pass(self, away: type[Exception] | None) -> None:
        fault = self._next()
        if fault is None:
            return
        if fault["do"] == "crash":
            raise Crashed
        if fault["do"] == "away" and away is not None:
            raise away("away")
        if fault["do"] == "busy":
            self._busy.append(fault)
        if fault["do"] == "nested" and self.nested is not None:
            outer, point, busy = self._faults, self._point, self._busy
            try:
                for action in fault["actions"]:
                    self._faults, self._busy = {}, []
                    await self.nested(action)
            finally:
                self._faults, self._point, self._busy = outer, point, busy

    def _next(self, only: str | None = None) -> dict[str, Any] | None:
        self._point += 1
        fault = self._faults.get(self._point)
        if fault is None or (only is not None and fault["do"] != only):
            return None
        del self._faults[self._point]
        if fault["do"] != "busy":
            self._count(fault["do"])
        return fault

    def _count(self, kind: str) -> None:
        self.hit[kind] = self.hit.get(kind, 0) + 1
