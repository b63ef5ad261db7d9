"""Whether the children of one contact are of one family: what speaks against it (N11)."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import combinations

from intake.domain.facts import Facts, KnownChild
from intake.domain.found import RecordKind
from intake.domain.households import are_two_homes, names_of, share_nobody
from intake.domain.names import Name, name_of
from intake.domain.record import ContactRecord


class Apart(StrEnum):
    """What speaks against two children being of one family; a surname never does."""

    LABELS = "labels"
    HARM_OUTSIDE = "harm_outside_the_family"
    HOMES = "different_homes"
    PARENTS = "different_parental_responsibility"
    JOINED = "joined_from_another_household"
    CASES = "cases_of_different_homes"


def doubts_of_kin(contact: ContactRecord) -> set[Apart]:
    """Give what speaks against one family, of children of whom nobody has said that they are."""
    return {
        why
        for one, other in combinations(contact.children, 2)
        if not is_said_of(contact, one, other)
        for why in _against(contact, one, other)
    }


def is_said_of(contact: ContactRecord, one: KnownChild, other: KnownChild) -> bool:
    """Whether somebody has said of these two that they are of one family."""
    return any(said.is_of(one) and said.is_of(other) for said in contact.one_family)


def _against(contact: ContactRecord, one: KnownChild, other: KnownChild) -> Iterator[Apart]:
    facts = contact.facts
    if one.family != other.family:
        yield Apart.LABELS
    elif one.family is None and _are_harmed_outside(facts, one, other):
        yield Apart.HARM_OUTSIDE
    if are_two_homes(one.address or facts.address, other.address or facts.address):
        yield Apart.HOMES
    if share_nobody(_parents(facts, one), _parents(facts, other)):
        yield Apart.PARENTS
    if contact.ways[one.child_id].came_with != contact.ways[other.child_id].came_with:
        yield Apart.JOINED
    ours, theirs = _case_homes(contact, one), _case_homes(contact, other)
    if ours and theirs and ours.isdisjoint(theirs):
        yield Apart.CASES


def _are_harmed_outside(facts: Facts, one: KnownChild, other: KnownChild) -> bool:
    """Whether harm outside the family is said of both, without a word whose they are (N9)."""
    harm = facts.circumstances.extra_familial_harm
    if harm is None:
        return False
    return not harm.child_ids or {one.child_id, other.child_id} <= set(harm.child_ids)


def _parents(facts: Facts, child: KnownChild) -> list[Name]:
    """Give who has parental responsibility for a child: their own, else those of the family."""
    own = [name_of(name) for name in child.parental_responsibility]
    return own or names_of(facts.parental_responsibility)


def _case_homes(contact: ContactRecord, child: KnownChild) -> set[str]:
    """Give the homes of the cases that are surely this child's, as far as they say one."""
    cases = contact.matching.holding(RecordKind.CASE)
    return {one.home for one in cases if one.child_id == child.child_id and one.home is not None}
