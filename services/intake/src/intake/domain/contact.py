"""A contact: recorded at once, sent the right way, closed when everybody owed has been told."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import combinations

from intake.domain.authorisation import Authorisation
from intake.domain.completion import learns_what_was_certified
from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.kin import is_said_of
from intake.domain.match import Match
from intake.domain.measuring import figures_of
from intake.domain.progress import (
    ANONYMOUS,
    NOT_OWED,
    ContactState,
    EarlierFacts,
    SentForDecision,
    Standing,
    kept_in_room,
)
from intake.domain.receipt import received_by
from intake.domain.reference import reference_of
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    TwoFamiliesError,
    UnknownChildError,
)
from intake.domain.retention import Retained
from intake.domain.task import TaskKind
from intake.domain.waiting import waits
from mash_shared.clocks import CLOSING
from mash_shared.messages import MOST_CHILDREN
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    Lane,
    NotYetError,
    OutcomeKind,
)


@dataclass(slots=True, kw_only=True)
class Contact(Retained):
    """One approach to the hub, and the ways it may go (A1, B1, B13)."""

    def record(self, *, received_at: datetime, recorded_at: datetime, by: str) -> None:
        """Take the contact in: its clock runs from first receipt, not from typing (X4).

        Both times are kept: between them its level of risk was found (O6).
        """
        self.received_at = received_by(received_at, recorded_at)
        self.recorded_at = recorded_at
        self.recorded_by = by
        self.first_graded_at = self.graded_at = recorded_at
        self.reference = reference_of(self.id, self.council)
        self.begin_ways()
        self.want_look()

    def amend(self, facts: Facts, standing: Standing, *, by: str, at: datetime, why: str) -> None:
        """Take in what was put right; what stood before is kept as it was (B, corrections).

        Where there is no room any more, the line of it is. A child learnt of now begins their way.
        """
        if len(facts.children) > MOST_CHILDREN:
            raise FieldRefusedError(
                "children", f"A contact is about {MOST_CHILDREN} children at the most."
            )
        self._must_stay_of_one_family(facts)
        before = EarlierFacts.of(self.facts, self.standing, until=at, by=by, why=why)
        worry_only = replace(self.facts, concern=facts.concern) == facts
        same_people = worry_only and standing == self.standing
        self.superseded = kept_in_room([*self.superseded, before])
        self.facts_number += replace(facts, referrer=None) != replace(self.facts, referrer=None)
        known_by = {child.child_id: child.known_by for child in self.children}
        if learns_what_was_certified(self.facts, facts):
            self.set_completion_aside()
        self.facts = facts
        self.begin_ways(at)
        for child in self.children:
            if known_by.get(child.child_id, child.known_by) != child.known_by:
                self.ways[child.child_id].check_is_stale()
        if standing.urgency != self.urgency:
            self.graded_at = at
        for field in fields(standing):
            setattr(self, field.name, getattr(standing, field.name))
        if not same_people:
            self.be_news()
            self.want_look()

    def let_go(
        self, children: Collection[str], *, by: str, at: datetime, why: str
    ) -> tuple[Match, ...]:
        """Be about these children no more; gives what was found of them."""
        rest = self.facts.about([child for child in self.child_ids if child not in children])
        self.amend(rest, self.standing, by=by, at=at, why=why)
        return self.matching.forget(children)

    def _must_stay_of_one_family(self, facts: Facts) -> None:
        """Raise where labels would part children who have been let out together (N11)."""
        out = [one for one in facts.children if one.child_id in self.let_out]
        pairs = ((a, b) for a, b in combinations(out, 2) if not is_said_of(self, a, b))
        if any(one.family != other.family for one, other in pairs):
            raise TwoFamiliesError(
                "These children are in one enquiry or decision: split the contact instead."
            )

    def take_path(self, path: Path) -> None:
        """Lead to something else than was thought, as long as it has not gone its way (A14, A17).

        Raises `AlreadyEndedError` or `AlreadyAuthorisedError`. A concern is about a child at least.
        """
        if path is self.path:
            return
        self.must_go_on()
        if self.is_on_its_way:
            raise AlreadyAuthorisedError("This contact is on its way to a decision.")
        if self.request is not None:
            raise FieldRefusedError("request_type", "A request made to the hub stays one.")
        self.path = path
        if path is Path.CHILD_CONCERN and not self.children:
            child = KnownChild(child_id=next(self.free_ids()))
            self.facts = replace(self.facts, children=(child,))
            self.begin_ways()
            self.look_wanted = True

    def authorise_enquiry(self, authorisation: Authorisation) -> None:
        """Let the enquiry go out, once, and only on a lawful basis (D12)."""
        self.must_be_free_to_ask()
        self.must_know_who(self.to_let_out)
        self.consent.must_let_out()
        self.authorisation = authorisation
        self._set_out(authorisation.at)

    def send_for_decision(self, sent: SentForDecision) -> None:
        """Leave the enquiry out where what is known is enough (F3)."""
        self.must_be_free_to_ask()
        self.must_know_who(self.to_let_out)
        if not self.is_protection:
            self._must_not_wait_for_the_family()
            self.consent.must_allow_a_decision()
        self.sent_for_decision = sent
        self._set_out(sent.at)

    def let_in(self, at: datetime) -> tuple[str, ...]:
        """Let children follow whom nothing keeps from where the others are; names them.

        They were learnt of later, or it turned out later that nobody knows them (E5). Of each it
        has been checked who they are, where that can wait (B2).
        """
        if not self.is_on_its_way or self.ending or self.look_wanted or self.must_be_split:
            return ()
        position, free = self.consent.position_of_added, True
        if self.authorisation is not None:
            free = position.lets_out
        elif not self.is_protection:
            free = position.allows_a_decision
        held = self.matching.may_be_cases()
        unsure = () if self.cannot_wait else self.unchecked
        ready = (c for c in self.to_let_out if free and not held & {c, None})
        joined = tuple(child for child in ready if child not in unsure)
        for child in joined:
            self.ways[child].let_out_at = at
        return joined

    def set_completion_aside(self) -> None:
        """Have the record completed anew: what was certified has changed (J4)."""
        if self.completion is not None:
            self.earlier_completions.append(self.completion)
            self.completion = None

    def record_outcome(
        self, child_id: str, outcome: OutcomeKind, at: datetime, *, pointed_to: str | None = None
    ) -> None:
        """Note what was decided for one child, and where advice pointed them (B15).

        The contact is decided when all are.

        Raises `UnknownChildError` for a child the contact never was about.
        """
        if child_id not in self.ways:
            raise UnknownChildError("The decision is about a child that this contact is not.")
        if self.ways[child_id].outcome is None:
            self.decided_at = max(at, self.decided_at or at)
        self.ways[child_id].outcome, self.ways[child_id].pointed_to = outcome, pointed_to

    def attach(self, kind: str, kept_at: str, by: str, *, title: str = "") -> None:
        """Note a paper once, however often it is sent (C6)."""
        paper = {"kind": kind, "title": title or kind, "kept_at": kept_at, "by": by}
        if paper not in self.attachments:
            self.attachments.append(paper)

    def _derived_state(self) -> ContactState:
        """Give how far it has come, by how far its children have.

        It is closed once it is decided or ended and the referrer told, or owed nothing; not before
        the record is whole and what the law has somebody do is done (B2, J4, J5, N).
        """
        if self.ending is not None or self.is_decided:
            told = self.is_told or self.not_told_because in (ANONYMOUS, NOT_OWED)
            if told and self.is_whole:
                return ContactState.CLOSED
            return ContactState.ENDED if self.ending is not None else ContactState.DECIDED
        if self.authorisation is not None:
            return ContactState.ENQUIRY_AUTHORISED
        sent = self.sent_for_decision is not None
        return ContactState.SENT_FOR_DECISION if sent else ContactState.RECORDED

    def summarise(self) -> None:
        """Keep what the contact is found by, and what it waits for; of a stub nothing is."""
        if self.erased_at is not None:
            return
        self.found_by = tuple(dict.fromkeys(self._keys()))
        self.state = self._derived_state()
        self.waiting = waits(self) if self.is_recorded else {}
        self.rest()
        calls = (t for t in self.tasks if t.kind is TaskKind.CALL_BACK and t.is_open)
        self.call_back_of = next((call.agency or "" for call in calls), None)
        workers = self._who_works()
        self.staff_wanted = self.staff_wanted or not set(workers) <= set(self.workers)
        self.workers = workers
        self.figures = figures_of(self)
        self.referrals = 1 + self.matching.referrals_before(self.group_id)
        self.harm_level = sum(
            (
                2 * (self.lane is Lane.RED),
                2 * (self.facts.significant_harm is YesNo.YES),
                3 * (OutcomeKind.CP_OR_COMPLEX_ASSESSMENT in self.outcomes.values()),
            )
        )

    def _must_not_wait_for_the_family(self) -> None:
        if self.pause is not None:
            raise NotYetError("The professional is talking to the family first: that is awaited.")

    def _set_out(self, at: datetime) -> None:
        """Leave what is overtaken by its going to a decision: a wait, a proposed end."""
        for child in self.to_let_out:
            self.ways[child].let_out_at = at
        self.graded_told = self.graded
        self.proposed_ending = None
        self.end_clock(ClockKind.CHASE, CLOSING, state=ClockState.CANCELLED, at=at)
        if self.pause is not None:
            self.pause.ended_at = at
