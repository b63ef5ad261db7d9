"""The times of an enquiry: its own promise, each agency's within it, and the reminders of these."""

from dataclasses import dataclass
from datetime import datetime

from enquiry.domain.basis import Basis
from mash_shared.clocks import Aggregate, Clock, Recomputed
from mash_shared.vocabulary import ClockKind, ClockState


@dataclass(slots=True, kw_only=True)
class Timed(Basis):
    """What an enquiry promised, by its level, at `promised_from` (J1, J2)."""

    promised_from: datetime | None = None

    def was_late_from_the_start(self, due_at: datetime) -> bool:
        """Whether a promise was broken before it was made: let out, or graded anew, too late."""
        return self.promised_from is not None and due_at <= self.promised_from

    def promise(self, whole: Clock, at: datetime) -> None:
        """Take the enquiry's own promise in place of any before, made at this moment (J1)."""
        self.end_clock(ClockKind.ENQUIRY, state=ClockState.CANCELLED, at=at)
        self.promised_from = at
        self.clocks.append(whole)

    def start_check(self, clock: Clock, *, at: datetime) -> Clock:
        """Start an agency's time in place of any that runs, and give it (J2).

        It is never longer than the enquiry's own (J1), unless that had run out before anybody
        was asked.
        """
        whole = self.clock(ClockKind.ENQUIRY)
        if whole is not None and not self.was_late_from_the_start(whole.due_at):
            clock.due_at = min(clock.due_at, whole.due_at)
        self.end_check(clock.of, ClockState.CANCELLED, at)
        self.clocks.append(clock)
        return clock

    def remind(self, chase: Clock | None) -> None:
        """Have an agency reminded when this rings; None where it was reminded often enough."""
        if chase is not None:
            self.clocks.append(chase)

    def end_check(self, agency: str, state: ClockState, at: datetime) -> None:
        """End an agency's time, and with it what was to remind it of that."""
        self.end_clock(ClockKind.AGENCY_CHECK, agency, state=state, at=at)
        self.end_clock(ClockKind.CHASE, agency, state=ClockState.CANCELLED, at=at)

    def recompute(self, due: Recomputed, calendar_version: str, at: datetime) -> None:
        """Let clocks follow the calendar; an agency's stays within the enquiry's own (J1, J2)."""
        Aggregate.recompute(self, due, calendar_version, at)
        whole = self.clock(ClockKind.ENQUIRY)
        if whole is None or self.was_late_from_the_start(whole.due_at):
            return
        for clock in self.clocks:
            if clock.is_open and clock.kind in (ClockKind.AGENCY_CHECK, ClockKind.CHASE):
                clock.due_at = min(clock.due_at, whole.due_at)
