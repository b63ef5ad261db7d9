"""A child as the council's case system knows them: the other half of the case index (E1, E3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.likeness import Identity, keys
from mash_shared.clocks import Aggregate

KNOWN_PREFIX = "known-"
"""How the ids of these documents begin, beside contacts in one collection."""


class CaseStatus(StrEnum):
    """Whether somebody works with the child now."""

    OPEN = "open"
    CLOSED = "closed"


def known_id(council: str, case_ref: str) -> str:
    """Give the id under which the index keeps a case."""
    return f"{KNOWN_PREFIX}{council}-{case_ref}"


@dataclass(slots=True, kw_only=True)
class KnownCase(Aggregate):
    """One child's case as of the newest news of it."""

    case_ref: str = ""
    child: Identity | None = None
    status: CaseStatus | None = None
    worker: str | None = None
    team: str | None = None
    closed_at: datetime | None = None
    as_of: datetime | None = None
    look_wanted: bool = False
    found_by: tuple[str, ...] = ()

    def is_news(self, as_of: datetime) -> bool:
        """Whether something said at a time is newer than what is known."""
        return self.as_of is None or as_of > self.as_of

    def summarise(self) -> None:
        """Keep what the case is found by."""
        self.found_by = tuple(keys(self.child)) if self.child else ()
