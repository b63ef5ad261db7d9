"""Who may do what: the gate, the enquiry, the decision, disagreement and requests to the hub."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from mash_shared.policy.front_door import Roles
from mash_shared.policy.hours import Duration
from mash_shared.policy.terms import NOT_YET_READ, Code, Codes, OnceEach, Section, Slugs, Text
from mash_shared.vocabulary import OutcomeKind, Role, Urgency


class Sector(StrEnum):
    """Which kind of organisation an agency is (F12)."""

    STATUTORY = "statutory"
    NON_STATUTORY = "non_statutory"
    THIRD_SECTOR = "third_sector"


class AgencyPolicy(Section):
    """An organisation that may hold information; without a gateway nothing can be sent to it."""

    name: Text
    sector: Annotated[Sector, NOT_YET_READ]
    has_gateway: StrictBool


class Partners(Section):
    """Two lists that differ: who belongs to the hub, and who is asked each time (O2-O4, X6)."""

    members: Slugs = Field(min_length=1)
    mandatory: Slugs = Field(min_length=1)
    extras_need_reason: Annotated[StrictBool, NOT_YET_READ]


class RiskLevel(Section):
    """A level of risk: what it means and whether it runs as red (R1-R3, X11)."""

    name: Text
    meanings: tuple[Text, ...] = Field(min_length=1)
    urgency: Urgency


class Gate(Section):
    """Who lets an enquiry go out (F2, F4).

    Where it is `needed`, only its roles let an enquiry out or send a contact straight for decision;
    where it is not, whoever triages does both. `reasons` are the coded criteria, one of which
    is recorded with every enquiry.
    """

    needed: StrictBool
    roles: Roles
    reasons: dict[Code, Text] = Field(min_length=1)
    coordinator_roles: Annotated[Roles, NOT_YET_READ]


class OutcomePolicy(Section):
    """What can be decided, under the council's own name; `kind` is the form shared by all.

    Below the threshold of social care there is help as well, by a named service (C9, C10).
    """

    name: Text
    kind: OutcomeKind
    statutory_basis: Annotated[Literal["s47", "s17", "none"], NOT_YET_READ] = "none"
    names_agency: Annotated[StrictBool, NOT_YET_READ] = False


class Deciding(Section):
    """Who recommends, who decides, and whether they must be two people (X1).

    `questions` are what the decision has to answer beside its outcome (H5).
    """

    recommender_roles: Roles
    decider_roles: Roles
    must_differ: StrictBool
    recommendation_required: StrictBool
    questions: Annotated[dict[Code, Text], NOT_YET_READ] = Field(default_factory=dict)


class DisputeLevel(Section):
    """One rung of the ladder for disagreements (L): who hears it, how, and what they may do."""

    role: Role
    form: Literal["spoken", "written"]
    options: dict[Code, Text]


class Disputes(Section):
    """The ladder from its first rung; the child's case goes on meanwhile (L6)."""

    levels: tuple[DisputeLevel, ...] = Field(min_length=1)


class ReverseEnquiry(Section):
    """A request made to the hub (M): who makes it, about whom, what is owed, by when.

    `only_told_mode` is the mode in which they only tell the hub something and ask nothing; then
    `duties_when_only_told` are owed (M10).
    """

    name: Text
    requesters: Codes = Field(min_length=1)
    subjects: Annotated[tuple[Literal["child", "adult"], ...], Field(min_length=1), OnceEach]
    modes: Codes = ()
    duties: dict[Code, Text] = Field(min_length=1)
    only_told_mode: Code | None = None
    duties_when_only_told: Codes = ()
    answer_within: Duration
