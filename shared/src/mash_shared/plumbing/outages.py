"""Telling an outage, which is waited out, from a fault of one message, which is parked."""

import asyncio
from collections.abc import Awaitable, Callable
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

from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import OUTAGE
from mash_shared.plumbing.producer import BrokerUnavailableError

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
_ABOUT_THE_DOCUMENT = frozenset({2, 9, 22, 10334, 17280, 17419, 17420})
"""Server codes of a command that is itself wrong: bad value, not parsed, not BSON, too large."""
_NOT_ABOUT_THE_DOCUMENT = frozenset({13, 91, 189, 10107, 11600, 11602, 13435, 14031})
"""Server codes of a write that no document could survive: rights, shutdown, step-down, disk."""
LONGEST_WAIT = 30.0

log = get_logger()


def is_outage(error: BaseException) -> bool:
    """Whether an error says that database or broker cannot be used, rather than this one thing."""
    if isinstance(error, BulkWriteError):
        codes = {failure["code"] for failure in error.details.get("writeErrors", ())}
        return bool(error.details.get("writeConcernErrors") or codes & _NOT_ABOUT_THE_DOCUMENT)
    if isinstance(error, OperationFailure):
        # a whole command refused (signing in, rights, disk) says nothing of any one message
        return error.code not in _ABOUT_THE_DOCUMENT
    return isinstance(error, _ALWAYS)


class Outages:
    """Which doors are waiting for database or broker; readiness is red while any is."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()

    @property
    def is_out(self) -> bool:
        """Whether any door waits."""
        return bool(self._waiting)

    async def outlast(self, door: str, step: Callable[[], Awaitable[T]]) -> T:
        """Run a step; on an outage wait (0.2 s, doubling up to 30 s) and run it again.

        Nothing is parked and nothing spins while an outage lasts. Other errors are raised.
        """
        wait = 0.2
        try:
            while True:
                try:
                    return await step()
                except (PyMongoError, BrokerUnavailableError) as error:
                    if not is_outage(error):
                        raise
                    self._began(door, error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self._waiting.discard(door)
            OUTAGE.labels(door).set(0)

    def _began(self, door: str, error: Exception) -> None:
        self._waiting.add(door)
        OUTAGE.labels(door).set(1)
        log.warning("outage", door=door, error_type=type(error).__name__, where=where_raised(error))
