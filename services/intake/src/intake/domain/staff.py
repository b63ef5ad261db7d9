"""Somebody of the council's staff, as its directory has them (E3, F6, F7, J4, A18)."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from intake.domain.newest import Newest
from mash_shared.act import StaffMember, team_key
from mash_shared.vocabulary import Role

STAFF_PREFIX = "staff-"
"""How the ids of these documents begin, beside contacts in one collection."""


def staff_key(council: str, staff_id: str) -> str:
    """Give the id under which somebody is kept; no council's name has a colon."""
    return f"{STAFF_PREFIX}{council}:{staff_id}"


def team_keys(teams: Iterable[str]) -> Iterator[str]:
    """Give what those are found by who are of these teams."""
    yield from (f"team:{team_key(team)}" for team in teams)


@dataclass(slots=True, kw_only=True)
class KnownStaff(Newest):
    """One member of staff as of the newest news of them.

    `number` counts the news. With `staff_news`, and when `changes_at` has come, at which they begin
    or end to work here, those who work with them are to hear of it (F6, F7).
    """

    LOOKED_UP = "found_by"
    PLAIN = Newest.PLAIN | {
        "staff_news": "yes or no, by which work is found",
        "changes_at": "a time, by which work is found",
    }

    staff_id: str = ""
    display_name: str | None = None
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    agency: str | None = None
    registration_number: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    found_by: tuple[str, ...] = ()
    number: int = 0
    staff_news: bool = False
    changes_at: datetime | None = None

    def take(self, news: StaffMember, *, said_at: datetime, came_at: datetime) -> None:
        """Keep news unless it is older than what is known; a doubtful time bars no later news."""
        said = asdict(news)
        self.staff_id = said.pop("id")
        said["roles"] = tuple(sorted(news.roles))
        said["teams"] = tuple(sorted(news.teams))
        is_new = self.put(said, said_at=said_at, came_at=came_at)
        self.number += is_new
        self.staff_news = self.staff_news or is_new
        self.changes_at = self._next_change(came_at)

    def be_followed(self, number: int, at: datetime) -> None:
        """Note that everything follows what held at a time, by so many news."""
        self.staff_news = self.staff_news and self.number != number
        self.changes_at = self._next_change(at)

    def _next_change(self, at: datetime) -> datetime | None:
        """Give when they next begin or end to work here."""
        to_come = [one for one in (self.since, self.until) if one is not None and one > at]
        return min(to_come, default=None)

    def summarise(self) -> None:
        """Keep what they are found by: the teams they are of (E3)."""
        self.found_by = tuple(dict.fromkeys(team_keys(self.teams)))

    @property
    def member(self) -> StaffMember:
        """What acts are told of them."""
        return StaffMember(
            id=self.staff_id,
            display_name=self.display_name,
            roles=frozenset(self.roles),
            teams=frozenset(self.teams),
            agency=self.agency,
            registration_number=self.registration_number,
            since=self.since,
            until=self.until,
        )
