"""What the enquiry service does with what it hears and with its clocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from enquiry.domain import Enquiry, Returned, Round, Slot
from mash_shared.clocks import Clock
from mash_shared.forgetting import Forgetting
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckChased,
    AgencyCheckHandedOver,
    AgencyCheckRequested,
    AgencyCheckReturned,
    CheckMessage,
)
from mash_shared.messages.enquiry import (
    EnquiryAmended,
    EnquiryAuthorised,
    EnquiryCollated,
    LateInformationReceived,
)
from mash_shared.policy import PolicyPacks
from mash_shared.policy.checks import is_last_chase, next_chase, within
from mash_shared.vocabulary import AgencyId, ClockKind


@dataclass(frozen=True, slots=True)
class EnquiryHandlers(Forgetting):
    """Fan-out, collation, and the clocks of both."""

    packs: PolicyPacks

    def open_enquiry(self, enquiry: Enquiry, authorised: EnquiryAuthorised) -> Iterator[Message]:
        """Open the enquiry, start its time and its agencies', and ask them at once (F8, J1, J2).

        What was amended meanwhile holds already, though it be heard first.
        """
        if enquiry.authorised_at is not None:
            return
        enquiry.take(authorised)
        enquiry.authorised_at = authorised.occurred_at
        enquiry.open(authorised.agencies)
        self._promise(enquiry, authorised.occurred_at)
        yield from self._ask(enquiry, authorised.occurred_at)

    def amend_enquiry(self, enquiry: Enquiry, amended: EnquiryAmended) -> Iterator[Message]:
        """Go by what has changed, and tell whoever was asked by what no longer holds.

        A level raised or lowered makes promises anew: the enquiry's count from receipt, agencies'
        from now. Lost consent stops what is outstanding (D15); consent found again asks anew. A
        child new to it is asked about; nothing more is asked about one who is not in it any more.
        What was answered about one who went to another family's contact is asked anew about those
        who stayed (N11).
        """
        level, times = (enquiry.urgency, enquiry.received_at), enquiry.times
        if not enquiry.take(amended):
            return
        graded = level != (enquiry.urgency, enquiry.received_at)
        at = amended.occurred_at
        enquiry.apart = amended.apart
        enquiry.set_aside()
        enquiry.withdrawn_at = None if amended.may_ask else enquiry.withdrawn_at or at
        if enquiry.authorised_at is None:
            return
        yield from self._follow_children(enquiry, at)
        if graded and enquiry.collated_at is None:
            self._promise(enquiry, at)
        self._time_anew(enquiry, at, graded=graded, times=times)
        yield from self._ask(enquiry, at)
        if amended.may_ask:
            yield from self._tell_standing(enquiry, at)

    @staticmethod
    def _follow_children(enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        """Ask about those who are asked about nowhere else; what asks about nobody is taken back.

        A second answer may say for the first round what a next one was begun for.
        """
        enquiry.follow_children()
        for slot, asked in enquiry.to_take_back():
            enquiry.take_back(slot, asked, at)
            check = enquiry.check_of(slot, asked)
            yield AgencyCheckCancelled(**enquiry.head(at), **check)

    def _time_anew(
        self, enquiry: Enquiry, at: datetime, *, graded: bool, times: Mapping[AgencyId, int]
    ) -> None:
        """Give agencies that are waited for the time of a new level, or what was set anew (G7)."""
        for slot, asked in enquiry.waited_for():
            if graded:
                asked.timed_from = at
            if graded or times.get(slot.agency) != enquiry.times.get(slot.agency):
                self._start_check(enquiry, slot, asked, at)

    def _promise(self, enquiry: Enquiry, at: datetime) -> None:
        since = enquiry.reopened_at or enquiry.received_at
        assert since is not None  # noqa: S101 - what was taken in has it
        pack = self.packs.of(enquiry.council)
        enquiry.promise(pack.clock(ClockKind.ENQUIRY, enquiry.urgency, since), at)

    def _start_check(self, enquiry: Enquiry, slot: Slot, asked: Round, at: datetime) -> None:
        """Start an agency's time, or what somebody gave it for the case where that is sooner (G7).

        By its parts the agency is reminded.
        """
        pack, minutes = self.packs.of(enquiry.council), enquiry.times.get(slot.agency)
        clock = pack.clock(
            ClockKind.AGENCY_CHECK, enquiry.urgency, asked.timed_from, of=slot.agency
        )
        check = enquiry.start_check(within(clock, minutes, at), at=at)
        enquiry.remind(next_chase(pack, enquiry.urgency, check, at))

    def chase(self, enquiry: Enquiry, clock: Clock, now: datetime) -> Iterator[Message]:
        """Have an agency reminded, as part of its time is over, and again when the next part is."""
        slot = enquiry.slots[AgencyId(clock.of)]
        check = enquiry.clock(ClockKind.AGENCY_CHECK, slot.agency)
        asked = slot.outstanding
        assert check is not None, "a reminder ends with what it reminds of"  # noqa: S101
        assert asked is not None, "a reminder ends with what it reminds of"  # noqa: S101
        pack = self.packs.of(enquiry.council)
        enquiry.remind(next_chase(pack, enquiry.urgency, check, now))
        asked.chased.append(clock.due_at)
        yield AgencyCheckChased(
            **enquiry.head(now),
            **enquiry.check_of(slot, asked),
            part=clock.part,
            reply_by=check.due_at,
            last=is_last_chase(pack, enquiry.urgency, clock),
        )

    @staticmethod
    def note_handed_over(enquiry: Enquiry, over: AgencyCheckHandedOver) -> Iterator[Message]:
        """Note when an agency had its request, by its gateway's own clock (F8)."""
        enquiry.hand_over(over.agency, over.request_id, over.occurred_at)
        return iter(())

    def _ask(self, enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        """Ask whoever has to be asked now; where nobody is waited for, put together what there is.

        What was collated waits for its agencies again, and has a promise of its own.
        """
        to_ask = enquiry.to_ask()
        if to_ask and enquiry.collated_at is not None:
            enquiry.reopen(at)
            self._promise(enquiry, at)
        for slot, children in to_ask:
            asked = enquiry.ask(slot, children, at)
            self._start_check(enquiry, slot, asked, at)
            yield from self._tell(enquiry, slot, asked, at)
        if enquiry.has_news:
            yield from self._collate(enquiry, at)

    def _tell_standing(self, enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        for slot, asked in enquiry.standing():
            yield from self._tell(enquiry, slot, asked, at)

    @staticmethod
    def _tell(enquiry: Enquiry, slot: Slot, asked: Round, at: datetime) -> Iterator[Message]:
        """Tell an agency what it is asked in a round, unless it knows that already."""
        kind = AgencyCheckAmended if asked.told else AgencyCheckRequested
        if told := enquiry.tell(slot, asked, at):
            yield kind(**enquiry.head(at), **told)

    def record_reply(self, enquiry: Enquiry, answered: AgencyCheckAnswered) -> Iterator[Message]:
        """File one agency's reply; the last one outstanding collates the enquiry.

        Whoever was added too late for the form that it answers is asked about in the next round, or
        in one that is still open.
        """
        enquiry.check_is_ours({name: getattr(answered, name) for name in CheckMessage.model_fields})
        was_late, asked_of = enquiry.collated_at is not None, enquiry.asked_of
        filed = enquiry.record_reply(
            answered.agency,
            answered.request_id,
            answered.answer,
            answered.about,
            answered.occurred_at,
        )
        if filed is None:
            return
        about = tuple(child for child in filed.child_ids if child in enquiry.child_ids)
        if was_late and about and not filed.set_aside:
            yield LateInformationReceived(
                **enquiry.head(answered.occurred_at),
                enquiry_id=enquiry.enquiry_id,
                child_ids=about,
                agency=answered.agency,
                reply_id=answered.answer.reply_id,
            )
        yield from self._follow_children(enquiry, answered.occurred_at)
        yield from self._ask(enquiry, answered.occurred_at)
        if enquiry.asked_of != asked_of:
            yield from self._tell_standing(enquiry, answered.occurred_at)

    def note_returned(self, enquiry: Enquiry, back: AgencyCheckReturned) -> Iterator[Message]:
        """Show the coordinator that a reply came and was returned; nothing else changes (G1)."""
        enquiry.check_is_ours({name: getattr(back, name) for name in CheckMessage.model_fields})
        returned = Returned(reply_id=back.reply_id, code=back.code, returned_at=back.occurred_at)
        enquiry.note_returned(back.agency, back.request_id, returned)
        yield from ()

    def close_check(self, enquiry: Enquiry, clock: Clock, now: datetime) -> Iterator[Message]:
        """Stop waiting for an agency whose time has run out (J2)."""
        enquiry.close_check(AgencyId(clock.of), now)
        yield from self._ask(enquiry, now)

    def close_enquiry(self, enquiry: Enquiry, clock: Clock, now: datetime) -> Iterator[Message]:
        """Collate with what there is when the enquiry's own time has run out (J1).

        Time that had run out before anybody was asked is missed; the agencies still have theirs.
        """
        if enquiry.collated_at is None and not enquiry.was_late_from_the_start(clock.due_at):
            yield from self._collate(enquiry, now)

    @staticmethod
    def _collate(enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        """Make the next record; where no child is left nobody decides on it, and none is told."""
        enquiry.collate(at)
        if enquiry.child_ids:
            assert enquiry.received_at is not None  # noqa: S101 - set when the enquiry was opened
            yield EnquiryCollated(
                **enquiry.head(at),
                enquiry_id=enquiry.enquiry_id,
                child_ids=enquiry.child_ids,
                record=enquiry.record,
                received_at=enquiry.received_at,
                coordinating_social_worker=enquiry.coordinating_social_worker,
                slots=enquiry.states,
                reply_ids=tuple(enquiry.collated_replies),
                gaps=enquiry.gaps,
            )
