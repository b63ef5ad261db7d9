"""Whom a contact's children may be on record as, and what follows: its route and prompts (E)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from intake.domain.case import CaseStatus
from intake.domain.likeness import Certainty
from mash_shared.policy.front_door import Routing
from mash_shared.vocabulary import NotKnownError, Refusal


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
    `awaits_form` whether its written part is still expected (A9), and `is_referral` whether it
    counts as one: a question or a request does not.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """The same alleged perpetrator, or the same address, in another family's contacts."""

    kind: FlagKind
    contact_ids: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Match:
    """A record found, and what people said of it."""

    found: Found
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether it counts as the same: by the last verdict, else by being certain."""
        if self.verdicts:
            return self.verdicts[-1].same
        return self.found.certainty is Certainty.CERTAIN

    @property
    def is_undecided(self) -> bool:
        """Whether a person has yet to decide."""
        return not self.verdicts and self.found.certainty is Certainty.POSSIBLE


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


@dataclass(slots=True, kw_only=True)
class Matching:
    """What the case index knows of a contact's children and family."""

    looked_at: datetime | None = None
    matches: list[Match] = field(default_factory=list)
    flags: tuple[Flag, ...] = ()
    prompt: Prompt | None = None

    def note(self, found: Iterable[Found], flags: Iterable[Flag], at: datetime) -> None:
        """Take in what was found; what people said of a record stays, found again or not."""
        said = {self._key(match.found): match for match in self.matches if match.verdicts}
        now = [Match(found=one, verdicts=_said(said, self._key(one))) for one in found]
        there = {self._key(match.found) for match in now}
        self.matches = [*now, *(match for key, match in said.items() if key not in there)]
        self.flags = tuple(flags)
        self.looked_at = at

    def decide(self, record_id: str, verdict: Verdict) -> None:
        """Say whether a record is of the same child or family; a later verdict undoes it (E)."""
        about = [match for match in self.matches if match.found.record_id == record_id]
        if not about:
            raise NotKnownError("No match is known under this id.")
        if all(match.holds is verdict.same and not match.is_undecided for match in about):
            raise MatchDecidedError("This is how the match stands already.")
        for match in about:
            match.verdicts.append(verdict)

    @property
    def is_undecided(self) -> bool:
        """Whether a possible match waits for a person."""
        return any(match.is_undecided for match in self.matches)

    @property
    def may_be_a_case(self) -> bool:
        """Whether a person has yet to decide if this is the child of a case (E1)."""
        undecided = (match for match in self.matches if match.is_undecided)
        return any(match.found.kind is RecordKind.CASE for match in undecided)

    def holding(self, kind: RecordKind) -> Iterator[Found]:
        """Give the records of one kind that count."""
        return (m.found for m in self.matches if m.holds and m.found.kind is kind)

    def route(self, received: datetime, routing: Routing, zone: tzinfo) -> Route | None:
        """Find where the contact goes: an open case first, else one closed lately (E1, E3).

        Lately is within the policy's calendar months of the day it was closed, by the council's
        own days.
        """
        today = received.astimezone(zone).date()
        months = relativedelta(months=routing.closed_within_months)
        cases = list(self.holding(RecordKind.CASE))
        for case in cases:
            if case.status is CaseStatus.OPEN:
                overseen = routing.open_case_needs_oversight
                return _route(RouteKind.TO_ALLOCATED_WORKER, case, overseen=overseen)
        for case in sorted(cases, key=lambda one: one.closed_at or received, reverse=True):
            if case.closed_at is not None:
                closed = case.closed_at.astimezone(zone).date()
                if closed + months >= today:
                    return _route(RouteKind.TO_LAST_TEAM, case)
        return None

    def earlier(self, *, since: datetime | None) -> set[str]:
        """Give the contacts about the same child or family that count as referrals (E4, X8)."""
        contacts = (c for c in self.holding(RecordKind.CONTACT) if c.is_referral)
        return {c.record_id for c in contacts if since is None or (c.since and c.since >= since)}

    def see_whether_repeated(self, at: datetime, *, since: datetime | None, often: int) -> None:
        """Raise the prompt once `often` referrals are there, and on one contact only (E4).

        A prompt that nobody has answered goes again where the matches it came from do not hold.
        """
        earlier = self.earlier(since=since)
        prompted = any(one.prompted for one in self.holding(RecordKind.CONTACT))
        wanted = not prompted and len(earlier) >= often - 1
        if self.prompt is None and wanted:
            self.prompt = Prompt(raised_at=at, referrals=len(earlier) + 1)
        elif not wanted:
            self.take_prompt_back()

    def take_prompt_back(self) -> None:
        """Raise the prompt no longer, unless somebody has answered it (E4)."""
        if self.prompt is not None and self.prompt.answer is None:
            self.prompt = None

    def awaiting_form(self) -> tuple[str, ...]:
        """Give earlier contacts whose written part this one may be (A9, A10)."""
        awaiting = (match for match in self.matches if match.found.awaits_form)
        return tuple(m.found.record_id for m in awaiting if m.holds or m.is_undecided)

    @staticmethod
    def _key(found: Found) -> MatchKey:
        return found.record_id, found.child_id


def _said(matches: Mapping[MatchKey, Match], key: MatchKey) -> list[Verdict]:
    return list(matches[key].verdicts) if key in matches else []


def _route(kind: RouteKind, case: Found, *, overseen: bool = False) -> Route:
    return Route(
        kind=kind,
        record_id=case.record_id,
        worker=case.worker,
        team=case.team,
        overseen=overseen,
    )
