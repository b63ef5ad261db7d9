"""What the other services say back of a contact."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.domain.measuring import note_collected
from intake.domain.news import tell_of_referrer
from intake.handlers.base import Handlers
from mash_shared.messages import Message
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed


@dataclass(frozen=True, slots=True)
class OutcomeHandlers(Handlers):
    """News of decisions and notices."""

    def note_decision(self, contact: Contact, decided: DecisionRecorded) -> Iterator[Message]:
        """Note the outcome for one child."""
        contact.must_be_recorded()
        contact.record_outcome(
            decided.child_id, decided.outcome, decided.occurred_at, pointed_to=decided.pointed_to
        )
        yield from ()

    def note_collated(self, contact: Contact, collated: EnquiryCollated) -> Iterator[Message]:
        """Note when what the agencies know had been put together (O14)."""
        contact.must_be_recorded()
        note_collected(contact, collated.record, collated.occurred_at)
        yield from ()

    def note_referrer_told(self, contact: Contact, delivered: NoticeDelivered) -> Iterator[Message]:
        """Note of which children the referrer was told; of others news is still owed (J6)."""
        contact.must_be_recorded()
        at = delivered.occurred_at
        contact.record_told(at, dict.fromkeys(delivered.child_ids) | delivered.passed_on)
        yield from tell_of_referrer(contact, self.packs.of(contact.council), at)

    def note_referrer_not_told(self, contact: Contact, failed: NoticeFailed) -> Iterator[Message]:
        """Note that a person has to tell the referrer; the contact stays open until then."""
        contact.must_be_recorded()
        contact.record_not_told(failed.reason)
        yield from ()
