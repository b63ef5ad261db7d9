"""Who may do what: the gate, the enquiry, the decision, disagreement and requests to the hub."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from mash_shared.policy.front_door import Roles
from mash_shared.policy.hours import Duration
from mash_shared.policy.terms import NOT_YET_READ, Code, Codes, OnceEach, Section, Slugs, Text
from mash_shared.vocabulary import OutcomeKind, Role, StatutoryBasis


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
    """Two lists that differ: who belongs to the hub, who is always asked (O2, O3, O4, X6)."""

    members: Slugs = Field(min_length=1)
    mandatory: Slugs = Field(min_length=1)
    extras_need_reason: Annotated[StrictBool, NOT_YET_READ]


class Gate(Section):
    """Who lets an enquiry go out (F2, F4).

    Where it is `needed`, only its roles let an enquiry out or send a contact straight for decision;
    where it is not, whoever triages does both. `reasons` are the coded criteria, one of which
    is recorded with every enquiry; who coordinates one holds one of `coordinator_roles` (F6, F7).
    With `names_worker` whoever sends a contact straight for decision names its social worker with
    the act; else it waits, by the clock of allocation, until somebody has it (F7).
    """

    needed: StrictBool
    roles: Roles
    reasons: dict[Code, Text] = Field(min_length=1)
    coordinator_roles: Roles
    names_worker: StrictBool


ASSESSMENTS = frozenset(
    {OutcomeKind.CP_OR_COMPLEX_ASSESSMENT, OutcomeKind.CHILD_IN_NEED_ASSESSMENT}
)
"""What social care does for a child under section 47 or 17."""


class OutcomePolicy(Section):
    """What can be decided, under the council's own name; `kind` is the form shared by all.

    Below the threshold of social care there is help as well (C9); with `names_agency` whoever
    decides on it says by which service or agency (C10, R7). An assessment by social care has a
    `statutory_basis`, and nothing else has one (H11).
    """

    name: Text
    kind: OutcomeKind
    statutory_basis: StatutoryBasis = StatutoryBasis.NONE
    names_agency: StrictBool = False


class Deciding(Section):
    """Who recommends, who decides, and whether they must be two people (X1).

    `questions` are what the decision has to answer beside its outcome.
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


class Disclosing(Section):
    """On what the hub may tell others what it holds: coded bases, one for each thing told (M7)."""

    bases: dict[Code, Text] = Field(min_length=1)


class ChildQuestion(StrEnum):
    """What may be asked of each child whom a request names (M8, M9)."""

    BEST_INTERESTS_REPORT = "best_interests_report"
    IDENTITY_VERIFIED = "identity_verified"
    VIEW_ON_CONTACT = "view_on_contact"
    REFERRAL_ADVISED = "referral_advised"


class ReverseEnquiry(Section):
    """A request made to the hub (M): who makes it, about whom, what is owed, by when.

    `answered_by` are the duties whose words are the answer; the others are the hub's own work
    before it. `only_told_mode` is the mode in which they only tell the hub something and ask
    nothing; then `duties_when_only_told` are owed (M10). `only_known_mode` is that in which they
    ask whether somebody is known, and are told no more than that (M4). `of_known_child` and
    `of_unknown_child` are answered for each child whom it names, known or not (M8, M9); with
    `though_unnamed` the latter is asked where it names none. `gateway` is the agency through whose
    own gateway they come as well as by hand (M10).
    """

    name: Text
    requesters: Codes = Field(min_length=1)
    subjects: Annotated[tuple[Literal["child", "adult"], ...], Field(min_length=1), OnceEach]
    modes: Codes = ()
    duties: dict[Code, Text] = Field(min_length=1)
    answered_by: Codes = Field(min_length=1)
    only_told_mode: Code | None = None
    duties_when_only_told: Codes = ()
    only_known_mode: Code | None = None
    of_known_child: Annotated[tuple[ChildQuestion, ...], OnceEach] = ()
    of_unknown_child: Annotated[tuple[ChildQuestion, ...], OnceEach] = ()
    though_unnamed: StrictBool = False
    gateway: Code | None = None
    answer_within: Duration

    def mode_of(self, *, tells: bool) -> str | None:
        """Give the mode in which an agency's own program only tells, or asks (M10)."""
        apart = (self.only_told_mode, self.only_known_mode)
        return (
            self.only_told_mode if tells else next((m for m in self.modes if m not in apart), None)
        )

    def owed(self, mode: str | None) -> tuple[str, ...]:
        """Give the duties that a request of this mode brings."""
        only_told = mode is not None and mode == self.only_told_mode
        return self.duties_when_only_told if only_told else tuple(self.duties)

    def answers(self, mode: str | None) -> tuple[str, ...]:
        """Give those of them whose words are the answer; none where nothing is asked."""
        return tuple(duty for duty in self.owed(mode) if duty in self.answered_by)
