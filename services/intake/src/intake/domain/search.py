"""Comparing a contact with what the case index found for it (E, requirements 5.16)."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from intake.domain.addresses import share_address
from intake.domain.case import CaseStatus, KnownCase
from intake.domain.cases import in_cases_for
from intake.domain.contact import Contact
from intake.domain.earlier import in_contact, is_earlier, names_subject
from intake.domain.finding import GROUP, STRANGERS, asked
from intake.domain.found import Flag, FlagKind, Found
from intake.domain.likeness import Certainty, likeness

MOST = 20
"""Possible cases, and earlier contacts, kept of one contact; a person cannot weigh more."""


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
    earlier = (other for other in contacts if is_earlier(other, contact))
    found = (one for other in earlier for one in in_contact(contact, other))
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

    What is found for one must know what was decided for the one before (E4). What strangers share
    holds nobody up.
    """
    found: list[tuple[set[str], list[Contact]]] = []
    for contact in sorted(contacts, key=lambda one: (str(one.recorded_at), one.id)):
        strong = {key for key in contact.found_by if not key.startswith((*STRANGERS, GROUP))}
        strong.add(f"ref:{contact.quoted_reference or contact.reference}")
        behind = [place for place, (keys, _) in enumerate(found, start=1) if keys & strong]
        place = max(behind, default=0)
        if place == len(found):
            found.append((set(), []))
        found[place][0].update(strong)
        found[place][1].append(contact)
    return [wave for _, wave in found]


def flags_for(contact: Contact, contacts: Sequence[Contact]) -> tuple[Flag, ...]:
    """Give other families' contacts with the same alleged perpetrator or the same address.

    And those of which one is a request about somebody whom the other names in whatever role, though
    it be found as a match as well: what probation says of a person is not overlooked (M10).
    """
    others = [other for other in contacts if is_earlier(other, contact)]
    sharing = {
        FlagKind.REPEAT_PERPETRATOR: [c for c in others if _share_perpetrator(contact, c)],
        FlagKind.REPEAT_ADDRESS: [
            c for c in others if share_address(contact.facts.address, c.facts.address)
        ],
    }
    apart = {
        kind: sorted(other.id for other in some if not any(in_contact(contact, other)))
        for kind, some in sharing.items()
    }
    asked = sorted(c.id for c in others if names_subject(contact, c) or names_subject(c, contact))
    apart[FlagKind.SUBJECT_OF_REQUEST] = asked
    there = {kind: ids[:MOST] for kind, ids in apart.items() if ids}
    return tuple(Flag(kind=kind, contact_ids=tuple(ids)) for kind, ids in there.items())


def prompted_later(contact: Contact, contacts: Iterable[Contact]) -> bool:
    """Whether a later contact that is surely about the same people has raised the prompt (E4)."""
    later = (c for c in contacts if is_earlier(contact, c) and c.matching.prompt is not None)
    found = (one for other in later for one in in_contact(contact, other))
    return any(one.certainty is Certainty.CERTAIN for one in found)


def _share_perpetrator(contact: Contact, other: Contact) -> bool:
    return any(
        likeness(ours, theirs) for ours in contact.perpetrators() for theirs in other.perpetrators()
    )
