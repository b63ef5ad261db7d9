"""Deciding: on what, by whom, in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decision.domain import (
    Decision,
    DecisionAlreadyRecordedError,
    Judgement,
    RecommendationMissingError,
    SamePersonError,
    UnknownEvidenceError,
)
from mash_shared.clocks import Clock
from mash_shared.testing import NOW
from mash_shared.vocabulary import ClockKind, ClockState, NotKnownError, OutcomeKind

VIEW = Judgement(
    by="p-1",
    at=NOW,
    facts=0,
    outcome="early_help",
    kind=OutcomeKind.EARLY_HELP,
    rationale="The family asks for help.",
    evidence=("r-1",),
    threshold_document="london-threshold-document 2024",
    policy_version="havering/1.0+0",
)
OTHER = replace(VIEW, by="p-2")


def _open(**limit: float) -> Decision:
    clock = Clock(
        kind=ClockKind.DECISION,
        started_at=NOW,
        due_at=NOW + timedelta(**(limit or {"hours": 4})),
        policy_version="",
        calendar_version="",
    )
    return Decision(id="c1-1", opened_at=NOW, reply_ids=("r-1", "r-2"), clocks=[clock])


def test_nothing_is_decided_before_there_is_something_to_decide_on() -> None:
    for act in (
        Decision.recommend,
        lambda d, v: d.decide(v, needs_recommendation=False, by_two=False),
    ):
        with pytest.raises(NotKnownError):
            act(Decision(id="c1-1"), VIEW)


@pytest.mark.rule("H3")
def test_a_later_recommendation_replaces_an_earlier_one_until_the_decision() -> None:
    decision = _open()
    decision.recommend(VIEW)
    decision.recommend(OTHER)
    assert decision.recommendation == OTHER
    decision.decide(VIEW, needs_recommendation=True, by_two=True)
    with pytest.raises(DecisionAlreadyRecordedError):
        decision.recommend(VIEW)
    assert decision.recommendation == OTHER


@pytest.mark.rule("H3", "H4")
def test_a_decision_waits_for_its_recommendation_where_the_policy_asks_for_one() -> None:
    decision = _open()
    with pytest.raises(RecommendationMissingError):
        decision.decide(VIEW, needs_recommendation=True, by_two=False)
    assert decision.decision is None
    decision.decide(VIEW, needs_recommendation=False, by_two=False)
    assert decision.decision == VIEW


@pytest.mark.rule("X1")
@pytest.mark.parametrize("by_two", [True, False])
def test_whoever_recommended_decides_only_where_one_person_may_do_both(*, by_two: bool) -> None:
    decision = _open()
    decision.recommend(VIEW)
    if by_two:
        with pytest.raises(SamePersonError):
            decision.decide(VIEW, needs_recommendation=True, by_two=True)
        assert decision.decision is None
        decision.decide(OTHER, needs_recommendation=True, by_two=True)
    else:
        decision.decide(VIEW, needs_recommendation=True, by_two=False)
    assert decision.decision is not None


@pytest.mark.rule("X1")
def test_two_people_are_asked_for_even_where_nobody_recommended() -> None:
    decision = _open()
    decision.decide(VIEW, needs_recommendation=False, by_two=True)
    assert decision.decision == VIEW


@pytest.mark.rule("H4")
def test_the_decision_may_differ_from_the_recommendation() -> None:
    decision = _open()
    decision.recommend(VIEW)
    decision.decide(
        replace(OTHER, outcome="no_further_action", kind=OutcomeKind.NO_FURTHER_ACTION),
        needs_recommendation=True,
        by_two=True,
    )
    assert decision.recommendation == VIEW
    assert decision.decision is not None
    assert decision.decision.kind is OutcomeKind.NO_FURTHER_ACTION


@pytest.mark.rule("I6")
def test_a_decision_is_recorded_once() -> None:
    decision = _open()
    decision.decide(VIEW, needs_recommendation=False, by_two=False)
    with pytest.raises(DecisionAlreadyRecordedError):
        decision.decide(OTHER, needs_recommendation=False, by_two=False)
    assert decision.decision == VIEW


@pytest.mark.rule("H8")
def test_evidence_is_a_reply_of_this_enquiry() -> None:
    decision = _open()
    unknown = replace(VIEW, evidence=("r-1", "r-9"))
    with pytest.raises(UnknownEvidenceError):
        decision.recommend(unknown)
    with pytest.raises(UnknownEvidenceError):
        decision.decide(unknown, needs_recommendation=False, by_two=False)
    decision.note_late_information("r-9")
    decision.recommend(unknown)
    assert decision.recommendation == unknown


@pytest.mark.rule("I6")
def test_late_information_asks_once_for_a_review_and_changes_no_decision() -> None:
    decision = _open()
    decision.decide(VIEW, needs_recommendation=False, by_two=False)
    decision.note_late_information("r-9")
    decision.review_needed = False
    decision.note_late_information("r-9")
    assert decision.late_reply_ids == ["r-9"]
    assert not decision.review_needed
    assert decision.decision == VIEW


@pytest.mark.rule("J8")
@pytest.mark.parametrize(("hours", "ends"), [(4, ClockState.MET), (-1, ClockState.MISSED)])
def test_deciding_ends_the_clock_met_or_missed(hours: float, ends: ClockState) -> None:
    decision = _open(hours=hours)
    decision.decide(VIEW, needs_recommendation=False, by_two=False)
    (clock,) = decision.clocks
    assert clock.state is ends
    assert clock.ended_at == NOW
