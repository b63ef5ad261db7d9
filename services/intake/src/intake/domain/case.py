"""A child as the council's case system knows them: the other half of the case index (E1, E3)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from intake.domain.finding import keys
from intake.domain.likeness import Identity
from intake.domain.names import is_unborn
from intake.domain.newest import Newest
from mash_shared.doubts import Doubt, doubt, of_nhs_number, relied_on_birth

KNOWN_PREFIX = "known-"
"""How the ids of these documents begin, beside contacts in one collection."""


class CaseStatus(StrEnum):
    """Whether somebody works with the child now."""

    OPEN = "open"
    CLOSED = "closed"


def known_id(council: str, case_ref: str) -> str:
    """Give the id under which the index keeps a case."""
    return f"{KNOWN_PREFIX}{council}-{case_ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNews:
    """What the case system says of a case."""

    child: Identity
    status: CaseStatus
    worker: str | None = None
    team: str | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None


@dataclass(slots=True, kw_only=True)
class KnownCase(Newest):
    """One child's case as of the newest news of it.

    `number` counts the news. A case that was `merged_into` another is found under that one's
    number, so that nobody is lost while news of the other is on its way.
    """

    LOOKED_UP = "found_by"
    PLAIN = Newest.PLAIN | {"look_wanted": "yes or no, by which work is found"}

    case_ref: str = ""
    child: Identity | None = None
    status: CaseStatus | None = None
    worker: str | None = None
    team: str | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    number: int = 0
    look_wanted: bool = False
    found_by: tuple[str, ...] = ()

    def take(self, news: CaseNews, *, said_at: datetime, came_at: datetime) -> None:
        """Keep news unless it is older than what is known; a doubtful time bars no later news."""
        said = {one.name: getattr(news, one.name) for one in fields(CaseNews)}
        said["child"] = _relied_on(news.child, came_at)
        said["closed_at"] = news.closed_at and min(news.closed_at, came_at)
        is_new = self.put(said, said_at=said_at, came_at=came_at)
        self.number += is_new
        self.look_wanted = self.look_wanted or is_new

    def doubts(self) -> tuple[Doubt, ...]:
        """Give what may not be what was meant."""
        number = self.child.nhs_number if self.child else None
        found = {
            "occurred_at": self.doubted,
            "nhs_number": of_nhs_number(number) if number else None,
        }
        return tuple(doubt(field, code) for field, code in found.items() if code is not None)

    def summarise(self) -> None:
        """Keep what the case is found by; while it is news, also what it was found by before.

        So contacts that were matched with what it said before are looked for as well (E1).
        """
        own = (case_key(self.case_ref),) if self.case_ref else ()
        now = keys(self.child) if self.child else ()
        before = self.found_by if self.look_wanted else ()
        self.found_by = tuple(dict.fromkeys((*own, *now, *before)))


def case_key(case_ref: str) -> str:
    """Give what a case is found by where somebody was matched with it before."""
    return f"case:{case_ref}"


def _relied_on(child: Identity, at: datetime) -> Identity:
    unborn = is_unborn(child.full_name)
    born = relied_on_birth(child.date_of_birth, at, unborn=unborn)
    return replace(child, date_of_birth=born, unborn=unborn)
