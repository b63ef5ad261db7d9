"""Children who are said to do harm: what their own contacts are told of them (N10)."""

from collections.abc import Iterable, Iterator, Sequence

from intake.domain.ages import ADULT_FROM, may_be_under
from intake.domain.consent import ConsentRecord
from intake.domain.contact import Contact
from intake.domain.facts import AllegedPerpetrator
from intake.domain.protection import referrer_kind
from intake.domain.reference import alleged_child, alleged_contact
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm
from mash_shared.vocabulary import ConsentStatus, ContactId


def tell_of_alleged_children(contact: Contact, act: Act) -> Iterator[Message]:
    """Tell of every child now said to do harm who has no contact for that yet (N10)."""
    received = contact.received_at
    assert received is not None  # noqa: S101 - a recorded contact has it
    people = contact.facts.alleged_perpetrators
    for who, person in zip(_words(people), people, strict=True):
        young = may_be_under(ADULT_FROM, person.date_of_birth, received)
        if not (person.is_child or young) or who in contact.alleged_contacts:
            continue
        contact.alleged_contacts[who] = alleged_contact(contact.id, who)
        yield ChildAllegedToHarm(
            **{**contact.head(act.at), "contact_id": ContactId(contact.alleged_contacts[who])},
            arising_from=contact.id,
            received_at=received,
            recorded_by=act.person.id,
            full_name=person.full_name,
            date_of_birth_in_part=person.date_of_birth,
            whereabouts=person.whereabouts,
            referred_by=referrer_kind(contact),
            heard_from=contact.heard_from,
            consent_status=of_another_family(contact.consent),
            do_not_inform=contact.consent.said.do_not_inform if contact.consent.said else None,
        )


def told_of(contact: Contact, places: Sequence[int]) -> dict[str, str]:
    """Give the contacts of children whom this contact has told of, of people who go to another.

    People are named by their places. A child who is said to do harm to two families has one
    contact, whichever of theirs told of it (N10).
    """
    people = contact.facts.alleged_perpetrators
    here, there = _words(people), _words([people[place] for place in places])
    pairs = zip(there, (here[place] for place in places), strict=True)
    told = contact.alleged_contacts
    return {new: told[was] for new, was in pairs if was in told}


def _words(people: Iterable[AllegedPerpetrator]) -> list[str]:
    """Give a word for each that tells nothing; who is called alike differs by who comes first."""
    seen, words = dict[object, int](), list[str]()
    for person in people:
        who = (person.full_name, person.date_of_birth)
        seen[who] = seen.get(who, 0) + 1
        words.append(alleged_child(*who, seen[who]))
    return words


def of_another_family(consent: ConsentRecord) -> ConsentStatus:
    """Give what one family's word means for another's child: a no counts, a yes does not (N10)."""
    if consent.is_refused:
        return ConsentStatus.REFUSED
    said = consent.said.status if consent.said else ConsentStatus.NOT_SOUGHT
    return ConsentStatus.NOT_SOUGHT if said is ConsentStatus.GIVEN else said
