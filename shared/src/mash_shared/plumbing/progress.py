"""Whether a lane moves: how long it has stood over the same work."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Record = TypeVar("Record")

STILL = 60.0
"""Seconds over one piece of work after which a lane counts as standing still."""


class Progress:
    """Watches one lane: since when it holds a batch, and since when something lies unread."""

    def __init__(self) -> None:
        self._holding_since: float | None = None
        self._unread_since: float | None = None
        self._in_hand = False
        self._portion: int | None = None
        self._culprit, self._tries = "", 0

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Say that a batch is in hand; that it ends, however, is progress only if it settles."""
        if self._holding_since is None:
            self._holding_since = asyncio.get_running_loop().time()
        self._in_hand = True
        try:
            yield
        finally:
            self._in_hand = False
        self._holding_since = self._unread_since = self._portion = None

    def portions(self, records: Sequence[Record]) -> Iterator[Sequence[Record]]:
        """Give a batch in the portions that are taken at once: smaller after it was too slow."""
        size = self._portion or len(records)
        for first in range(0, len(records), size):
            yield records[first : first + size]

    def halve(self, many: int) -> None:
        """Take less at once from now on: so many records were not done in time.

        The batch that is given back is halved from time to time, until the culprit is alone.
        """
        self._portion = many // 2

    def tried(self, place: str) -> int:
        """Count how often the record at a place has failed alone, in a row."""
        self._tries = self._tries + 1 if place == self._culprit else 1
        self._culprit = place
        return self._tries

    def note_unread(self, *, unread: bool) -> None:
        """Note whether records lie there that nobody has taken in hand.

        Where none do, a batch that was given back is now another copy's.
        """
        if not unread:
            self._unread_since = None
            if not self._in_hand:
                self._holding_since = None
        elif self._unread_since is None:
            self._unread_since = asyncio.get_running_loop().time()

    @property
    def moves(self) -> bool:
        """Whether it has not stood still for too long."""
        return self.stood_still() < STILL

    def stood_still(self) -> float:
        """Give for how many seconds the lane has stood still; 0 where nothing waits."""
        since = [at for at in (self._holding_since, self._unread_since) if at is not None]
        return asyncio.get_running_loop().time() - min(since) if since else 0.0
