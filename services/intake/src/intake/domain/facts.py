"""What was said of a contact: nine groups of facts, each as far as known (B3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field

from intake.domain.circumstances import Circumstances
from mash_shared.people import (
    AskedAbout,
    DateOrMissing,
    NhsNumberOrMissing,
    Prose,
    ProseOrMissing,
    Referrer,
    Short,
    ShortOrMissing,
)
from mash_shared.reminders import Reminder

OTHER_AGENCY = "other"
"""Stands for an agency that the policy does not name (A18)."""
CodeOrMissing = Annotated[ShortOrMissing, AfterValidator(lambda code: code and code.casefold())]
CLOSED: ConfigDict = ConfigDict(extra="forbid")


class Knowledge(StrEnum):
    """How it stands with a group of facts (B3)."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class YesNo(StrEnum):
    """An answer that may be missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FactGroup(StrEnum):
    """The nine groups that the manual asks for (B3)."""

    CHILDREN = "children"
    ADDRESS_AND_SCHOOL = "address_and_school"
    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    HOUSEHOLD = "household"
    BACKGROUND = "background"
    SPECIAL_NEEDS = "special_needs"
    ALLEGED_PERPETRATOR = "alleged_perpetrator"
    REFERRER = "referrer"
    PARENTS_VIEW = "parents_view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What people are asked of themselves: special-category data (B8)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    ethnicity: ShortOrMissing = None
    first_language: ShortOrMissing = None
    religion: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts(Background):
    """A child as far as known (B4, B5, B8, B9, O13); `address` where it is not the family's.

    `whereabouts` is where the child is now, where that is not at home. `parental_responsibility`
    names who has it for this child, where those are not the family's. `family` tells the children
    of two families apart, by any short label (N11).
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    unborn: bool = False
    gender: ShortOrMissing = None
    nhs_number: NhsNumberOrMissing = None
    school_or_nursery: ShortOrMissing = None
    address: ShortOrMissing = None
    parental_responsibility: Annotated[tuple[Short, ...], Field(max_length=10)] = ()
    whereabouts: ProseOrMissing = None
    special_needs: ProseOrMissing = None
    communication_means: ShortOrMissing = None
    vulnerabilities: Annotated[tuple[Short, ...], Field(max_length=30)] = ()
    family: ShortOrMissing = None

    @property
    def known_by(self) -> tuple[str | None, str | None, str | None]:
        """By what it is told who the child is: name, birth and number (B2)."""
        return self.full_name, self.date_of_birth, self.nhs_number


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChild(ChildFacts):
    """A child under the hub's own id."""

    child_id: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult(Background):
    """Somebody around the child: of the household, or with parental responsibility (B6, B7, B8)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    relationship_to_child: ShortOrMissing = None
    address: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllegedPerpetrator:
    """Who is said to do harm (B10); seen by fewer people than the rest.

    One who is a child gets a contact of their own (N10).
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    relationship_to_child: ShortOrMissing = None
    whereabouts: ProseOrMissing = None
    is_child: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerFacts(Referrer):
    """The referrer, how they know the family, and their own number for it (A7, B11, M11).

    `agency` is a code of the policy's agencies, or `other`, which `organisation` then says (A18).
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    source: ShortOrMissing = None
    agency: CodeOrMissing = None
    knowledge: ProseOrMissing = None
    their_reference: ShortOrMissing = None

    def to_be_told(self) -> Referrer:
        """Give what is needed to tell them, and no more."""
        return Referrer(**{one.name: getattr(self, one.name) for one in fields(Referrer)})


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWanted:
    """What a request for help says beside its concern; it needs no assessment (C4, C5, C7)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    discussed_with_family: YesNo = YesNo.UNKNOWN
    best_placed_provider: ShortOrMissing = None
    services_involved: Annotated[tuple[Short, ...], Field(max_length=30)] = ()
    why_not_enough: ProseOrMissing = None
    early_help_assessment: Literal["none", "in_progress", "completed"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that was said; that parents know, and that they agree, are two answers (B12)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    concern: Prose = ""
    children: tuple[KnownChild, ...] = ()
    household: tuple[Adult, ...] = ()
    parental_responsibility: tuple[Adult, ...] = ()
    address: ShortOrMissing = None
    alleged_perpetrators: tuple[AllegedPerpetrator, ...] = ()
    referrer: ReferrerFacts | None = None
    parents_aware: YesNo = YesNo.UNKNOWN
    parents_agree: YesNo = YesNo.UNKNOWN
    significant_harm: YesNo = YesNo.UNKNOWN
    knowledge: dict[FactGroup, Knowledge] = field(default_factory=dict)
    attestations: tuple[Short, ...] = ()
    threshold_level: ShortOrMissing = None
    help_wanted: HelpWanted | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)
    asked_about: AskedAbout | None = None

    def known(self) -> dict[FactGroup, Knowledge]:
        """Say how it stands with each group: as it was said, else by what is there (B3)."""
        there = {
            FactGroup.CHILDREN: any(child.full_name for child in self.children),
            FactGroup.ADDRESS_AND_SCHOOL: bool(self.address)
            or any(child.school_or_nursery for child in self.children),
            FactGroup.PARENTAL_RESPONSIBILITY: bool(self.parental_responsibility),
            FactGroup.HOUSEHOLD: bool(self.household),
            FactGroup.BACKGROUND: any(
                one.ethnicity or one.first_language or one.religion
                for one in (*self.children, *self.parental_responsibility, *self.household)
            ),
            FactGroup.SPECIAL_NEEDS: any(
                child.special_needs or child.communication_means for child in self.children
            ),
            FactGroup.ALLEGED_PERPETRATOR: bool(self.alleged_perpetrators),
            FactGroup.REFERRER: self.referrer is not None and self.referrer.knowledge is not None,
            FactGroup.PARENTS_VIEW: self.parents_aware is not YesNo.UNKNOWN,
        }
        by_what_is_there = {
            group: Knowledge.KNOWN if known else Knowledge.NOT_ASKED
            for group, known in there.items()
        }
        return by_what_is_there | self.knowledge

    def reminders(self, child: KnownChild) -> tuple[Reminder, ...]:
        """Give what whoever analyses this child is reminded of (N1, N3, N9, O13).

        What makes a child easy to exploit matters where the harm comes from outside the family.
        """
        of_circumstances = tuple(self.circumstances.reminders(child.child_id))
        exploitable = child.vulnerabilities and Reminder.OWN_NEEDS in of_circumstances
        return (*of_circumstances, *((Reminder.EASY_TO_EXPLOIT,) if exploitable else ()))

    def about(self, child_ids: Collection[str], ids: Mapping[str, str] | None = None) -> Self:
        """Give what is said of these children, and of no other; of some under other `ids`."""
        ids = {child: (ids or {}).get(child, child) for child in child_ids}
        theirs = (child for child in self.children if child.child_id in ids)
        return replace(
            self,
            children=tuple(replace(child, child_id=ids[child.child_id]) for child in theirs),
            circumstances=self.circumstances.about(ids),
        )
