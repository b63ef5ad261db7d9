"""Comparing a contact with the cases that the council's case system knows (E1, E3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.domain.addresses import print_of, share_address
from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.found import Found, PersonRole, RecordKind, Tie
from intake.domain.likeness import MOST_POSSIBLE, Certainty, Identity, Likeness, best, likeness

BY_HOME = Likeness(certainty=Certainty.POSSIBLE, score=40.0, reasons=("address",))
"""An unborn child's home is where somebody is known (ID4)."""


BY_EARLIER_FACTS = Likeness(certainty=Certainty.POSSIBLE, score=99.0, reasons=("earlier_facts",))
"""A case that was matched before a correction: people say whether it still is the child's."""


def in_cases_for(contact: Contact, cases: Iterable[KnownCase]) -> Iterator[Found]:
    """Compare a contact with cases; a case merged into another comes behind it."""
    for case in sorted(cases, key=lambda one: one.merged_into is not None):
        if case.child is not None:
            of_child = [*_of_children(contact, case, case.child)]
            yield from of_child or _of_unborn(contact, case, case.child)
            if not of_child:
                yield from _of_adults(contact, case, case.child)


def _of_children(contact: Contact, case: KnownCase, known: Identity) -> Iterator[Found]:
    held = {(one.record_id, one.child_id) for one in contact.matching.holding(RecordKind.CASE)}
    number = case.merged_into or case.case_ref
    for child, identity in contact.identities():
        alike = likeness(identity, known)
        if alike is None and (number, child.child_id) in held:
            alike = BY_EARLIER_FACTS
        if alike is not None:
            yield _in_case(case, alike, child_id=child.child_id)


def _of_unborn(contact: Contact, case: KnownCase, known: Identity) -> Iterator[Found]:
    """Find an unborn child's case by the mother's name or by the home: a person decides (ID4)."""
    for child, identity in contact.identities():
        if not child.unborn:
            continue
        by_adult = best(likeness(adult, known) for _, adult in contact.adults())
        by_home = BY_HOME if share_address(identity.address, known.address) else None
        alike = by_adult or by_home
        if alike is not None:
            of_family = replace(
                alike, certainty=Certainty.POSSIBLE, score=min(alike.score, MOST_POSSIBLE)
            )
            yield _in_case(case, of_family, tie=Tie.FAMILY, child_id=child.child_id)


def _of_adults(contact: Contact, case: KnownCase, known: Identity) -> Iterator[Found]:
    roles = [(role, likeness(adult, known)) for role, adult in contact.adults()]
    alike = best(one for _, one in roles)
    if alike is not None:
        role = next(role for role, one in roles if one is alike)
        yield _in_case(case, alike, tie=Tie.PERSON, our_role=role)


def _in_case(
    case: KnownCase,
    alike: Likeness,
    *,
    tie: Tie = Tie.CHILD,
    child_id: str | None = None,
    our_role: PersonRole = PersonRole.CHILD,
) -> Found:
    return Found(
        record_id=case.merged_into or case.case_ref,
        kind=RecordKind.CASE,
        tie=tie,
        child_id=child_id,
        certainty=alike.certainty,
        score=alike.score,
        reasons=alike.reasons,
        because=alike.because,
        our_role=our_role,
        status=case.status,
        worker=case.worker,
        team=case.team,
        closed_at=case.closed_at,
        home=print_of(case.child.address if case.child else None),
    )
