"""Whether two groups of people may be one household: homes and names compared (N11)."""

from collections.abc import Iterable

from intake.domain.addresses import At, compare
from intake.domain.facts import Adult, Facts
from intake.domain.names import Agreement, Name, name_of
from intake.domain.names import compare as compare_names

ELSEWHERE = (At.DIFFERENT, At.AREA, At.NEIGHBOUR)
"""How two addresses agree that are two homes; the rest may be one that somebody misspelt."""


def are_two_homes(one: str | None, other: str | None) -> bool:
    """Whether two addresses are known, and surely two homes."""
    return one != other and compare(one, other) in ELSEWHERE


def are_other_people(ours: Facts, theirs: Facts) -> bool:
    """Whether two contacts name two households: two homes, or adults of whom none is in both."""
    groups = (
        (ours.household, theirs.household),
        (ours.parental_responsibility, theirs.parental_responsibility),
    )
    others = any(share_nobody(names_of(here), names_of(there)) for here, there in groups)
    return others or are_two_homes(ours.address, theirs.address)


def names_of(people: Iterable[Adult]) -> list[Name]:
    """Give the names of people, of those who have one."""
    return [name_of(person.full_name) for person in people if person.full_name]


def share_nobody(some: Iterable[Name], others: Iterable[Name]) -> bool:
    """Whether both name somebody, and nobody of the one may be somebody of the other."""
    here, there = list(some), list(others)
    alike = any(_may_be(one, other) for one in here for other in there)
    return bool(here) and bool(there) and not alike


def _may_be(one: Name, other: Name) -> bool:
    """Whether two names may be one person's, however they are written."""
    agreed = compare_names(one, other)
    return Agreement.DIFFERENT not in (agreed.given, agreed.family)
