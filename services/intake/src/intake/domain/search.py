"""Comparing a contact with what the case index found for it (E, requirements 5.16)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.likeness import Certainty, Likeness, best, likeness, plain, share_address
from intake.domain.match import Flag, FlagKind, Found, RecordKind, Tie
from mash_shared.vocabulary import Channel

MOST = 20
"""Matches kept of one contact, the surest first; a person cannot weigh more."""
BY_REFERENCE = Likeness(certainty=Certainty.CERTAIN, score=100.0, reasons=("reference",))
BY_FAMILY = Likeness(certainty=Certainty.CERTAIN, score=90.0, reasons=("address", "family_name"))


BY_EARLIER_FACTS = Likeness(certainty=Certainty.POSSIBLE, score=99.0, reasons=("earlier_facts",))
"""A case that was matched before a correction: people say whether it still is the child's."""


Record = TypeVar("Record", KnownCase, Contact)


def looked_for(contact: Contact) -> frozenset[str]:
    """Give every key under which something about a contact may be on record."""
    quoted = contact.quoted_reference
    return frozenset((*contact.found_by, f"ref:{quoted}") if quoted else contact.found_by)


def near(contact: Contact, records: Iterable[Record]) -> list[Record]:
    """Give the records that share a key with one contact; those of its batch's others do not."""
    keys = looked_for(contact)
    return [one for one in records if not keys.isdisjoint(one.found_by)]


def found_for(
    contact: Contact, cases: Iterable[KnownCase], contacts: Sequence[Contact]
) -> tuple[Found, ...]:
    """Give what is on record of each of a contact's children and the family (E5), surest first.

    Only contacts recorded before count: so each referral has its place in the row (E4).
    """
    found = [*_in_cases(contact, cases)]
    for other in contacts:
        if _is_earlier(other, contact):
            found.extend(_in_contact(contact, other))
    certain_first = sorted(found, key=lambda one: (one.certainty is Certainty.CERTAIN, one.score))
    return tuple(reversed(certain_first))[:MOST]


def waves(contacts: Iterable[Contact]) -> list[list[Contact]]:
    """Put contacts that may be about the same people one behind the other, as they were recorded.

    What is found for one must know what was decided for the one before (E4). Names alone do not
    hold anybody up.
    """
    found: list[tuple[set[str], list[Contact]]] = []
    for contact in sorted(contacts, key=lambda one: (str(one.recorded_at), one.id)):
        strong = {key for key in contact.found_by if not key.startswith(("name:", "perpetrator:"))}
        strong.add(f"ref:{contact.quoted_reference or contact.reference}")
        behind = [place for place, (keys, _) in enumerate(found, start=1) if keys & strong]
        place = max(behind, default=0)
        if place == len(found):
            found.append((set(), []))
        found[place][0].update(strong)
        found[place][1].append(contact)
    return [wave for _, wave in found]


def flags_for(contact: Contact, contacts: Sequence[Contact]) -> tuple[Flag, ...]:
    """Give other families' contacts with the same alleged perpetrator or the same address."""
    others = [c for c in contacts if _is_earlier(c, contact) and not any(_in_contact(contact, c))]
    kinds = {
        FlagKind.REPEAT_PERPETRATOR: [c.id for c in others if _share_perpetrator(contact, c)],
        FlagKind.REPEAT_ADDRESS: [
            c.id for c in others if share_address(contact.facts.address, c.facts.address)
        ],
    }
    return tuple(
        Flag(kind=kind, contact_ids=tuple(sorted(ids)[:MOST])) for kind, ids in kinds.items() if ids
    )


def _in_cases(contact: Contact, cases: Iterable[KnownCase]) -> Iterator[Found]:
    held = {(one.record_id, one.child_id) for one in contact.matching.holding(RecordKind.CASE)}
    for case in cases:
        for child, identity in contact.identities():
            alike = likeness(identity, case.child) if case.child else None
            if alike is None and (case.case_ref, child.child_id) in held:
                alike = BY_EARLIER_FACTS
            if alike is not None:
                yield Found(
                    record_id=case.case_ref,
                    kind=RecordKind.CASE,
                    tie=Tie.CHILD,
                    child_id=child.child_id,
                    certainty=alike.certainty,
                    score=alike.score,
                    reasons=alike.reasons,
                    status=case.status,
                    worker=case.worker,
                    team=case.team,
                    closed_at=case.closed_at,
                )


def _in_contact(contact: Contact, other: Contact) -> Iterator[Found]:
    same_child = best(
        likeness(ours, theirs)
        for _, ours in contact.identities()
        for _, theirs in other.identities()
    )
    quoted = contact.quoted_reference is not None and contact.quoted_reference == other.reference
    by_child = BY_REFERENCE if quoted else same_child
    by_family = BY_FAMILY if _same_family(contact, other) else None
    alike = best((by_child, by_family))
    if alike is None:
        return
    yield Found(
        record_id=other.id,
        kind=RecordKind.CONTACT,
        tie=Tie.CHILD if alike is by_child else Tie.FAMILY,
        child_id=None,
        certainty=alike.certainty,
        score=alike.score,
        reasons=alike.reasons,
        since=other.received_at,
        prompted=other.matching.prompt is not None,
        group_id=other.group_id,
        goes_to=other.route.record_id if other.route else None,
        same_referrer=_same_referrer(contact, other),
        is_referral=other.is_referral,
        awaits_form=_are_two_parts(contact, other),
    )


def prompted_later(contact: Contact, contacts: Iterable[Contact]) -> bool:
    """Whether a later contact that is surely about the same people has raised the prompt (E4)."""
    later = (c for c in contacts if _is_earlier(contact, c) and c.matching.prompt is not None)
    found = (one for other in later for one in _in_contact(contact, other))
    return any(one.certainty is Certainty.CERTAIN for one in found)


def _are_two_parts(contact: Contact, other: Contact) -> bool:
    """Whether one may be the telephoned and the other the written part of one worry (A9, A10).

    Whichever was typed first: the call may wait for what comes behind it, or come behind a form.
    """
    form_before_call = contact.awaits_form and other.channel is not Channel.PHONE
    return other.awaits_form or form_before_call


def _same_referrer(contact: Contact, other: Contact) -> bool:
    """Whether the same person, as far as can be told, made both contacts."""
    ours, theirs = contact.facts.referrer, other.facts.referrer
    if ours is None or theirs is None or ours.kind is not theirs.kind:
        return False
    if ours.email and theirs.email:
        return ours.email == theirs.email
    named = plain(ours.full_name) and plain(ours.full_name) == plain(theirs.full_name)
    rung = ours.telephone is not None and ours.telephone == theirs.telephone
    return bool(named) or rung


def _is_earlier(other: Contact, contact: Contact) -> bool:
    if other.recorded_at is None or contact.recorded_at is None:
        return False
    if other.ending is not None and other.ending.ended_as is Ended.JOINED:
        return False
    return (other.recorded_at, other.id) < (contact.recorded_at, contact.id)


def _same_family(contact: Contact, other: Contact) -> bool:
    """Whether two contacts are about one family: one address, and a family name in common."""
    same = share_address(contact.facts.address, other.facts.address)
    return same and bool(_family_names(contact) & _family_names(other))


def _family_names(contact: Contact) -> set[str]:
    named = [child.full_name for child in contact.children]
    named += [adult.full_name for adult in contact.facts.household]
    return {plain(name).split()[-1] for name in named if plain(name)}


def _share_perpetrator(contact: Contact, other: Contact) -> bool:
    return any(
        likeness(ours, theirs) for ours in contact.perpetrators() for theirs in other.perpetrators()
    )
