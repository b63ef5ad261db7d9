"""Clocks as data: a promise with a start, a due time and an end."""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypedDict

from pydantic import AwareDatetime

from mash_shared.vocabulary import ClockKind, ClockState, ContactId, CouncilId, Lane, Urgency

MOST_EARLIER = 20
"""Due times by earlier calendars that one clock keeps."""
CLOSING = "closing"
"""`of` of the reminder that rings when the hub closes next (O9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBefore:
    """When a promise was due by an earlier calendar, and until when that held."""

    due_at: AwareDatetime
    calendar_version: str
    until: AwareDatetime


@dataclass(slots=True, kw_only=True)
class Clock:
    """One promise (J); times are aware and in UTC, `of` says whose it is, an agency for example.

    `lasts` is its length in the policy's words, "1 working day", absent where a person set the
    time. With `part` it promises nothing: it rings when that part of its length is over, 0.75 being
    three quarters, to remind of what does. `earlier` are due times by calendars that held before.
    """

    kind: ClockKind
    of: str = ""
    started_at: AwareDatetime
    due_at: AwareDatetime
    policy_version: str
    calendar_version: str
    lasts: str | None = None
    part: float | None = None
    earlier: list[DueBefore] = field(default_factory=list)
    state: ClockState = ClockState.OPEN
    ended_at: AwareDatetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the promise is still to be kept."""
        return self.state is ClockState.OPEN

    def move(self, due_at: datetime, calendar_version: str, at: datetime) -> None:
        """Take the due time that another calendar gives; the one before is kept beside it.

        After `MOST_EARLIER` of them the first, which was promised, and the newest are kept.
        """
        if due_at != self.due_at:
            self.earlier.append(
                DueBefore(due_at=self.due_at, calendar_version=self.calendar_version, until=at)
            )
            del self.earlier[1 : 1 - MOST_EARLIER]
        self.due_at, self.calendar_version = due_at, calendar_version

    def run_out(self, at: datetime) -> None:
        """End it because its time is over; a reminder is no promise and misses none."""
        self.end(ClockState.MISSED if self.part is None else ClockState.RUNG, at)

    def end(self, state: ClockState, at: datetime) -> None:
        """End an open clock; met after its due time is missed, whatever the sweep saw (I8)."""
        if self.is_open:
            late = state is ClockState.MET and at > self.due_at
            self.state = ClockState.MISSED if late else state
            self.ended_at = at

    def met_after_all(self, at: datetime) -> None:
        """Note that a promise was kept in time, though it was recorded as missed meanwhile."""
        if self.state is ClockState.MISSED and at <= self.due_at:
            self.state, self.ended_at = ClockState.MET, at


class Head(TypedDict):
    """What every message about a contact begins with."""

    contact_id: ContactId
    council: CouncilId
    urgency: Urgency
    lane: Lane
    occurred_at: datetime


class Graded(Protocol):
    """What says a level and its lane."""

    @property
    def urgency(self) -> Urgency:
        """The level of risk."""

    @property
    def lane(self) -> Lane:
        """The lane of the level."""


class OfContact(Graded, Protocol):
    """What says of which contact it is, a message say."""

    @property
    def contact_id(self) -> ContactId:
        """The contact."""

    @property
    def council(self) -> CouncilId:
        """The council whose contact it is."""


@dataclass(slots=True, kw_only=True)
class Aggregate:
    """What every aggregate has: its id, the contact it belongs to, its level, and its clocks.

    An aggregate made from its id alone is blank: nothing has been heard of it yet.

    In the database each field is sealed (S7) but those that are `PLAIN`, for the reason
    that is given there. `LOOKED_UP` is the field whose values are looked for, by keyed hashes.

    Once its contact is erased only what is `KEPT` is left of it, a stub of ids, codes and times,
    since `erased_at`. The stub under the contact's own id `forgets`: others are still to be made.
    """

    PLAIN: ClassVar[dict[str, str]] = {
        "id": "the document's own name",
        "contact_id": "a name that the hub drew",
        "council": "a code",
        "lane": "a code",
        "clocks": "codes, ids and times: whose clocks follow another calendar is asked for",
        "erased_at": "a time: what was erased is under another key, and what was not is looked for",
        "forgets": "yes or no, by which work is found",
    }
    KEPT: ClassVar[dict[str, str]] = {
        "id": "the document's own name",
        "contact_id": "a name that the hub drew",
        "council": "a code",
        "urgency": "a code, with which every message begins",
        "lane": "a code",
        "clocks": "codes, ids and times: what was promised, and whether that was kept",
        "erased_at": "a time",
        "forgets": "yes or no",
    }
    LOOKED_UP: ClassVar[str] = ""

    id: str
    contact_id: ContactId = ContactId("")
    council: CouncilId = CouncilId("")
    urgency: Urgency = Urgency("")
    lane: Lane = Lane.AMBER
    clocks: list[Clock] = field(default_factory=list)
    erased_at: datetime | None = None
    forgets: bool = False

    def head(self, at: datetime) -> Head:
        """Give what every message about it begins with, of what occurred `at`."""
        return Head(
            contact_id=self.contact_id,
            council=self.council,
            urgency=self.urgency,
            lane=self.lane,
            occurred_at=at,
        )

    def belong_to(self, said: OfContact) -> None:
        """Take over from what is said which contact it belongs to, and the contact's level."""
        self.be_of(said)
        self.take_level(said)

    def be_of(self, said: OfContact) -> None:
        """Take over which contact it belongs to and no more: of what comes before its time."""
        self.contact_id, self.council = said.contact_id, said.council

    def take_level(self, said: Graded) -> None:
        """Take over the level that is said, and its lane."""
        self.urgency, self.lane = said.urgency, said.lane

    def erase(self, at: datetime) -> None:
        """Keep what is declared as kept, and nothing that anybody said (S7).

        What was promised and is open is promised no more.
        """
        if self.erased_at is not None:
            return
        for one in fields(self):
            if one.name not in self.KEPT:
                setattr(self, one.name, _blank(one))
        for clock in self.clocks:
            clock.end(ClockState.CANCELLED, at)
        self.erased_at = at

    def summarise(self) -> None:
        """Bring up to date what is derived for look-ups; called before every write."""

    def recompute(self, due: "Recomputed", calendar_version: str, at: datetime) -> None:
        """Move open clocks to what another calendar gives (X5); `due` gives it for one clock."""
        for clock in self.clocks:
            if clock.is_open and clock.calendar_version != calendar_version:
                clock.move(due(clock), calendar_version, at)

    def clock(self, kind: ClockKind, of: str = "") -> Clock | None:
        """Give the open clock of this kind, if it runs."""
        return next((c for c in self.clocks if c.is_open and c.kind is kind and c.of == of), None)

    def end_clock(self, kind: ClockKind, of: str = "", *, state: ClockState, at: datetime) -> None:
        """End the open clock of this kind; nothing happens where none runs."""
        if clock := self.clock(kind, of):
            clock.end(state, at)


def _blank(of: "Field[Any]") -> Any:
    """Give what a field holds where nothing was heard."""
    return of.default if of.default_factory is MISSING else of.default_factory()


Recomputed = Callable[[Clock], datetime]
"""Gives the due time of a clock by the calendar that holds now."""
