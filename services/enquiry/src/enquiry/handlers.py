"""What the enquiry service does with what it hears and with its clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from enquiry.domain import Enquiry
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAnswered,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    CheckMessage,
)
from mash_shared.messages.enquiry import (
    ConsentWithdrawn,
    EnquiryAuthorised,
    EnquiryCollated,
    LateInformationReceived,
)
from mash_shared.policy import PolicyPacks
from mash_shared.vocabulary import AgencyId, ClockKind


@dataclass(frozen=True, slots=True)
class EnquiryHandlers:
    """Fan-out, collation, and the clocks of both."""

    packs: PolicyPacks

    def open_enquiry(self, enquiry: Enquiry, authorised: EnquiryAuthorised) -> Iterator[Message]:
        """Open the enquiry, start its time and its agencies', and ask them at once (F8, J1, J2)."""
        if enquiry.authorised_at is not None:
            return
        pack = self.packs.of(authorised.council)
        enquiry.contact_id = authorised.contact_id
        enquiry.council = authorised.council
        enquiry.urgency = authorised.urgency
        enquiry.enquiry_id = authorised.enquiry_id
        enquiry.authorised_at = enquiry.promised_from = authorised.occurred_at
        enquiry.received_at = authorised.received_at
        enquiry.coordinating_social_worker = authorised.coordinating_social_worker
        enquiry.lawful_basis = authorised.lawful_basis
        enquiry.family = authorised.family
        enquiry.concern = authorised.concern
        enquiry.open(authorised.agencies)
        whole = pack.clock(ClockKind.ENQUIRY, authorised.urgency, authorised.received_at)
        enquiry.clocks.append(whole)
        if enquiry.withdrawn_at is not None:
            yield from self._stop(enquiry, authorised.occurred_at)
            return
        for slot in enquiry.slots.values():
            clock = pack.clock(
                ClockKind.AGENCY_CHECK, authorised.urgency, authorised.occurred_at, of=slot.agency
            )
            enquiry.start_check(clock, within=whole)
            yield AgencyCheckRequested(
                **enquiry.check_of(slot),
                urgency=enquiry.urgency,
                occurred_at=authorised.occurred_at,
                reply_by=clock.due_at,
                coordinating_social_worker=authorised.coordinating_social_worker,
                lawful_basis=authorised.lawful_basis,
                family=authorised.family,
                concern=authorised.concern,
            )

    def stop_enquiry(self, enquiry: Enquiry, withdrawn: ConsentWithdrawn) -> Iterator[Message]:
        """Ask nobody further once consent is taken back; early news is kept (D15).

        Agencies that were asked and have not answered are told so.
        """
        asked = [enquiry.slots[agency] for agency in enquiry.outstanding]
        yield from self._stop(enquiry, withdrawn.occurred_at)
        for slot in asked:
            yield AgencyCheckCancelled(
                **enquiry.check_of(slot),
                urgency=enquiry.urgency,
                occurred_at=withdrawn.occurred_at,
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
            received_at=enquiry.received_at,
            slots={slot.agency: slot.state for slot in enquiry.slots.values() if slot.state},
            reply_ids=tuple(enquiry.collated_replies),
            gaps=enquiry.gaps,
        )
