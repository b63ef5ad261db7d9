"""The people and circumstances of a contact, in the one form that services and topics share.

Plain frozen dataclasses: pydantic checks their form where they enter (HTTP, topics), domains use
them as they are. Every string has a length limit, in characters.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from mash_shared.vocabulary import ConsentStatus, ReferrerKind

Short = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000, strip_whitespace=True)]
Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
    ),
]
Answered = Literal["information", "nothing_known", "declined", "unavailable"]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
    AfterValidator(lambda moment: moment.astimezone(UTC)),
]
"""A time with its zone, from somebody outside; kept in UTC."""
NhsNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child a contact is about (B4); `child_id` is ours, the rest as far as known (B3)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    child_id: Short
    full_name: Short | None = None
    date_of_birth: date | None = None
    date_of_birth_in_part: Short | None = None
    unborn: bool = False
    gender: Short | None = None
    nhs_number: NhsNumber | None = None
    school_or_nursery: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdMember:
    """Somebody who lives with the child (B7)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: Short
    date_of_birth: date | None = None
    date_of_birth_in_part: Short | None = None
    relationship_to_child: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Everything about the children that an enquiry may need (B4-B7)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    children: tuple[Child, ...]
    household: tuple[HouseholdMember, ...] = ()
    address: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """Who raised the worry and how they can be told (A1, A7, B11)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: ReferrerKind
    full_name: Short | None = None
    organisation: Short | None = None
    relationship_to_child: Short | None = None
    email: Email | None = None
    telephone: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulBasis:
    """The envelope without which no request leaves for an agency (D7-D13, invariant 1)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    basis: Short
    consent_status: ConsentStatus
    override_rationale_recorded: bool
    policy_version: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing an agency already knows, and why it matters here (G2, G6)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    text: Prose
    relevance: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agency says in reply to one request (G1, G2).

    `information` needs facts and an analysis; `declined` needs a reason.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    reply_id: Short
    state: Answered
    facts: tuple[Fact, ...] = ()
    analysis: Prose | None = None
    declined_reason: Prose | None = None
    designated_professional: Short | None = None
