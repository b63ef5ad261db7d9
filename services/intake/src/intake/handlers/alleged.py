"""Children who are said to do harm: each gets a contact, and so a safeguarding response (N10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.domain.facts import Facts, KnownChild
from intake.domain.news import recorded_of_nobody
from intake.domain.progress import NOT_OWED
from intake.domain.said import Consent
from intake.domain.work import start_record
from intake.handlers.base import Handlers
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm


@dataclass(frozen=True, slots=True)
class AllegedHandlers(Handlers):
    """The contacts of such children."""

    def open_for_alleged_child(
        self, contact: Contact, alleged: ChildAllegedToHarm
    ) -> Iterator[Message]:
        """Give a child who is said to do harm a contact of their own, once (N10)."""
        if contact.is_recorded:
            return
        pack, at = self.packs.of(alleged.council), alleged.occurred_at
        contact.belong_to(alleged)
        contact.alleged_in = alleged.arising_from
        contact.policy_version = pack.version
        contact.not_told_because = NOT_OWED
        child = KnownChild(
            child_id=f"{contact.id}-1",
            full_name=alleged.full_name,
            date_of_birth=alleged.date_of_birth_in_part,
            whereabouts=alleged.whereabouts,
        )
        concern = "This child is said to be causing harm to another child."
        contact.facts = Facts(concern=concern, children=(child,))
        contact.record(received_at=alleged.received_at, recorded_at=at, by=alleged.recorded_by)
        contact.referred_by = alleged.referred_by
        contact.hear_from(alleged.heard_from)
        said = Consent(status=alleged.consent_status, do_not_inform=alleged.do_not_inform)
        contact.consent.say(said, by=alleged.recorded_by, at=at)
        self._weigh(contact, at)
        start_record(contact, pack, alleged.received_at)
        yield from self._follow(contact, at, by=alleged.recorded_by)
        yield recorded_of_nobody(contact, at)
