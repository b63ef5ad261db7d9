"""A steady flow of contacts of every sort, for as long as something is being broken."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from threading import Event
from types import TracebackType
from typing import Any, Self

from support.hub import WITHIN, Hub, Play

LONG_AGO = timedelta(hours=30)
SORTS: tuple[dict[str, Any], ...] = (
    {"reach": "email"},
    {"reach": "telephone", "urgency": "amber"},
    {"reach": "email", "received_ago": LONG_AGO},
    {"reach": "telephone"},
    {"council": "redbridge", "children": 2, "urgency": "amber"},
)
"""Between them they lead to every kind of act, notice and clock."""


class Flow:
    """Sends a contact on its way each `every` seconds while entered; leaving it drains.

    `plays` are all that were sent. A contact that does not come through raises at the end.
    """

    def __init__(self, hub: Hub, *, every: float, within: float = WITHIN) -> None:
        self.plays: list[Play] = []
        self._hub, self._every, self._within = hub, every, within
        self._stopping = Event()

    def __enter__(self) -> Self:
        self._playing = self._hub.start(self._endless(), every=self._every, within=self._within)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._playing.result()

    def _endless(self) -> Iterator[Play]:
        for sort in cycle(SORTS):
            if self._stopping.is_set():
                return
            self.plays.append(Play(**sort))
            yield self.plays[-1]
