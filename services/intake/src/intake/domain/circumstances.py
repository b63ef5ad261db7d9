"""Special circumstances that the front door must recognise, and the work each brings (N)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field

from mash_shared.people import Prose, ProseOrMissing, Short, ShortOrMissing
from mash_shared.reminders import Reminder

CLOSED: ConfigDict = ConfigDict(extra="forbid")


class Duty(StrEnum):
    """Work that a circumstance makes somebody do; a mandatory one keeps the contact open."""

    DISABLED_CHILD_ASSESSMENT = "disabled_child_assessment"
    PARENT_CARER_SUPPORT = "parent_carer_support"
    PARENT_CARER_ASSESSMENT = "parent_carer_assessment"
    YOUNG_CARER_ASSESSMENT = "young_carer_assessment"
    REMAND_VISIT = "remand_visit"
    REMAND_CARE_PLAN = "remand_care_plan"
    HOME_AUTHORITY_ASSESSMENT = "home_authority_assessment"
    ADMISSIONS_BOARD = "admissions_board"


BEFORE_ANY_DECISION = frozenset({Duty.REMAND_VISIT})
"""What has to be done before anything is decided for the child (N12)."""
OF_EACH_CHILD = frozenset(
    {
        Duty.DISABLED_CHILD_ASSESSMENT,
        Duty.YOUNG_CARER_ASSESSMENT,
        Duty.REMAND_VISIT,
        Duty.REMAND_CARE_PLAN,
    }
)
"""What is done for one child at a time: done for one it is done for no other (N2, N6, N12)."""
DONE_ON = "done_on"
"""When it was done, as a date: what is asked of a visit and of every assessment."""
ANSWERS: dict[str, tuple[str, ...]] = {
    Duty.DISABLED_CHILD_ASSESSMENT: (DONE_ON, "needs"),
    Duty.PARENT_CARER_SUPPORT: ("support_needed",),
    Duty.PARENT_CARER_ASSESSMENT: (DONE_ON, "appropriate_to_provide_care"),
    Duty.YOUNG_CARER_ASSESSMENT: (DONE_ON, "care_is", "cared_for", "wishes"),
    Duty.REMAND_VISIT: (DONE_ON, "needs"),
    Duty.REMAND_CARE_PLAN: ("needs_met_on_remand", "needs_met_at_transition"),
    Duty.HOME_AUTHORITY_ASSESSMENT: (DONE_ON, "findings"),
    Duty.ADMISSIONS_BOARD: (DONE_ON, "attended_by"),
}
"""What has to be answered when a duty is done (N2, N3, N4, N8, N12, N13, N14, N15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What is special about children of the contact, by id; without ids about its only child."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    child_ids: Annotated[tuple[Short, ...], Field(max_length=30)] = ()

    def is_about(self, child_id: str | None) -> bool:
        """Whether it is about this child, or about anybody; one that names nobody is about each."""
        return child_id is None or not self.child_ids or child_id in self.child_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabledChild(Circumstance):
    """A child's disability: its pressures are asked after; a parent may ask for an assessment."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    assessment_requested_by_parent: bool = False
    pressures: ProseOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentCarer(Circumstance):
    """A parent carer who asks for their own assessment, known child or not (N5)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    requested: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungCarer(Circumstance):
    """A child who cares for somebody (N6, N7, N8)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    possible_needs: bool = True
    requested_by: Literal["young_carer", "parent"] | None = None
    cared_for: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraFamilialHarm(Circumstance):
    """Harm from outside the family (N9, N11); the same words stand in each child's record."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    context: ProseOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remand(Circumstance):
    """A child looked after through a remand to youth detention (N12, N13)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    accommodation: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MotherAndBabyUnit(Circumstance):
    """A woman in prison applies for a place with her baby (N14, N15, N16); authorities by name."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    home_authority: Short
    prison_authority: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Which of them this contact has (N)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    disabled_child: DisabledChild | None = None
    parent_carer: ParentCarer | None = None
    young_carer: YoungCarer | None = None
    extra_familial_harm: ExtraFamilialHarm | None = None
    remand: Remand | None = None
    mother_and_baby_unit: MotherAndBabyUnit | None = None

    def duties(self) -> Iterator[tuple[Duty, tuple[str, ...]]]:
        """Give the work that these circumstances bring, for which children.

        Assessments (N2, N5, N6, N7, N14), parents' support (N3), the visit and the plan of a remand
        (N12, N13), and the board (N15).
        """
        if self.disabled_child:
            yield Duty.PARENT_CARER_SUPPORT, self.disabled_child.child_ids
            if self.disabled_child.assessment_requested_by_parent:
                yield Duty.DISABLED_CHILD_ASSESSMENT, self.disabled_child.child_ids
        if self.parent_carer and self.parent_carer.requested:
            yield Duty.PARENT_CARER_ASSESSMENT, self.parent_carer.child_ids
        if self.young_carer and (self.young_carer.possible_needs or self.young_carer.requested_by):
            yield Duty.YOUNG_CARER_ASSESSMENT, self.young_carer.child_ids
        if self.remand:
            yield Duty.REMAND_VISIT, self.remand.child_ids
            yield Duty.REMAND_CARE_PLAN, self.remand.child_ids
        if self.mother_and_baby_unit:
            yield Duty.HOME_AUTHORITY_ASSESSMENT, self.mother_and_baby_unit.child_ids
            yield Duty.ADMISSIONS_BOARD, self.mother_and_baby_unit.child_ids

    def takes_back(self, before: "Circumstances", only: tuple[str, ...]) -> bool:
        """Whether these leave out work, or a child it is for, that the ones before brought (N).

        What named nobody before was about the `only` child, where there was one.
        """
        now = dict(self.duties())
        return any(
            duty not in now or not set(named or (only if now[duty] else ())) <= set(now[duty])
            for duty, named in before.duties()
        )

    def named(self) -> set[str]:
        """Give the children that a circumstance names."""
        there = (getattr(self, one.name) for one in fields(self))
        return {child for one in there if one is not None for child in one.child_ids}

    def about(self, ids: Mapping[str, str]) -> Self:
        """Give the circumstances of these children under other ids, and of no other child."""
        moved: dict[str, Any] = {}
        for one in fields(self):
            circumstance: Circumstance | None = getattr(self, one.name)
            if circumstance is not None and circumstance.child_ids:
                there = tuple(ids[child] for child in circumstance.child_ids if child in ids)
                moved[one.name] = replace(circumstance, child_ids=there) if there else None
        return replace(self, **moved)

    def of_only(self, child_ids: tuple[str, ...]) -> Self:
        """Give the same with the only child of these named where nobody is."""
        there = ((one.name, getattr(self, one.name)) for one in fields(self))
        unnamed = {name: one for name, one in there if one is not None and not one.child_ids}
        if len(child_ids) != 1:
            return self
        return replace(
            self, **{name: replace(one, child_ids=child_ids) for name, one in unnamed.items()}
        )

    def reminders(self, child_id: str | None = None) -> Iterator[Reminder]:
        """Give what whoever analyses a child is reminded of, or any child (N1, N3, N9).

        What names no child is about each.
        """
        if self.disabled_child and self.disabled_child.is_about(child_id):
            yield Reminder.DISABILITY_PRESSURES
            yield Reminder.PARENTS_SUPPORT
        if self.extra_familial_harm and self.extra_familial_harm.is_about(child_id):
            yield Reminder.OWN_NEEDS

    def responsible_authority(self, *, placed: bool) -> str | None:
        """Name the responsible authority of a mother and baby: the prison's once placed (N16)."""
        unit = self.mother_and_baby_unit
        if unit is None:
            return None
        return unit.prison_authority if placed else unit.home_authority


TextAnswers = Annotated[dict[Short, Prose], Field(max_length=20)]
"""Answers by what is asked."""
