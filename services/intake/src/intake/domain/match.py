"""Whom a contact's children may be on record as: what was found, and what people say of it (E)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.case import CaseStatus
from intake.domain.likeness import Certainty
from mash_shared.vocabulary import Refusal


class RecordKind(StrEnum):
    """Where a match is on record."""

    CASE = "case"
    CONTACT = "contact"


class Tie(StrEnum):
    """How an earlier record belongs to this contact: the same child, or only the same family."""

    CHILD = "child"
    FAMILY = "family"


class RouteKind(StrEnum):
    """Where a known child's contact goes instead of a fresh triage (E1, E3)."""

    TO_ALLOCATED_WORKER = "to_allocated_worker"
    TO_LAST_TEAM = "to_last_team"


class FlagKind(StrEnum):
    """What people with the right to know are told of other families (requirements, 5.16)."""

    REPEAT_PERPETRATOR = "repeat_perpetrator"
    REPEAT_ADDRESS = "repeat_address"


MatchKey = tuple[str, str | None]
"""Which record a match is with, and of which child."""


class MatchDecidedError(Refusal):
    """A match that is sure, or decided in the same way, needs no decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person decided of a match; undone by the opposite verdict, and all are kept."""

    same: bool
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record that the case index found; facts as they were when it looked.

    For a contact `since` is when it was received, `prompted` whether it raised the prompt (E4),
    `awaits_form` whether one of the two is the telephoned and the other the written part (A9,
    A10), `is_referral` whether it counts as one: a question or a request does not. `goes_to` is
    the case that its route leads to, and `same_referrer` whether the same person made both.
    """

    record_id: str
    kind: RecordKind
    tie: Tie
    child_id: str | None
    certainty: Certainty
    score: float
    reasons: tuple[str, ...]
    status: CaseStatus | None = None
    worker: str | None = None
    team: str | None = None
    since: datetime | None = None
    closed_at: datetime | None = None
    prompted: bool = False
    awaits_form: bool = False
    is_referral: bool = True
    group_id: str | None = None
    goes_to: str | None = None
    same_referrer: bool = False

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What makes it certain, if it is."""
        return self.reasons if self.certainty is Certainty.CERTAIN else ()

    @property
    def counts_as(self) -> str:
        """What it is counted under: all children of one group came in one referral (E4, N11)."""
        return self.group_id or self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """The same alleged perpetrator, or the same address, in another family's contacts."""

    kind: FlagKind
    contact_ids: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Match:
    """A record found, and what people said of it.

    `rested_on` is what made it certain before a correction took that away.
    """

    found: Found
    verdicts: list[Verdict] = field(default_factory=list)
    rested_on: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it counts as the same: by the last verdict, else by being certain."""
        if self.verdicts:
            return self.verdicts[-1].same
        return bool(self.rested_on) or self.found.certainty is Certainty.CERTAIN

    @property
    def is_undecided(self) -> bool:
        """Whether a person has yet to decide: of one that is possible, or was certain once."""
        possible = self.found.certainty is Certainty.POSSIBLE
        return not self.verdicts and (possible or bool(self.rested_on))

    @property
    def rests_on_a_number(self) -> bool:
        """Whether a number makes, or made, it certain: no name or address speaks against that."""
        return "nhs_number" in (self.rested_on or self.found.rests_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where the contact goes, and to whom there; `overseen` where a manager signs it off (E2)."""

    kind: RouteKind
    record_id: str
    worker: str | None = None
    team: str | None = None
    overseen: bool = False


@dataclass(slots=True, kw_only=True)
class Prompt:
    """That an assessment is to be considered, and what was answered (E4)."""

    raised_at: datetime
    referrals: int
    answer: Verdict | None = None
