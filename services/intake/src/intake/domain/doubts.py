"""What may not be what was meant in a contact, field by field (B3)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.facts import Adult, AllegedPerpetrator, Facts, KnownChild, ReferrerFacts
from intake.domain.found import BY_QUOTED
from mash_shared.doubts import (
    Doubt,
    DoubtCode,
    doubt,
    of_birth,
    of_email,
    of_nhs_number,
    of_telephone,
)


def doubts(contact: Contact) -> tuple[Doubt, ...]:
    """Give every doubt about what was said, as of when it was recorded; nothing of it blocks."""
    at = contact.recorded_at
    assert at is not None  # noqa: S101 - what is shown was recorded
    people = _people(contact.facts)
    found = {f"{who}.{field}": code for who, person in people for field, code in _of(person, at)}
    of_people = (doubt(field, code) for field, code in found.items() if code is not None)
    return (*of_people, *of_reference(contact))


def of_reference(contact: Contact) -> tuple[Doubt, ...]:
    """Doubt a reference that was quoted and is that of no contact of the council (A9).

    As long as the case index is asked, nobody knows.
    """
    if contact.quoted_reference is None or contact.look_wanted:
        return ()
    found = any(BY_QUOTED in match.found.reasons for match in contact.matching.matches)
    return () if found else (doubt("reference", DoubtCode.UNKNOWN_REFERENCE),)


Person = KnownChild | Adult | AllegedPerpetrator | ReferrerFacts


def _people(facts: Facts) -> Iterator[tuple[str, Person]]:
    groups: dict[str, Sequence[Person]] = {
        "children": facts.children,
        "household": facts.household,
        "parental_responsibility": facts.parental_responsibility,
        "alleged_perpetrators": facts.alleged_perpetrators,
    }
    for group, people in groups.items():
        for place, person in enumerate(people):
            yield f"{group}.{place}", person
    if facts.referrer is not None:
        yield "referrer", facts.referrer


def _of(person: Person, at: datetime) -> Iterator[tuple[str, DoubtCode | None]]:
    if isinstance(person, ReferrerFacts):
        if person.email:
            yield "email", of_email(person.email)
        if person.telephone:
            yield "telephone", of_telephone(person.telephone)
        return
    if isinstance(person, KnownChild) and person.nhs_number:
        yield "nhs_number", of_nhs_number(person.nhs_number)
    if person.date_of_birth:
        unborn = isinstance(person, KnownChild) and person.unborn
        yield "date_of_birth", of_birth(person.date_of_birth, at, unborn=unborn)
