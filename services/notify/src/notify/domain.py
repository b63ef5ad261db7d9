"""A notice: what one referrer is told of one contact, by when, and whether it arrived."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mash_shared.clocks import Aggregate
from mash_shared.doubts import of_email
from mash_shared.messages.contact import JOINED
from mash_shared.people import Referrer
from mash_shared.vocabulary import ClockKind, ClockState, NotKnownError, OutcomeKind, Refusal

CLAIM_HOLDS = timedelta(minutes=15)
"""After this time another courier may look up what became of a claimed notice; longer than the
slowest batch can take."""
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)


class Phase(StrEnum):
    """How far a notice has come; the promise is kept at `delivered`, not before (K1)."""

    WAITING = "waiting"
    READY = "ready"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    BY_PERSON = "by_person"
    NOT_OWED = "not_owed"


class NothingToTellError(Refusal):
    """The notice does not wait for a person."""


@dataclass(slots=True, kw_only=True)
class Notice(Aggregate):
    """The outcome notice of one contact; blank until intake says whom to tell.

    `unsure` means that an earlier attempt may have gone out without being recorded.
    """

    reference: str = ""
    referrer: Referrer | None = None
    edition: int = 0
    child_ids: tuple[str, ...] = ()
    outcomes: dict[str, OutcomeKind] = field(default_factory=dict)
    outcome_codes: dict[str, str] = field(default_factory=dict)
    ended_as: str | None = None
    phase: Phase = Phase.WAITING
    in_hand: bool = False
    attempts: int = 0
    unsure: bool = False
    claimed_by: str = ""
    claimed_at: datetime | None = None
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

        Where that was corrected, a notice that has not left waits anew for what it now needs.
        """
        told_at_once = self.ended_as is not None and self.phase is Phase.DELIVERED
        not_left = self.phase in (Phase.WAITING, Phase.READY, Phase.NOT_OWED)
        if not owed and (not_left or told_at_once):
            self._move(Phase.NOT_OWED)
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.CANCELLED, at=at)
        elif owed and not_left:
            self._move(Phase.WAITING)
        self._see_whether_ready()

    def note_outcome(self, child_id: str, outcome: OutcomeKind, code: str | None = None) -> None:
        """Note what was decided for one child; told is when all are decided."""
        self.outcomes[child_id] = outcome
        if code is not None:
            self.outcome_codes[child_id] = code
        self._see_whether_ready()

    def note_ended(self, ended_as: str, at: datetime, *, told_at_once: bool) -> None:
        """Note that the contact went another way; who heard it in conversation has been told."""
        if self.ended_as is not None:
            return
        self.ended_as = ended_as
        if ended_as == JOINED and self.phase is Phase.WAITING:
            self._move(Phase.NOT_OWED)
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.CANCELLED, at=at)
        if told_at_once and self.phase is not Phase.NOT_OWED:
            self._move(Phase.DELIVERED)
            self.ended_at = at
            self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.MET, at=at)
        self._see_whether_ready()

    def may_be_claimed_by(self, courier: str, now: datetime) -> bool:
        """Whether this courier may take the notice in hand now."""
        if self.phase is Phase.READY:
            return self.try_after is None or self.try_after <= now
        if self.phase is not Phase.CLAIMED or self.claimed_at is None:
            return False
        return self.claimed_by == courier or self.claimed_at + CLAIM_HOLDS <= now

    def claim(self, courier: str, now: datetime) -> None:
        """Take the notice in hand before anything leaves; raises where another has it."""
        if not self.may_be_claimed_by(courier, now):
            raise NothingToTellError("Another courier has this notice in hand.")
        self.unsure = self.unsure or self.phase is Phase.CLAIMED
        self._move(Phase.CLAIMED)
        self.claimed_by = courier
        self.claimed_at = now
        self.attempts += 1

    def deliver(self, at: datetime) -> bool:
        """Note that the notice arrived; say whether that is new."""
        if self.phase is Phase.DELIVERED:
            return False
        self._move(Phase.DELIVERED)
        self.ended_at = at
        self.end_clock(ClockKind.REFERRER_TOLD, state=ClockState.MET, at=at)
        return True

    def is_on(self, attempt: int) -> bool:
        """Whether this attempt is still the one in hand: no other was begun, nothing has ended."""
        return self.phase is Phase.CLAIMED and self.attempts == attempt

    def try_later(self, at: datetime, *, certain: bool) -> None:
        """Put a notice back whose sending failed; waits double each time, up to ten minutes.

        Unless it is `certain` that the provider did not take it, it must be looked up first.
        """
        self.unsure = not certain
        self._move(Phase.READY)
        doubled = FIRST_RETRY * 2 ** min(self.attempts - 1, 10)
        self.try_after = at + min(doubled, LONGEST_RETRY)

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
        if self.phase is Phase.WAITING and self.referrer is not None and known:
            self._move(Phase.READY)

    def _move(self, phase: Phase) -> None:
        self.phase = phase
        self.in_hand = phase in (Phase.READY, Phase.CLAIMED)
