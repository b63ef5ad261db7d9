"""Comparing a contact with the contacts that were recorded before it (E4, A9, M4)."""

from collections.abc import Iterator
from typing import Any

from intake.domain.addresses import At
from intake.domain.addresses import compare as compare_addresses
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.found import BY_QUOTED, Found, PersonRole, RecordKind, Tie
from intake.domain.likeness import Certainty, Likeness, best, likeness
from intake.domain.names import name_of, plain
from mash_shared.vocabulary import Channel

BY_REFERENCE = Likeness(certainty=Certainty.CERTAIN, score=100.0, reasons=(BY_QUOTED,))
BY_FAMILY = Likeness(certainty=Certainty.CERTAIN, score=90.0, reasons=("address", "family_name"))
MAYBE_FAMILY = Likeness(
    certainty=Certainty.POSSIBLE, score=50.0, reasons=("similar_address", "family_name")
)


def in_contact(contact: Contact, other: Contact) -> Iterator[Found]:
    """Give how an earlier contact is about the same child, family or person, if it is."""
    same_child = best(
        likeness(ours, theirs)
        for _, ours in contact.identities()
        for _, theirs in other.identities()
    )
    quoted = contact.quoted_reference is not None and contact.quoted_reference == other.reference
    by_child = BY_REFERENCE if quoted else same_child
    alike = best((by_child, _as_family(contact, other)))
    if alike is not None:
        tie = Tie.CHILD if alike is by_child else Tie.FAMILY
        named = _named_in(contact, other, sure=alike.certainty is Certainty.CERTAIN)
        of_subject = names_subject(contact, other)
        yield _in_earlier(contact, other, alike, tie=tie, of_children=named, of_subject=of_subject)
        return
    people = [
        (likeness(ours, theirs), our_role, role)
        for our_role, ours in contact.people()
        for role, theirs in other.people()
        if (our_role, role) != (PersonRole.CHILD, PersonRole.CHILD)
    ]
    alike = best(one for one, *_ in people)
    if alike is not None:
        our_role, role = next((ours, theirs) for one, ours, theirs in people if one is alike)
        yield _in_earlier(contact, other, alike, tie=Tie.PERSON, our_role=our_role, role=role)


def _named_in(contact: Contact, other: Contact, *, sure: bool) -> tuple[str, ...]:
    """Name our children whom the other contact names too: surely, where it is surely the same."""
    named = []
    for child, ours in contact.identities():
        alike = best(likeness(ours, theirs) for _, theirs in other.identities())
        if alike is not None and (alike.certainty is Certainty.CERTAIN or not sure):
            named.append(child.child_id)
    return tuple(named)


def names_subject(contact: Contact, other: Contact) -> bool:
    """Whether another contact names, as whatever, whom this request is about (M4, M10).

    In one about the same child or family who is like them is them: two such people around one child
    are not to be expected.
    """
    return any(
        likeness(subject, named)
        for subject in contact.subjects()
        for named in (*(person for _, person in other.people()), *other.perpetrators())
    )


def _in_earlier(contact: Contact, other: Contact, alike: Likeness, **how: Any) -> Found:
    return Found(
        record_id=other.id,
        kind=RecordKind.CONTACT,
        child_id=None,
        certainty=alike.certainty,
        score=alike.score,
        reasons=alike.reasons,
        because=alike.because,
        since=other.received_at,
        prompted=other.matching.prompt is not None,
        group_id=other.group_id,
        goes_to=tuple(way.route.record_id for way in other.ways.values() if way.route),
        same_referrer=_same_referrer(contact, other),
        is_referral=other.is_referral,
        awaits_form=_are_two_parts(contact, other),
        **how,
    )


def _are_two_parts(contact: Contact, other: Contact) -> bool:
    """Whether one may be the telephoned and the other the written part of one worry (A9, A10).

    Whichever was typed first: the call may wait for what comes behind it, or come behind a form.
    Two parts of one form that one person sent are one contact as well (A5).
    """
    if _are_parts_of_one_form(contact, other):
        return True
    form_before_call = contact.awaits_form and other.channel is not Channel.PHONE
    return other.awaits_form or form_before_call


def _are_parts_of_one_form(contact: Contact, other: Contact) -> bool:
    ours, theirs = contact.form_parts, other.form_parts
    forms = {form for form, _ in ours} & {form for form, _ in theirs}
    further = set(ours).isdisjoint(theirs)
    return bool(forms) and further and _same_referrer(contact, other)


def _same_referrer(contact: Contact, other: Contact) -> bool:
    """Whether the same person, as far as can be told, made both contacts."""
    ours, theirs = contact.facts.referrer, other.facts.referrer
    if ours is None or theirs is None or ours.kind is not theirs.kind:
        return False
    if ours.email and theirs.email:
        return ours.email == theirs.email
    named = plain(ours.full_name or "") and plain(ours.full_name or "") == plain(
        theirs.full_name or ""
    )
    rung = ours.telephone is not None and ours.telephone == theirs.telephone
    return bool(named) or rung


def is_earlier(other: Contact, contact: Contact) -> bool:
    """Whether the other contact was recorded before, and goes on as one of its own."""
    if other.recorded_at is None or contact.recorded_at is None:
        return False
    if other.ending is not None and other.ending.ended_as is Ended.JOINED:
        return False
    return (other.recorded_at, other.id) < (contact.recorded_at, contact.id)


def _as_family(contact: Contact, other: Contact) -> Likeness | None:
    """Say whether two contacts are about one family: one home, and a family name in common.

    Where a house or a flat is missing, a person decides; neighbours are not one family (ID6).
    """
    if not _family_names(contact) & _family_names(other):
        return None
    homes = compare_addresses(contact.facts.address, other.facts.address)
    if homes is At.SAME:
        return BY_FAMILY
    return MAYBE_FAMILY if homes is At.IN_PART else None


def _family_names(contact: Contact) -> set[str]:
    named = [child.full_name for child in contact.children]
    named += [adult.full_name for adult in contact.facts.household]
    names = (name_of(name) for name in named)
    return {name.lone or " ".join(name.family) for name in names if name.words}
