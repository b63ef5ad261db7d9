"""What the enquiry service does with what it hears and with its clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from enquiry.domain import Enquiry, Slot
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    CheckMessage,
)
from mash_shared.messages.enquiry import (
    EnquiryAmended,
    EnquiryAuthorised,
    EnquiryCollated,
    LateInformationReceived,
)
from mash_shared.policy import PolicyPacks
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState


@dataclass(frozen=True, slots=True)
class EnquiryHandlers:
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
        if enquiry.withdrawn_at is not None:
            yield from self._stop(enquiry, authorised.occurred_at)
            return
        for slot in enquiry.slots.values():
            yield self._ask(enquiry, slot, authorised.occurred_at)

    def amend_enquiry(self, enquiry: Enquiry, amended: EnquiryAmended) -> Iterator[Message]:
        """Go by what has changed, and tell whoever was asked by what no longer holds.

        A level raised or lowered makes promises anew: the enquiry's count from receipt, agencies'
        from now. Lost consent stops what is outstanding (D15); consent found again asks anew.
        """
        level = (enquiry.urgency, enquiry.received_at)
        if not enquiry.take(amended):
            return
        at = amended.occurred_at
        if not amended.may_ask:
            yield from self._take_back(enquiry, at)
            return
        anew = enquiry.asked_anew()
        if enquiry.authorised_at is None:
            return
        graded_anew = level != (enquiry.urgency, enquiry.received_at)
        if anew or (graded_anew and enquiry.collated_at is None):
            self._promise(enquiry, at)
        for slot in anew:
            yield self._ask(enquiry, slot, at)
        for slot in enquiry.slots.values():
            if slot not in anew and slot.asked_at is not None:
                yield self._amend(enquiry, slot, at, graded_anew=graded_anew)

    def _promise(self, enquiry: Enquiry, at: datetime) -> None:
        assert enquiry.received_at is not None  # noqa: S101 - what was taken in has it
        pack = self.packs.of(enquiry.council)
        enquiry.promise(pack.clock(ClockKind.ENQUIRY, enquiry.urgency, enquiry.received_at), at)

    def _start_check(self, enquiry: Enquiry, slot: Slot, at: datetime) -> None:
        pack, of = self.packs.of(enquiry.council), slot.agency
        whole = enquiry.clock(ClockKind.ENQUIRY)
        assert whole is not None  # noqa: S101 - promised before anybody is asked
        enquiry.end_clock(ClockKind.AGENCY_CHECK, of, state=ClockState.CANCELLED, at=at)
        clock = pack.clock(ClockKind.AGENCY_CHECK, enquiry.urgency, at, of=of)
        enquiry.start_check(clock, within=whole)

    def _ask(self, enquiry: Enquiry, slot: Slot, at: datetime) -> Message:
        self._start_check(enquiry, slot, at)
        slot.asked_at = at
        return AgencyCheckRequested(**enquiry.asked_of(slot), occurred_at=at)

    def _amend(self, enquiry: Enquiry, slot: Slot, at: datetime, *, graded_anew: bool) -> Message:
        if graded_anew and not slot.is_terminal:
            self._start_check(enquiry, slot, at)
        if slot.request_id not in slot.amended:
            slot.amended.append(slot.request_id)
        return AgencyCheckAmended(**enquiry.asked_of(slot), occurred_at=at)

    def _take_back(self, enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        """Ask nobody further; agencies that were asked and have not answered are told so (D15)."""
        asked = [enquiry.slots[agency] for agency in enquiry.outstanding]
        yield from self._stop(enquiry, at)
        for slot in asked:
            yield AgencyCheckCancelled(
                **enquiry.check_of(slot), urgency=enquiry.urgency, occurred_at=at
            )

    def _stop(self, enquiry: Enquiry, at: datetime) -> Iterator[Message]:
        if enquiry.withdraw(at):
            yield self._collate(enquiry, at)

    def record_reply(self, enquiry: Enquiry, answered: AgencyCheckAnswered) -> Iterator[Message]:
        """File one agency's reply; the last one outstanding collates the enquiry."""
        enquiry.check_is_ours({name: getattr(answered, name) for name in CheckMessage.model_fields})
        late_before = len(enquiry.late_replies)
        was_last = enquiry.record_reply(
            answered.agency, answered.request_id, answered.answer, answered.occurred_at
        )
        if was_last:
            yield self._collate(enquiry, answered.occurred_at)
        elif len(enquiry.late_replies) > late_before:
            yield LateInformationReceived(
                contact_id=enquiry.contact_id,
                council=enquiry.council,
                urgency=enquiry.urgency,
                occurred_at=answered.occurred_at,
                enquiry_id=enquiry.enquiry_id,
                child_ids=enquiry.child_ids,
                agency=answered.agency,
                reply_id=answered.answer.reply_id,
            )

    def close_check(self, enquiry: Enquiry, clock: Clock, now: datetime) -> Iterator[Message]:
        """Stop waiting for an agency whose time has run out (J2)."""
        if enquiry.close_check(AgencyId(clock.of)):
            yield self._collate(enquiry, now)

    def close_enquiry(self, enquiry: Enquiry, clock: Clock, now: datetime) -> Iterator[Message]:
        """Collate with what there is when the enquiry's own time has run out (J1).

        Time that had run out before anybody was asked is missed; the agencies still have theirs.
        """
        if enquiry.collated_at is None and not enquiry.was_late_from_the_start(clock.due_at):
            yield self._collate(enquiry, now)

    def _collate(self, enquiry: Enquiry, at: datetime) -> Message:
        enquiry.collate(at)
        assert enquiry.received_at is not None  # noqa: S101 - set when the enquiry was opened
        return EnquiryCollated(
            contact_id=enquiry.contact_id,
            council=enquiry.council,
            urgency=enquiry.urgency,
            occurred_at=at,
            enquiry_id=enquiry.enquiry_id,
            child_ids=enquiry.child_ids,
            record=enquiry.record,
            received_at=enquiry.received_at,
            slots={slot.agency: slot.state for slot in enquiry.slots.values() if slot.state},
            reply_ids=tuple(enquiry.collated_replies),
            gaps=enquiry.gaps,
        )
