"""Telling an outage, which is waited out, from a fault of one message, which is parked."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import OUTAGE

T = TypeVar("T")

_ALWAYS = (
    BrokerUnavailableError,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)
_ABOUT_THE_DOCUMENT = frozenset(
    {2, 9, 14, 15, 22, 28, 40, 52, 55, 56, 57, 66, 121, 10334, 11000, 17280, 17419, 17420}
)
"""Server codes that no waiting mends: bad value, wrong type, bad or twice named field, not valid,
not BSON, too large, a key that is taken. Every other one passes, or stops every document alike."""
LONGEST_WAIT = 30.0

log = get_logger()


def is_outage(error: BaseException) -> bool:
    """Whether an error says that database or broker cannot be used, rather than this one thing."""
    if isinstance(error, BulkWriteError):
        codes = {failure["code"] for failure in error.details.get("writeErrors", ())}
        return bool(error.details.get("writeConcernErrors") or codes - _ABOUT_THE_DOCUMENT)
    if isinstance(error, OperationFailure):
        return error.code not in _ABOUT_THE_DOCUMENT
    return isinstance(error, _ALWAYS)


class Outages:
    """Which doors of a process wait for database or broker; readiness is red while any does.

    There is one in a process: what succeeds first at one door wakes all the others.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Outage] = {}
        self._back = asyncio.Event()
        self._seen_at = -math.inf

    @property
    def is_out(self) -> bool:
        """Whether any door waits."""
        return bool(self._waiting)

    def seen_within(self, seconds: float) -> bool:
        """Whether any door had to wait in the last so many seconds."""
        return asyncio.get_running_loop().time() - self._seen_at <= seconds

    async def outlast(self, door: str, step: Callable[[], Awaitable[T]]) -> T:
        """Run a step; on an outage wait (0.2 s, doubling up to 30 s) and run it again.

        Nothing is parked and nothing spins while an outage lasts, and it is logged as two lines,
        its begin and its end. Other errors are raised.
        """
        wait = 0.2
        try:
            while True:
                try:
                    done = await step()
                except (PyMongoError, BrokerUnavailableError) as error:
                    if not is_outage(error):
                        raise
                    self._tried(door, error)
                else:
                    self._succeeded(door)
                    return done
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._back.wait()
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self._ended(door)

    def _tried(self, door: str, error: Exception) -> None:
        self._seen_at = asyncio.get_running_loop().time()
        self._back.clear()
        if door not in self._waiting:
            OUTAGE.labels(door).set(1)
            log.warning(
                "outage", door=door, error_type=type(error).__name__, where=where_raised(error)
            )
        outage = self._waiting.setdefault(door, _Outage(self._seen_at))
        outage.tries += 1

    def _succeeded(self, door: str) -> None:
        if door in self._waiting:
            self._back.set()

    def _ended(self, door: str) -> None:
        outage = self._waiting.pop(door, None)
        if outage is not None:
            OUTAGE.labels(door).set(0)
            seconds = asyncio.get_running_loop().time() - outage.since
            log.warning("outage_over", door=door, count=outage.tries, seconds=round(seconds, 1))


@dataclass(slots=True)
class _Outage:
    since: float
    tries: int = 0
