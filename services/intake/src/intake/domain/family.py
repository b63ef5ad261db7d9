"""What an enquiry is told of a family: what it needs, and no more (B4, B5, B7)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from intake.domain.facts import Adult, Facts, KnownChild
from mash_shared.doubts import nhs_number_is_valid
from mash_shared.people import Child, Family, HouseholdMember

WHOLE_DATE = len("2016-05-31")
NAME_NOT_KNOWN = "name not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which family, and over what worry, agencies were told last (N11)."""

    family: Family
    concern: str

    def about(self, child_ids: Collection[str]) -> Self:
        """Give it without the children who are in it no more."""
        here = tuple(one for one in self.family.children if one.child_id in child_ids)
        return replace(self, family=replace(self.family, children=here))


def family_of(facts: Facts, child_ids: Collection[str]) -> Family:
    """Give what an enquiry about these children needs: no origin, belief or language of anybody."""
    return Family(
        children=tuple(_child(c) for c in facts.children if c.child_id in child_ids),
        household=tuple(_member(adult) for adult in facts.household),
        address=facts.address,
    )


def _child(child: KnownChild) -> Child:
    whole, part = _date(child.date_of_birth)
    return Child(
        child_id=child.child_id,
        full_name=child.full_name,
        date_of_birth=whole,
        date_of_birth_in_part=part,
        unborn=child.unborn,
        gender=child.gender,
        nhs_number=child.nhs_number if nhs_number_is_valid(child.nhs_number) else None,
        school_or_nursery=child.school_or_nursery,
    )


def _member(adult: Adult) -> HouseholdMember:
    whole, part = _date(adult.date_of_birth)
    return HouseholdMember(
        full_name=adult.full_name or NAME_NOT_KNOWN,
        date_of_birth=whole,
        date_of_birth_in_part=part,
        relationship_to_child=adult.relationship_to_child,
    )


def _date(known: str | None) -> tuple[date | None, str | None]:
    if known is None or len(known) < WHOLE_DATE:
        return None, known
    try:
        return date.fromisoformat(known), None
    except ValueError:
        return None, known
