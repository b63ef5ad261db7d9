"""What may not be what was meant in a contact, field by field (B3)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from intake.domain.facts import Adult, AllegedPerpetrator, Facts, KnownChild, ReferrerFacts
from mash_shared.doubts import (
    Doubt,
    DoubtCode,
    doubt,
    of_birth,
    of_email,
    of_nhs_number,
    of_telephone,
)


def doubts(facts: Facts, at: datetime) -> tuple[Doubt, ...]:
    """Give every doubt about what was said, as of a time; nothing of it blocks."""
    found = {
        f"{who}.{field}": code for who, person in _people(facts) for field, code in _of(person, at)
    }
    return tuple(doubt(field, code) for field, code in found.items() if code is not None)


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
