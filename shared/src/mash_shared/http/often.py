"""How often one person may ask for something that a crowd of questions would misuse (S17)."""

from collections import deque
from datetime import datetime, timedelta

from mash_shared.act import Person
from mash_shared.plumbing.times import Now

WINDOW = timedelta(minutes=1)


class TooOftenError(Exception):
    """Somebody asked more often than is allowed; `str(error)` says how often that is.

    `seconds` is how long it takes until they may ask again.
    """

    def __init__(self, most: int, free_in: timedelta) -> None:
        super().__init__(f"Nobody may ask this more than {most} times a minute; ask again later.")
        self.seconds = max(1, -(-free_in // timedelta(seconds=1)))


class Often:
    """Counts what each person asks of this copy of a service, so many times a minute at the most.

    The council's staff are few, so that nobody is ever forgotten.
    """

    def __init__(self, most: int, now: Now) -> None:
        self._most = most
        self._now = now
        self._asked: dict[tuple[str, str], deque[datetime]] = {}

    def count(self, person: Person) -> None:
        """Count one question; raises `TooOftenError` instead where it is one too many."""
        asked = self._asked.setdefault((person.council, person.id), deque(maxlen=self._most))
        now = self._now()
        if len(asked) == self._most and timedelta() <= now - asked[0] < WINDOW:
            raise TooOftenError(self._most, asked[0] + WINDOW - now)
        asked.append(now)
