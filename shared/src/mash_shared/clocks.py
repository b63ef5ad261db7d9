"""Clocks as data: a promise with a start, a due time and an end."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import AwareDatetime

from mash_shared.vocabulary import ClockKind, ClockState, ContactId, CouncilId, Urgency


@dataclass(slots=True, kw_only=True)
class Clock:
    """One promise (J); times are aware and in UTC, `of` says whose it is, an agency for example."""

    kind: ClockKind
    of: str = ""
    started_at: AwareDatetime
    due_at: AwareDatetime
    policy_version: str
    calendar_version: str
    state: ClockState = ClockState.OPEN
    ended_at: AwareDatetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the promise is still to be kept."""
        return self.state is ClockState.OPEN

    def end(self, state: ClockState, at: datetime) -> None:
        """End an open clock; met after its due time is missed, whatever the sweep saw (I8)."""
        if self.is_open:
            late = state is ClockState.MET and at > self.due_at
            self.state = ClockState.MISSED if late else state
            self.ended_at = at


@dataclass(slots=True, kw_only=True)
class Aggregate:
    """What every aggregate has: its id, the contact it belongs to, and its clocks.

    An aggregate made from its id alone is blank: nothing has been heard of it yet.
    """

    id: str
    contact_id: ContactId = ContactId("")
    council: CouncilId = CouncilId("")
    urgency: Urgency = Urgency.AMBER
    clocks: list[Clock] = field(default_factory=list)

    def clock(self, kind: ClockKind, of: str = "") -> Clock | None:
        """Give the open clock of this kind, if it runs."""
        return next((c for c in self.clocks if c.is_open and c.kind is kind and c.of == of), None)

    def end_clock(self, kind: ClockKind, of: str = "", *, state: ClockState, at: datetime) -> None:
        """End the open clock of this kind; nothing happens where none runs."""
        if clock := self.clock(kind, of):
            clock.end(state, at)
