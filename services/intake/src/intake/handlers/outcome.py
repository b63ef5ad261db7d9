"""What the other services say back of a contact."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.handlers.base import Handlers
from mash_shared.messages import Message
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed


@dataclass(frozen=True, slots=True)
class OutcomeHandlers(Handlers):
    """News of decisions and notices."""

    def note_decision(self, contact: Contact, decided: DecisionRecorded) -> Iterator[Message]:
        """Note the outcome for one child."""
        contact.must_be_recorded()
        contact.record_outcome(decided.child_id, decided.outcome)
        yield from ()

    def note_referrer_told(self, contact: Contact, delivered: NoticeDelivered) -> Iterator[Message]:
        """Note that the promise to the referrer is kept (J6)."""
        contact.must_be_recorded()
        contact.record_told(delivered.occurred_at)
        yield from ()

    def note_referrer_not_told(self, contact: Contact, failed: NoticeFailed) -> Iterator[Message]:
        """Note that a person has to tell the referrer; the contact stays open until then."""
        contact.must_be_recorded()
        contact.record_not_told(failed.reason)
        yield from ()
