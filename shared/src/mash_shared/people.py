"""The people and circumstances of a contact, in the one form that services and topics share.

Plain frozen dataclasses: pydantic checks their form where they enter (HTTP, topics), domains use
them as they are. Every string has a length limit, in characters.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from mash_shared import tidying
from mash_shared.vocabulary import ConsentStatus, ReferrerKind

LONGEST_LINE = 200
"""Characters."""
_LINE = StringConstraints(min_length=1, max_length=LONGEST_LINE)
_OR_MISSING = BeforeValidator(tidying.blank_is_missing)

Short = Annotated[str, _LINE, BeforeValidator(tidying.line)]
_REGISTRATION = re.compile(r"SW[0-9]{3,8}")


def as_registered(value: Any) -> str | None:
    """Give a number as Social Work England writes it; one that is none registers nobody."""
    written = re.sub(r"[\s-]", "", value).upper() if isinstance(value, str) else ""
    return written if _REGISTRATION.fullmatch(written) else None


LONGEST_PROSE = 20_000
"""Characters."""
Prose = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_PROSE), BeforeValidator(tidying.prose)
]
Email = Annotated[
    str,
    StringConstraints(min_length=1, max_length=254),
    BeforeValidator(tidying.email),
    Field(examples=["i.saltmarsh@marlpit-lane.example"]),
]
"""An address as it is mailed; one that cannot be mailed is kept as it was written."""
Telephone = Annotated[
    str,
    _LINE,
    BeforeValidator(tidying.telephone),
    Field(examples=["01632 960001", "+44 (0)1632 960001 ext 4"]),
]
"""A telephone number as its digits, or as it was written."""
NhsNumber = Annotated[
    str,
    _LINE,
    BeforeValidator(tidying.nhs_number),
    Field(examples=["999 000 0026", "9990000026"]),
]
"""An NHS number as its digits; one that is nobody's is kept as it was written."""
PartlyKnownDate = Annotated[
    str,
    _LINE,
    BeforeValidator(tidying.date_in_part),
    Field(examples=["2016", "2016-05", "2016-05-31", "31/05/2016"]),
]
"""A date as far as known: a year, a year and month, or a whole date; else as it was written."""
ShortOrMissing = Annotated[Short | None, _OR_MISSING]
ProseOrMissing = Annotated[Prose | None, _OR_MISSING]
EmailOrMissing = Annotated[Email | None, _OR_MISSING]
TelephoneOrMissing = Annotated[Telephone | None, _OR_MISSING]
NhsNumberOrMissing = Annotated[NhsNumber | None, _OR_MISSING]
DateOrMissing = Annotated[PartlyKnownDate | None, _OR_MISSING]
"""What was left blank is missing, and what is missing never blocks (B3)."""
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
    AfterValidator(lambda moment: moment.astimezone(UTC)),
]
"""A time with its zone, from somebody outside; kept in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child a contact is about (B4); `child_id` is ours, the rest as far as known (B3).

    Agencies look for whom this names, so an NHS number in doubt is not in it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    child_id: Short
    full_name: ShortOrMissing = None
    date_of_birth: date | None = None
    date_of_birth_in_part: ShortOrMissing = None
    unborn: bool = False
    gender: ShortOrMissing = None
    nhs_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None
    school_or_nursery: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdMember:
    """Somebody who lives with the child (B7)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: Short
    date_of_birth: date | None = None
    date_of_birth_in_part: ShortOrMissing = None
    relationship_to_child: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Everything about the children that an enquiry may need (B4, B5, B7)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    children: tuple[Child, ...]
    household: tuple[HouseholdMember, ...] = ()
    address: ShortOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """Who raised the worry and how they can be told (A1, A7, B11)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: ReferrerKind
    full_name: ShortOrMissing = None
    organisation: ShortOrMissing = None
    relationship_to_child: ShortOrMissing = None
    email: EmailOrMissing = None
    telephone: TelephoneOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulBasis:
    """The envelope without which no request leaves for an agency (D8, D12, invariant 1).

    `do_not_inform` is the ground on which the family must not learn of it, None where it may.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    basis: Short
    consent_status: ConsentStatus
    override_rationale_recorded: bool
    policy_version: Short
    do_not_inform: ShortOrMissing = None


def _as_printed(number: str | None) -> str | None:
    return "".join(number.upper().split()) or None if number else None


PrisonNumber = Annotated[ShortOrMissing, AfterValidator(_as_printed)]
"""A prisoner's number, in capitals and without spaces (M5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAbout:
    """Whom somebody asks, or tells, the hub about: a child or an adult, as known (B3, M3, M5).

    `aliases` are further names under which a prison, or probation, knows them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    aliases: Annotated[tuple[Short, ...], Field(max_length=10)] = ()
    address: ShortOrMissing = None
    prison_number: PrisonNumber = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpokenOf:
    """A child of whom an agency speaks, as far as it knows them (B3, M10)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    nhs_number: NhsNumberOrMissing = None
    school_or_nursery: ShortOrMissing = None
    address: ShortOrMissing = None
