"""What the case index knows of one contact, and what follows: its route and its prompt (E)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from dateutil.relativedelta import relativedelta

from intake.domain.case import CaseStatus
from intake.domain.found import Flag, Found, RecordKind
from intake.domain.match import (
    Match,
    MatchDecidedError,
    MatchKey,
    Prompt,
    Route,
    RouteKind,
    Verdict,
)
from mash_shared.policy.front_door import Routing
from mash_shared.vocabulary import FieldRefusedError, NotKnownError


@dataclass(slots=True, kw_only=True)
class Matching:
    """What the case index knows of a contact's children and family.

    `prompted_later` says that a later contact has raised the prompt.
    `verdicts_wanted` says that the prompt hangs on verdicts.
    """

    looked_at: datetime | None = None
    matches: list[Match] = field(default_factory=list)
    flags: tuple[Flag, ...] = ()
    prompt: Prompt | None = None
    prompted_later: bool = False
    verdicts_wanted: bool = False

    def note(self, found: Iterable[Found], flags: Iterable[Flag], at: datetime) -> None:
        """Take in what was found; what people said of a record stays, found again or not.

        So does a case that was certain: where nothing makes it so any more a person decides.
        """
        before = {self._key(match.found): match for match in self.matches}
        self.matches = [Match(found=one, verdicts=_said(before, self._key(one))) for one in found]
        there = {self._key(match.found): match for match in self.matches}
        certain = {key for key, match in there.items() if match.found.rests_on}
        for key, match in before.items():
            counted = match.holds or match.verdicts
            lost = (match.rested_on or match.found.rests_on) if counted else ()
            is_case = match.found.kind is RecordKind.CASE
            if is_case and lost and key not in certain:
                there.setdefault(key, match).rested_on = lost
            elif match.verdicts:
                there.setdefault(key, match)
        self.matches = list(there.values())
        self.flags = tuple(flags)
        self.looked_at = at

    def decide(self, record_id: str, child_id: str | None, verdict: Verdict) -> None:
        """Say whether a record is of the same child or family; a later verdict undoes it (E).

        A case is one child's: where it may be that of several, it is said of whom.
        """
        about = list(self._about(record_id, child_id))
        if not about:
            raise NotKnownError("No match is known under this id.")
        cases = [one for one in about if one.found.kind is RecordKind.CASE]
        if len({one.found.child_id for one in cases}) > 1:
            raise FieldRefusedError("child_id", "child_id must say of which child the case is.")
        if all(match.holds is verdict.same and not match.is_undecided for match in about):
            raise MatchDecidedError("This is how the match stands already.")
        for match in about:
            match.verdicts.append(replace(verdict, on_a_number=match.rests_on_a_number))

    def rests_on_a_number(self, record_id: str, child_id: str | None) -> bool:
        """Whether a number makes, or made, a match with this record certain."""
        return any(match.rests_on_a_number for match in self._about(record_id, child_id))

    def _about(self, record_id: str, child_id: str | None) -> Iterator[Match]:
        """Give the matches with a record, of one child or of all."""
        for match in self.matches:
            if match.found.record_id == record_id and child_id in (None, match.found.child_id):
                yield match

    def knows_by_number(self, child_id: str) -> bool:
        """Whether a number makes, or made, a match of this child certain."""
        theirs = (match for match in self.matches if match.found.child_id == child_id)
        return any(match.rests_on_a_number for match in theirs)

    @property
    def is_undecided(self) -> bool:
        """Whether a possible match waits for a person."""
        return any(match.is_undecided for match in self.matches)

    def may_be_cases(self) -> set[str | None]:
        """Name the children of whom a person has yet to say if they are those of a case (E1)."""
        undecided = (match.found for match in self.matches if match.is_undecided)
        return {found.child_id for found in undecided if found.kind is RecordKind.CASE}

    def forget(self, child_ids: Collection[str]) -> tuple[Match, ...]:
        """Give up, and give, what was found of children who are here no more."""
        theirs = tuple(match for match in self.matches if match.found.child_id in child_ids)
        self.matches = [match for match in self.matches if match not in theirs]
        return theirs

    def holding(self, kind: RecordKind) -> Iterator[Found]:
        """Give the records of one kind, about the children or their family, that count."""
        ours = (match for match in self.matches if match.found.is_about_the_children)
        return (match.found for match in ours if match.holds and match.found.kind is kind)

    def route(
        self, child_id: str, received: datetime, routing: Routing, zone: tzinfo
    ) -> Route | None:
        """Find where one child goes: an open case first, else one closed lately (E1, E3).

        Lately is within the policy's calendar months of the day it was closed, by the council's
        own days; a case closed without a date counts as closed lately once a person said whose it
        is.
        """
        today = received.astimezone(zone).date()
        months = relativedelta(months=routing.closed_within_months)
        cases = [case for case in self.holding(RecordKind.CASE) if case.child_id == child_id]
        for case in cases:
            if case.status is CaseStatus.OPEN:
                overseen = routing.open_case_needs_oversight
                return _route(RouteKind.TO_ALLOCATED_WORKER, case, overseen=overseen)
        for case in sorted(cases, key=lambda one: one.closed_at or received, reverse=True):
            closed = (case.closed_at or received).astimezone(zone).date()
            if closed + months >= today:
                return _route(RouteKind.TO_LAST_TEAM, case)
        return None

    def earlier(self, *, since: datetime | None) -> set[str]:
        """Give the contacts about the same child or family that count as referrals (E4, X8)."""
        return {one.record_id for one in _referrals(self.holding(RecordKind.CONTACT), since)}

    def referrals_before(self, group: str | None, *, since: datetime | None = None) -> int:
        """Count the referrals before: children of one `group` came in one (E4, N11)."""
        return len(_counted(self.holding(RecordKind.CONTACT), group, since))

    def see_whether_repeated(
        self, at: datetime, group: str | None, *, since: datetime | None, often: int
    ) -> None:
        """Raise the prompt once `often` referrals are there, and on one contact only (E4).

        A prompt that nobody has answered goes again where the matches it came from do not hold, or
        an earlier contact has raised it. Where it hangs on matches that nobody has decided, people
        are asked to decide them, whatever way the contact has gone.
        """
        before = self.referrals_before(group, since=since)
        prompted = any(one.prompted for one in self.holding(RecordKind.CONTACT))
        prompted = prompted or (self.prompted_later and self.prompt is None)
        wanted = not prompted and before >= often - 1
        if self.prompt is None and wanted:
            self.prompt = Prompt(raised_at=at, referrals=before + 1)
        elif not wanted:
            self.take_prompt_back()
        may_be = (m.found for m in self.matches if m.holds or m.is_undecided)
        at_most = len(_counted(may_be, group, since))
        self.verdicts_wanted = not prompted and before < often - 1 <= at_most

    def take_prompt_back(self) -> None:
        """Raise the prompt no longer, unless somebody has answered it (E4)."""
        if self.prompt is not None and self.prompt.answer is None:
            self.prompt = None

    def held(self, is_of: Callable[[Found], bool]) -> tuple[str, ...]:
        """Name the records that count and are of whom this says (M4, M8)."""
        there = (match.found for match in self.matches if match.holds)
        return tuple(sorted({found.record_id for found in there if is_of(found)}))

    def contacts(self) -> tuple[str, ...]:
        """Give the contacts that are, or may be, about the same people."""
        found = (match.found for match in self.matches)
        return tuple(one.record_id for one in found if one.kind is RecordKind.CONTACT)

    def is_held(self, found: Found) -> bool:
        """Whether this record counts as the same, and is not merely possible."""
        return any(m.holds and not m.is_undecided for m in self.matches if m.found == found)

    def awaiting_form(self) -> tuple[str, ...]:
        """Give earlier contacts whose written part this one may be (A9, A10)."""
        awaiting = (match for match in self.matches if match.found.awaits_form)
        awaiting = (match for match in awaiting if match.found.is_about_the_children)
        return tuple(m.found.record_id for m in awaiting if m.holds or m.is_undecided)

    @staticmethod
    def _key(found: Found) -> MatchKey:
        about = found.child_id if found.is_about_the_children else str(found.our_role)
        return found.record_id, about


def _said(matches: Mapping[MatchKey, Match], key: MatchKey) -> list[Verdict]:
    return list(matches[key].verdicts) if key in matches else []


def _referrals(records: Iterable[Found], since: datetime | None) -> Iterator[Found]:
    for one in records:
        in_time = since is None or (one.since is not None and one.since >= since)
        if one.kind is RecordKind.CONTACT and one.is_referral and in_time:
            yield one


def _counted(records: Iterable[Found], group: str | None, since: datetime | None) -> set[str]:
    return {one.counts_as for one in _referrals(records, since)} - {group or ""}


def _route(kind: RouteKind, case: Found, *, overseen: bool = False) -> Route:
    return Route(
        kind=kind,
        record_id=case.record_id,
        worker=case.worker,
        team=case.team,
        overseen=overseen,
    )
