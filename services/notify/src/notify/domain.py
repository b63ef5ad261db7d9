"""A notice: what one referrer is told of one contact, by when, and whether it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mash_shared.clocks import Clock
from mash_shared.doubts import of_email
from mash_shared.people import Referrer
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import ClockKind, ClockState, NotKnownError, OutcomeKind, Refusal
from notify.telling import Telling

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
class Notice(Telling):
    """The outcome notice of one contact; blank until intake says whom to tell.

    What is `ready` has surely not gone out. `unsure` means that the attempt begun at `tried_at`
    may have gone out without being recorded; such a notice stays `claimed`. `ended_at` is when the
    referrer was last told.
    """

    PLAIN = Telling.PLAIN | dict.fromkeys(
        ("phase", "in_hand", "try_after", "claimed_by", "attempts"),
        "a code, a time, a number or the name of a process, by which couriers find their work",
    )

    reference: str = ""
    referrer: Referrer | None = None
    edition: int = 0
    phase: Phase = Phase.WAITING
    in_hand: bool = False
    unsure: bool = False
    claimed_by: str = ""
    claimed_at: datetime | None = None
    tried_at: datetime | None = None
    try_after: datetime | None = None
    ended_at: datetime | None = None

    @property
    def email(self) -> str | None:
        """Where the notice goes, as far as known now; not to what no mail server would take."""
        written = self.referrer.email if self.referrer else None
        return written if written and of_email(written) is None else None

    def expect(
        self,
        child_ids: tuple[str, ...],
        passed_on: Mapping[str, str],
        at: datetime,
        *,
        tells: TellWhat,
    ) -> None:
        """Note of which children they are to hear, and how much; a further letter may begin."""
        self.be_about(child_ids, passed_on)
        self.tells = tells
        self._begin_or_drop(at)

    def promise(self, clock: Clock, at: datetime) -> None:
        """Promise to tell them by then; a promise made by an earlier level or receipt ends (J6).

        One that was missed stays missed. No letter touches the promise of an earlier one.
        """
        if self.phase is Phase.DELIVERED or not self.is_to_be_written:
            return
        clock.of = self.of
        running = self.clock(ClockKind.REFERRER_TOLD, self.of)
        ended = (promise for promise in self.promises if not promise.is_open)
        if running is None and any(c.state is not ClockState.CANCELLED for c in ended):
            return
        if running is None or running.due_at != clock.due_at:
            self.end_promise(ClockState.CANCELLED, at)
            self.clocks.append(clock)

    def note_outcome(
        self, child_id: str, outcome: OutcomeKind, at: datetime, code: str | None = None
    ) -> None:
        """Note what was decided for one child; told is when all are decided."""
        self.outcomes[child_id] = outcome
        if code is not None:
            self.outcome_codes[child_id] = code
        self.follow(at)

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
        if told_at_once and self.phase in (Phase.CLAIMED, Phase.BY_PERSON):
            self.deliver(at)
        self.follow(at)

    def follow(self, at: datetime) -> None:
        """Let a letter that has not left follow what is so now; who was told stays told (I7).

        Nothing is owed to somebody who did not say who they are (A7).
        """
        self._begin_or_drop(at)
        free = self.phase in (Phase.WAITING, Phase.READY, Phase.NOT_OWED)
        if free and not self.is_to_be_written:
            self.end_promise(ClockState.CANCELLED, at)
        if free and not self.is_owed:
            self._move(Phase.NOT_OWED)
        elif free and (self.referrer is None or not self.is_known()):
            self._move(Phase.WAITING)
        elif free and (self.told_at_once is not None or not self.is_to_be_written):
            self.deliver(self.told_at_once or at)
        elif free:
            self._move(Phase.READY)

    def _begin_or_drop(self, at: datetime) -> None:
        """Have a further letter where somebody was not in one that arrived, and only there."""
        if self.phase is Phase.DELIVERED and self.is_owed and self.owes_more():
            self.begin_letter()
            self._move(Phase.WAITING)
            self.unsure, self.try_after = False, None
        elif self.is_further and self.phase is not Phase.CLAIMED and not self.owes_more():
            self.end_promise(ClockState.CANCELLED, at)
            self._move(Phase.DELIVERED)

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
        self.about = self.about or self.to_tell()

    def deliver(self, at: datetime) -> bool:
        """Note that the notice arrived at this moment, however late that is known.

        Say whether that is new. What is owed beyond it has a further letter.
        """
        if self.phase is Phase.DELIVERED:
            return False
        self._move(Phase.DELIVERED)
        self.ended_at = at
        self.end_promise(ClockState.MET, at)
        for clock in self.promises:
            clock.met_after_all(at)
        self.note_told(at)
        self.follow(at)
        return True

    def is_on(self, attempt: int) -> bool:
        """Whether this attempt is still the one in hand: no other was begun, nothing has ended."""
        return self.phase is Phase.CLAIMED and self.attempts == attempt

    def try_later(self, at: datetime) -> None:
        """Put a notice back that surely did not go out; waits double, up to ten minutes."""
        self.unsure, self.about = False, {}
        self._move(Phase.READY)
        doubled = FIRST_RETRY * 2 ** min(self.tries - 1, 10)
        self.try_after = at + min(doubled, LONGEST_RETRY)
        self.follow(at)

    def doubt(self) -> None:
        """Leave the claim to nobody: whoever has seen it long enough looks up what became of it."""
        self.claimed_by = ""

    def is_given_up(self, at: datetime) -> bool:
        """Whether no machine tries again: the promise ran out under way, or long before (J6)."""
        promises = self.promises
        if any(clock.is_open and clock.due_at <= at for clock in promises):
            return True
        missed = any(clock.state is ClockState.MISSED for clock in promises)
        return missed and self.tries >= LATE_TRIES

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
        self.by_person[self.notice_id] = reason

    def told_by_person(self, at: datetime) -> None:
        """Note that a person told all that is known; raises where no notice waits for that."""
        if self.referrer is None:
            raise NotKnownError("No notice is known under this id.")
        if self.phase is not Phase.BY_PERSON:
            raise NothingToTellError("This notice does not wait for a person.")
        self.about = {}
        self.deliver(at)

    def _move(self, phase: Phase) -> None:
        self.phase = phase
        self.in_hand = phase in (Phase.READY, Phase.CLAIMED)
