"""Whom a contact's children may be on record as: what was found, and what people say of it (E)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.found import BY_NUMBER, Found
from mash_shared.vocabulary import Refusal


class RouteKind(StrEnum):
    """Where a known child's contact goes instead of a fresh triage (E1, E3)."""

    TO_ALLOCATED_WORKER = "to_allocated_worker"
    TO_LAST_TEAM = "to_last_team"


MatchKey = tuple[str, str | None]
"""Which record a match is with, and of which child."""


class MatchDecidedError(Refusal):
    """A match that is sure, or decided in the same way, needs no decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person decided of a match; undone by the opposite verdict, and all are kept.

    `on_a_number` says that a number made it certain, then or before.
    """

    same: bool
    by: str
    at: datetime
    reason: str
    on_a_number: bool = False


@dataclass(slots=True, kw_only=True)
class Match:
    """A record found, and what people said of it.

    `rested_on` is what made it certain before a correction took that away.
    """

    found: Found
    verdicts: list[Verdict] = field(default_factory=list)
    rested_on: tuple[str, ...] = ()

    @property
    def said(self) -> Verdict | None:
        """What people say of it: the last verdict.

        A no that was said before a number made it certain is none, for whoever said it may not
        have been one who undoes that.
        """
        last = self.verdicts[-1] if self.verdicts else None
        if last and not last.same and not last.on_a_number and self.rests_on_a_number:
            return None
        return last

    @property
    def holds(self) -> bool:
        """Whether it counts as the same: by the last verdict, else by being certain."""
        if said := self.said:
            return said.same
        return bool(self.rested_on) or self.found.is_sure

    @property
    def is_undecided(self) -> bool:
        """Whether a person has yet to decide: of one that is possible, or was certain once.

        Who is around the child waits for nobody; whom the hub is asked about does (M4).
        """
        open_ = not self.found.is_sure or bool(self.rested_on)
        return self.said is None and open_ and self.found.is_decided_on

    @property
    def rests_on_a_number(self) -> bool:
        """Whether a number makes, or made, it certain: no name or address speaks against that."""
        return BY_NUMBER in (self.rested_on or self.found.rests_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where the contact goes, and to whom there; `overseen` where a manager signs it off (E2)."""

    kind: RouteKind
    record_id: str
    worker: str | None = None
    team: str | None = None
    overseen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAnswer:
    """Whether a Child & Family Assessment is to be done, who says so and why (E4, R9)."""

    assess: bool
    by: str
    at: datetime
    reason: str


@dataclass(slots=True, kw_only=True)
class Prompt:
    """That an assessment is to be considered, and what was answered (E4)."""

    raised_at: datetime
    referrals: int
    answer: PromptAnswer | None = None
