"""What is said of each request to the audit trail while it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mash_shared.plumbing.logs import ours_or_hashed

MOST_IDS = 500
"""Ids in one line; no page shows more."""


@dataclass(slots=True)
class Noting:
    """What is noted of one request beside what its head says.

    `urgent` is an act on a red contact; `why` a code of the policy, never what somebody wrote.
    """

    urgent: bool = False
    why: str | None = None
    refusal: str | None = None
    traceparent: str | None = None
    _ids: dict[str, None] = field(default_factory=dict)

    def of(self, *ids: str) -> None:
        """Note of which cases the answer tells."""
        self._ids |= dict.fromkeys(map(ours_or_hashed, ids))

    @property
    def ids(self) -> tuple[str, ...]:
        """What was noted, each once; an id that is not of the hub's making as its hash."""
        return tuple(self._ids)[:MOST_IDS]


_noting: ContextVar[Noting | None] = ContextVar("noting", default=None)


def noting() -> Noting:
    """Give what is noted of the request that is being answered.

    Where none is, a page of its own that nobody reads.
    """
    return _noting.get() or Noting()


@contextmanager
def noted() -> Iterator[Noting]:
    """Begin to note what is said while a request is answered."""
    page = Noting()
    token = _noting.set(page)
    try:
        yield page
    finally:
        _noting.reset(token)
