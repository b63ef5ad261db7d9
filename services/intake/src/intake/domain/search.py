"""Comparing a contact with what the case index found for it (E, requirements 5.16)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from intake.domain.addresses import At, share_address
from intake.domain.addresses import compare as compare_addresses
from intake.domain.case import CaseStatus, KnownCase
from intake.domain.cases import in_cases_for
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.finding import asked
from intake.domain.found import Flag, FlagKind, Found, PersonRole, RecordKind, Tie
from intake.domain.likeness import Certainty, Likeness, best, likeness
from intake.domain.names import name_of, plain
from mash_shared.vocabulary import Channel

MOST = 20
"""Possible cases, and earlier contacts, kept of one contact; a person cannot weigh more."""
BY_REFERENCE = Likeness(certainty=Certainty.CERTAIN, score=100.0, reasons=("reference",))
BY_FAMILY = Likeness(certainty=Certainty.CERTAIN, score=90.0, reasons=("address", "family_name"))
MAYBE_FAMILY = Likeness(
    certainty=Certainty.POSSIBLE, score=50.0, reasons=("similar_address", "family_name")
)


Record = TypeVar("Record", KnownCase, Contact)


def looked_for(contact: Contact) -> frozenset[str]:
    """Give every key under which something about a contact may be on record."""
    others = (key for key in contact.found_by if key.startswith(("ref:", "case:", "perpetrator:")))
    quoted = [f"ref:{contact.quoted_reference}"] if contact.quoted_reference else []
    people = (key for _, person in contact.people() for key in asked(person))
    return frozenset((*others, *quoted, *people))


def near(contact: Contact, records: Iterable[Record]) -> list[Record]:
    """Give the records that share a key with one contact; those of its batch's others do not."""
    keys = looked_for(contact)
    return [one for one in records if not keys.isdisjoint(one.found_by)]


def found_for(
    contact: Contact, cases: Iterable[KnownCase], contacts: Sequence[Contact]
) -> tuple[Found, ...]:
    """Give what is on record of a contact's children, family and people (E5), surest first.

    Only contacts recorded before count: so each referral has its place in the row (E4). Earlier
    contacts crowd out no case, possible matches no certain one, and closed cases no open one.
    """
    in_cases = sorted(_once(in_cases_for(contact, cases)), key=_rank_of_case, reverse=True)
    earlier = (other for other in contacts if _is_earlier(other, contact))
    found = (one for other in earlier for one in _in_contact(contact, other))
    in_contacts = sorted(found, key=_sureness, reverse=True)
    sure = [one for one in in_cases if one.certainty is Certainty.CERTAIN]
    possible = [one for one in in_cases if one.certainty is Certainty.POSSIBLE]
    kept = [*sure, *possible[:MOST], *in_contacts[:MOST]]
    return tuple(sorted(kept, key=_sureness, reverse=True))


def _sureness(found: Found) -> tuple[bool, bool, bool, float]:
    return (
        found.is_about_the_children,
        found.certainty is Certainty.CERTAIN,
        found.status is CaseStatus.OPEN,
        found.score,
    )


def _rank_of_case(found: Found) -> tuple[bool, bool, float]:
    return found.is_about_the_children, found.status is CaseStatus.OPEN, found.score


def _once(found: Iterable[Found]) -> Iterable[Found]:
    """Give each case once for each child; one that others were merged into speaks for itself."""
    by_child: dict[tuple[str, str | None], Found] = {}
    for one in found:
        by_child.setdefault((one.record_id, one.child_id), one)
    return by_child.values()


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


def _in_contact(contact: Contact, other: Contact) -> Iterator[Found]:
    same_child = best(
        likeness(ours, theirs)
        for _, ours in contact.identities()
        for _, theirs in other.identities()
    )
    quoted = contact.quoted_reference is not None and contact.quoted_reference == other.reference
    by_child = BY_REFERENCE if quoted else same_child
    alike = best((by_child, _as_family(contact, other)))
    if alike is not None:
        yield _in_earlier(contact, other, alike, tie=Tie.CHILD if alike is by_child else Tie.FAMILY)
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
        goes_to=other.route.record_id if other.route else None,
        same_referrer=_same_referrer(contact, other),
        is_referral=other.is_referral,
        awaits_form=_are_two_parts(contact, other),
        **how,
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
    named = plain(ours.full_name or "") and plain(ours.full_name or "") == plain(
        theirs.full_name or ""
    )
    rung = ours.telephone is not None and ours.telephone == theirs.telephone
    return bool(named) or rung


def _is_earlier(other: Contact, contact: Contact) -> bool:
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


def _share_perpetrator(contact: Contact, other: Contact) -> bool:
    return any(
        likeness(ours, theirs) for ours in contact.perpetrators() for theirs in other.perpetrators()
    )
