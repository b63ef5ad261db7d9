"""What was said of a contact: nine groups of facts, each as far as known (B3-B12)."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from intake.domain.circumstances import Circumstances
from mash_shared.doubts import nhs_number_is_valid
from mash_shared.people import (
    Child,
    DateOrMissing,
    Family,
    HouseholdMember,
    NhsNumberOrMissing,
    Prose,
    ProseOrMissing,
    Referrer,
    Short,
    ShortOrMissing,
)

CLOSED: ConfigDict = ConfigDict(extra="forbid")
WHOLE_DATE = len("2016-05-31")
NAME_NOT_KNOWN = "name not known"


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
    """The nine groups that the manual asks for (B4-B12)."""

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

    `whereabouts` is where the child is now, where that is not at home.
    """

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    unborn: bool = False
    gender: ShortOrMissing = None
    nhs_number: NhsNumberOrMissing = None
    school_or_nursery: ShortOrMissing = None
    address: ShortOrMissing = None
    whereabouts: ProseOrMissing = None
    special_needs: ProseOrMissing = None
    communication_means: ShortOrMissing = None
    vulnerabilities: Annotated[tuple[Short, ...], Field(max_length=30)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChild(ChildFacts):
    """A child under the hub's own id."""

    child_id: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult(Background):
    """Somebody around the child: of the household, or with parental responsibility (B6-B8)."""

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
    """The referrer, how they know the family, and their own number for it (A7, B11, M11)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    source: ShortOrMissing = None
    agency: ShortOrMissing = None
    knowledge: ProseOrMissing = None
    their_reference: ShortOrMissing = None

    def to_be_told(self) -> Referrer:
        """Give what is needed to tell them, and no more."""
        return Referrer(**{one.name: getattr(self, one.name) for one in fields(Referrer)})


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWanted:
    """What a request for help and support says beside its concern (C4-C7)."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED

    discussed_with_family: YesNo = YesNo.UNKNOWN
    best_placed_provider: ShortOrMissing = None
    services_involved: Annotated[tuple[Short, ...], Field(max_length=30)] = ()
    why_not_enough: ProseOrMissing = None
    early_help_assessment: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that was said, as of one version of the record."""

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

    def family(self) -> Family:
        """Give what an enquiry needs of the family: no origin, belief or language of anybody."""
        return Family(
            children=tuple(_child(child) for child in self.children),
            household=tuple(_member(adult) for adult in self.household),
            address=self.address,
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
