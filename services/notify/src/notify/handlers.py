"""What notify does with contacts, decisions and the courier's findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.policy import PolicyPacks
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import Role
from notify.domain import Notice, Phase
from notify.forms import ToldByPerson

NOT_IN_TIME = "not_delivered_in_time"
REFUSED = "refused_by_the_provider"
NO_ADDRESS = "no_email_address"
UNKNOWN_DELIVERY = "delivery_unknown"
NO_LETTER = "letter_not_written"
UNFIT_ADDRESS = "address_cannot_be_used"


@dataclass(frozen=True, slots=True)
class NotifyHandlers:
    """Whom to tell, what is ready to be told, and how it went."""

    packs: PolicyPacks

    def expect_notice(self, notice: Notice, recorded: ContactRecorded) -> Iterator[Message]:
        """Learn whom to tell; the promise runs from the contact's receipt (J6, J7).

        Whoever is to be told, and of which children, may be corrected until they have been told.
        """
        if recorded.edition <= notice.edition:
            return
        pack = self.packs.of(recorded.council)
        notice.contact_id = recorded.contact_id
        notice.council = recorded.council
        notice.urgency = recorded.urgency
        notice.reference = recorded.reference
        notice.referrer = recorded.referrer
        notice.child_ids = recorded.child_ids
        told = pack.notices.referrers[recorded.referrer.kind].told
        owes = recorded.is_referral and told is not TellWhat.NOTHING
        owed = owes and not notice.is_told_with_another
        notice.edition = recorded.edition
        if owed and notice.phase is not Phase.DELIVERED:
            clock = pack.telling_clock(
                recorded.referrer.kind, recorded.urgency, recorded.received_at
            )
            notice.promise(clock, recorded.occurred_at)
        notice.expect(owed=owed, at=recorded.occurred_at)
        yield from ()

    def note_decision(self, notice: Notice, decided: DecisionRecorded) -> Iterator[Message]:
        """Note one child's outcome; the notice is ready when all are decided."""
        notice.note_outcome(decided.child_id, decided.outcome, decided.outcome_code)
        yield from ()

    def note_ended(self, notice: Notice, ended: ContactEnded) -> Iterator[Message]:
        """Note that the contact went another way; the referrer is told that instead (B14, E1)."""
        notice.note_ended(
            ended.ended_as,
            ended.occurred_at,
            told_at_once=ended.told_at_once,
            own_notice=ended.own_notice,
        )
        yield from ()

    def claim(
        self, notice: Notice, *, courier: str, over: int, sure: bool, at: datetime
    ) -> Iterator[Message]:
        """Take a notice in hand; one without an address goes to a person."""
        notice.claim(courier, at, over=over, sure=sure)
        if notice.email is None and not notice.unsure:
            yield from self.leave_to_person(
                notice, attempt=notice.attempts, reason=NO_ADDRESS, at=at
            )

    def record_delivery(self, notice: Notice, *, at: datetime) -> Iterator[Message]:
        """Note that the provider has the notice, since this moment."""
        if notice.deliver(at):
            yield self._delivered(notice, at)

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

    def told_by_person(self, notice: Notice, act: Act, _: ToldByPerson) -> Iterator[Message]:
        """Note that a person told the referrer (K1)."""
        act.person.must_serve(notice.council)
        pack = self.packs.of(notice.council)
        senders = {*pack.notices.sender_roles, Role.MASH_MANAGER}
        act.person.must_be_one_of(senders, "tell a referrer")
        if notice.told_by_person(act.at):
            yield self._delivered(notice, act.at)

    def _failed(self, notice: Notice, reason: str, at: datetime) -> Message:
        return NoticeFailed(
            contact_id=notice.contact_id,
            council=notice.council,
            urgency=notice.urgency,
            occurred_at=at,
            notice_id=notice.id,
            reason=reason,
        )

    def _delivered(self, notice: Notice, at: datetime) -> Message:
        return NoticeDelivered(
            contact_id=notice.contact_id,
            council=notice.council,
            urgency=notice.urgency,
            occurred_at=at,
            notice_id=notice.id,
            attempts=notice.attempts,
        )
