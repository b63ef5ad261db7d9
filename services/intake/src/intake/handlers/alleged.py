"""Children who are said to do harm: each gets a contact, and so a safeguarding response (N10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.ages import ADULT_FROM, may_be_under
from intake.domain.consent import ConsentRecord
from intake.domain.contact import Contact
from intake.domain.facts import Facts, KnownChild
from intake.domain.news import recorded
from intake.domain.progress import NOT_OWED
from intake.domain.protection import referrer_kind
from intake.domain.reference import alleged_contact
from intake.domain.said import Consent
from intake.domain.work import start_record
from intake.handlers.base import Handlers
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm
from mash_shared.people import Referrer
from mash_shared.vocabulary import ConsentStatus, ContactId, ReferrerKind


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
        contact.contact_id = alleged.contact_id
        contact.council = alleged.council
        contact.urgency = alleged.urgency
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
        said = Consent(status=alleged.consent_status, do_not_inform=alleged.do_not_inform)
        contact.consent.say(said, by=alleged.recorded_by, at=at)
        yield from self._weigh(contact, at, by=alleged.recorded_by)
        start_record(contact, pack, alleged.received_at)
        yield recorded(contact, Referrer(kind=ReferrerKind.ANONYMOUS), at)


def tell_of_alleged_children(contact: Contact, act: Act) -> Iterator[Message]:
    """Tell of every child now said to do harm who has no contact for that yet (N10)."""
    received, seen = contact.received_at, dict[object, int]()
    assert received is not None  # noqa: S101 - a recorded contact has it
    for person in contact.facts.alleged_perpetrators:
        who = (person.full_name, person.date_of_birth)
        nth = seen[who] = seen.get(who, 0) + 1
        id_ = alleged_contact(contact.id, *who, nth)
        young = may_be_under(ADULT_FROM, person.date_of_birth, received)
        if not (person.is_child or young) or id_ in contact.alleged_contacts:
            continue
        contact.alleged_contacts.append(id_)
        yield ChildAllegedToHarm(
            contact_id=ContactId(id_),
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            arising_from=contact.id,
            received_at=received,
            recorded_by=act.person.id,
            full_name=person.full_name,
            date_of_birth_in_part=person.date_of_birth,
            whereabouts=person.whereabouts,
            referred_by=referrer_kind(contact),
            consent_status=_of_another_family(contact.consent),
            do_not_inform=contact.consent.said.do_not_inform if contact.consent.said else None,
        )


def _of_another_family(consent: ConsentRecord) -> ConsentStatus:
    """Give what one family's word means for another's child: a no counts, a yes does not (N10)."""
    if consent.is_refused:
        return ConsentStatus.REFUSED
    said = consent.said.status if consent.said else ConsentStatus.NOT_SOUGHT
    return ConsentStatus.NOT_SOUGHT if said is ConsentStatus.GIVEN else said
