"""A notice: what one referrer is told of one contact, by when, and whether it arrived."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mash_shared.clocks import Aggregate, Clock
from mash_shared.doubts import of_email
from mash_shared.messages.contact import JOINED
from mash_shared.people import Referrer
from mash_shared.vocabulary import ClockKind, ClockState, NotKnownError, OutcomeKind, Refusal

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
LATE_TRIES = 8
"""Tries, over some ten minutes, before a notice whose promise has run out goes to a person."""
TAKES_UP_TO = timedelta(minutes=3)
"""How long a promise that runs out waits for a letter in hand: long enough for another courier to
take over the claim of a dead one, and to learn from the provider that it was taken in time."""


class Phase(StrEnum):
    """How far a notice has come; the promise is kept at `delivered`, not before (K1)."""

    WAITING = "waiting"
    READY = "ready"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    BY_PERSON = "by_person"
    NOT_OWED = "not_owed"


class NothingToTellError(Refusal):
    """The notice does not wait for a person, or is not free to be taken in hand."""


class BeingSentError(Refusal):
    """The promise runs out while the letter is in hand; whether it is kept shows shortly."""


@dataclass(slots=True, kw_only=True)
class Notice(Aggregate):
    """The outcome notice of one contact; blank until intake says whom to tell.

    What is `ready` has surely not gone out. `unsure` means that the attempt begun at `tried_at`
    may have gone out without being recorded; such a notice stays `claimed`. `told_at_once` is when
    the referrer heard it in conversation.
    """

    reference: str = ""
    referrer: Referrer | None = None
    edition: int = 0
    child_ids: tuple[str, ...] = ()
    outcomes: dict[str, OutcomeKind] = field(default_factory=dict)
    outcome_codes: dict[str, str] = field(default_factory=dict)
    ended_as: str | None = None
    own_notice: bool = False
    told_at_once: datetime | None = None
    phase: Phase = Phase.WAITING
    in_hand: bool = False
    attempts: int = 0
    unsure: bool = False
    claimed_by: str = ""
    claimed_at: datetime | None = None
    tried_at: datetime | None = None
    try_after: datetime | None = None
    ended_at: datetime | None = None
    by_person_because: str | None = None

    @property
    def email(self) -> str | None:
        """Where the notice goes, as far as known now; not to what no mail server would take."""
        written = self.referrer.email if self.referrer else None
        return written if written and of_email(written) is None else None

    def expect(self, *, owed: bool, at: datetime) -> None:
        """Note whom to tell; nothing is owed to somebody who did not say who they are (A7).

        Where that was corrected, a notice that has not left waits anew for what it now needs. Who
        was told stays told: by letter, by a person, or in conversation (I7).
        """
        in_conversation = self.phase is Phase.DELIVERED and self.told_at_once == self.ended_at
        if self.phase in (Phase.WAITING, Phase.READY, Phase.NOT_OWED) or in_conversation:
            self._move(Phase.WAITING if owed else Phase.NOT_OWED)
        if self.phase is Phase.NOT_OWED:
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.CANCELLED, at=at)
        self._see_whether_ready()

    def promise(self, clock: Clock, at: datetime) -> None:
        """Promise to tell them by then; a promise made by an earlier level or receipt ends (J6).

        One that was missed stays missed.
        """
        running = self.clock(ClockKind.REFERRER_TOLD)
        ended = (c for c in self.clocks if c.kind is ClockKind.REFERRER_TOLD and not c.is_open)
        if running is None and any(c.state is not ClockState.CANCELLED for c in ended):
            return
        if running is None or running.due_at != clock.due_at:
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.CANCELLED, at=at)
            self.clocks.append(clock)

    def note_outcome(self, child_id: str, outcome: OutcomeKind, code: str | None = None) -> None:
        """Note what was decided for one child; told is when all are decided."""
        self.outcomes[child_id] = outcome
        if code is not None:
            self.outcome_codes[child_id] = code
        self._see_whether_ready()

    @property
    def is_told_with_another(self) -> bool:
        """Whether the contact was joined to another of the same referrer, who is told of that."""
        return self.ended_as == JOINED and not self.own_notice

    def note_ended(
        self, ended_as: str, at: datetime, *, told_at_once: bool, own_notice: bool = False
    ) -> None:
        """Note that the contact went another way; who heard it in conversation has been told.

        Of a contact that was joined to another only somebody else gets an `own_notice`.
        """
        if self.ended_as is not None:
            return
        self.ended_as = ended_as
        self.own_notice = own_notice
        self.told_at_once = at if told_at_once else None
        if self.is_told_with_another and self.phase in (Phase.WAITING, Phase.READY):
            self._move(Phase.NOT_OWED)
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.CANCELLED, at=at)
        if told_at_once and self.phase is not Phase.NOT_OWED:
            self.deliver(at)
        self._see_whether_ready()

    def may_be_claimed(self, now: datetime) -> bool:
        """Whether the notice is free and its next try due.

        A next try further away than any wait was set by a clock that has been put back since.
        """
        if self.phase is not Phase.READY:
            return False
        wait = self.try_after - now if self.try_after else timedelta()
        return not timedelta() < wait <= LONGEST_RETRY

    def claim(self, courier: str, now: datetime, *, over: int, sure: bool) -> None:
        """Take the notice in hand before anything leaves; raises where another has it (I7).

        `over` is the attempt seen last: another courier's claim is taken over only while it is
        still that one. `sure` says that nothing went out under it.
        """
        taken_over = self.phase is Phase.CLAIMED
        if self.attempts != over or not (taken_over or self.may_be_claimed(now)):
            raise NothingToTellError("Another courier has this notice in hand.")
        if taken_over and not sure:
            self.unsure = True
            self.tried_at = self.claimed_at
        self._move(Phase.CLAIMED)
        self.claimed_by = courier
        self.claimed_at = now
        self.attempts += 1

    def deliver(self, at: datetime) -> bool:
        """Note that the notice arrived at this moment, however late that is known.

        Say whether that is new.
        """
        if self.phase is Phase.DELIVERED:
            return False
        self._move(Phase.DELIVERED)
        self.ended_at = at
        self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.MET, at=at)
        for clock in self.clocks:
            clock.met_after_all(at)
        return True

    def is_on(self, attempt: int) -> bool:
        """Whether this attempt is still the one in hand: no other was begun, nothing has ended."""
        return self.phase is Phase.CLAIMED and self.attempts == attempt

    def try_later(self, at: datetime) -> None:
        """Put a notice back that surely did not go out; waits double, up to ten minutes."""
        self.unsure = False
        self._move(Phase.READY)
        doubled = FIRST_RETRY * 2 ** min(self.attempts - 1, 10)
        self.try_after = at + min(doubled, LONGEST_RETRY)

    def doubt(self) -> None:
        """Leave the claim to nobody: whoever has seen it long enough looks up what became of it."""
        self.claimed_by = ""

    def is_given_up(self, at: datetime) -> bool:
        """Whether no machine tries again: the promise ran out under way, or long before (J6)."""
        promises = [clock for clock in self.clocks if clock.kind is ClockKind.REFERRER_TOLD]
        if any(clock.is_open and clock.due_at <= at for clock in promises):
            return True
        missed = any(clock.state is ClockState.MISSED for clock in promises)
        return missed and self.attempts >= LATE_TRIES

    def promise_ran_out(self, due_at: datetime, now: datetime) -> bool:
        """Say whether the notice goes to a person now that its promise has run out (J6).

        Raises `BeingSentError` while the letter is in hand: it may be there in time.
        """
        if self.phase is Phase.CLAIMED and now < due_at + TAKES_UP_TO:
            raise BeingSentError("The letter is in hand.")
        return self.phase is Phase.READY

    def leave_to_person(self, reason: str) -> None:
        """Hand the notice to the MASH administrator: nothing is sent again by machine."""
        self._move(Phase.BY_PERSON)
        self.by_person_because = reason

    def told_by_person(self, at: datetime) -> bool:
        """Note that a person told the referrer; raises where no notice waits for that."""
        if self.referrer is None:
            raise NotKnownError("No notice is known under this id.")
        if self.phase is not Phase.BY_PERSON:
            raise NothingToTellError("This notice does not wait for a person.")
        return self.deliver(at)

    def _see_whether_ready(self) -> None:
        decided = self.child_ids and all(child in self.outcomes for child in self.child_ids)
        known = decided or self.ended_as is not None
        if self.phase is not Phase.WAITING or self.referrer is None or not known:
            return
        if self.told_at_once is not None:
            self.deliver(self.told_at_once)
        else:
            self._move(Phase.READY)

    def _move(self, phase: Phase) -> None:
        self.phase = phase
        self.in_hand = phase in (Phase.READY, Phase.CLAIMED)
