"""What notify does with contacts, decisions and the courier's findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.forgetting import Forgetting
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.policy import PolicyPacks
from mash_shared.policy.telling import TellWhat
from mash_shared.rights import whose
from notify.domain import Notice
from notify.forms import ToldByPerson
from notify.roles import senders
from notify.telling import DECIDED

NOT_IN_TIME = "not_delivered_in_time"
REFUSED = "refused_by_the_provider"
NO_ADDRESS = "no_email_address"
UNKNOWN_DELIVERY = "delivery_unknown"
NO_LETTER = "letter_not_written"
UNFIT_ADDRESS = "address_cannot_be_used"


@dataclass(frozen=True, slots=True)
class NotifyHandlers(Forgetting):
    """Whom to tell, what is ready to be told, and how it went."""

    packs: PolicyPacks

    def expect_notice(self, notice: Notice, recorded: ContactRecorded) -> Iterator[Message]:
        """Learn whom to tell; the promise runs from the contact's receipt (J6, J7).

        Whoever is to be told, and of which children, may be corrected until they have been told.
        """
        if recorded.edition <= notice.edition:
            return
        pack, at, before = self.packs.of(recorded.council), recorded.occurred_at, len(notice.heard)
        notice.belong_to(recorded)
        notice.edition = recorded.edition
        notice.reference = recorded.reference
        notice.referrer = referrer = recorded.referrer
        told = pack.notices.referrers[referrer.kind].told
        tells = told if recorded.is_referral else TellWhat.NOTHING
        notice.expect(recorded.child_ids, recorded.passed_on, at, tells=tells)
        if told is not TellWhat.NOTHING:
            clock = pack.telling_clock(referrer.kind, recorded.urgency, recorded.received_at)
            notice.promise(clock, at)
        notice.follow(at)
        yield from _heard_since(before, notice)

    def note_decision(self, notice: Notice, decided: DecisionRecorded) -> Iterator[Message]:
        """Note one child's outcome; the notice is ready when all are decided."""
        at, before = decided.occurred_at, len(notice.heard)
        notice.be_of(decided)
        notice.note_outcome(decided.child_id, decided.outcome, at, decided.outcome_code)
        yield from _heard_since(before, notice)

    def note_ended(self, notice: Notice, ended: ContactEnded) -> Iterator[Message]:
        """Note that the contact went another way; the referrer is told that instead (B14, E1)."""
        before = len(notice.heard)
        notice.be_of(ended)
        notice.note_ended(
            ended.ended_as,
            ended.occurred_at,
            told_at_once=ended.told_at_once,
            own_notice=ended.own_notice,
        )
        yield from _heard_since(before, notice)

    def claim(
        self, notice: Notice, *, courier: str, over: int, sure: bool, at: datetime
    ) -> Iterator[Message]:
        """Take a notice in hand; one without an address goes to a person."""
        notice.claim(courier, at, over=over, sure=sure)
        if notice.email is None and not notice.unsure:
            yield from self.leave_to_person(
                notice, attempt=notice.attempts, reason=NO_ADDRESS, at=at
            )

    def record_delivery(self, notice: Notice, *, attempt: int, at: datetime) -> Iterator[Message]:
        """Note that the provider has the letter of this attempt, since this moment."""
        before = len(notice.heard)
        if attempt > notice.attempts_before:
            notice.deliver(at)
        yield from _heard_since(before, notice)

    def try_later(self, notice: Notice, *, attempt: int, at: datetime) -> Iterator[Message]:
        """Put a notice back that the provider surely did not take, or give it up (J6)."""
        if not notice.is_on(attempt):
            return
        if notice.is_given_up(at):
            yield from self.leave_to_person(notice, attempt=attempt, reason=NOT_IN_TIME, at=at)
        else:
            notice.try_later(at)

    def note_doubt(self, notice: Notice, *, attempt: int) -> Iterator[Message]:
        """Note that nobody can say yet what became of an attempt."""
        if notice.is_on(attempt):
            notice.doubt()
        yield from ()

    def leave_to_person(
        self, notice: Notice, *, attempt: int, reason: str, at: datetime
    ) -> Iterator[Message]:
        """Hand a notice to a person, and say so, unless another attempt began since."""
        if not notice.is_on(attempt):
            return
        notice.leave_to_person(reason)
        yield self._failed(notice, reason, at)

    def note_promise_missed(self, notice: Notice, clock: Clock, now: datetime) -> Iterator[Message]:
        """Hand a notice that no machine could deliver in time to a person (J6)."""
        if notice.promise_ran_out(clock.due_at, now):
            notice.leave_to_person(NOT_IN_TIME)
            yield self._failed(notice, NOT_IN_TIME, now)

    @whose(senders, "tell a referrer")
    def told_by_person(self, notice: Notice, act: Act, _: ToldByPerson) -> Iterator[Message]:
        """Note that a person told the referrer (K1)."""
        act.person.must_serve(notice.council)
        before = len(notice.heard)
        notice.told_by_person(act.at)
        yield from _heard_since(before, notice)

    def _failed(self, notice: Notice, reason: str, at: datetime) -> Message:
        return NoticeFailed(**notice.head(at), notice_id=notice.notice_id, reason=reason)


def _heard_since(before: int, notice: Notice) -> Iterator[Message]:
    """Say what the referrer has heard since; what they heard in conversation intake said itself."""
    for heard in notice.heard[before:]:
        if not heard.in_conversation:
            yield NoticeDelivered(
                **notice.head(heard.at),
                notice_id=heard.notice_id,
                attempts=heard.attempts,
                child_ids=tuple(child for child, what in heard.about.items() if what == DECIDED),
                passed_on={child: what for child, what in heard.about.items() if what != DECIDED},
            )
