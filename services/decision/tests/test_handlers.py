"""Opening, recommending, deciding, late information: in each council's own order, twice, early."""

from typing import Any

import pytest

from decision.consumers import each_child
from decision.domain import (
    Decision,
    DecisionAlreadyRecordedError,
    RecommendationMissingError,
    SamePersonError,
    UnknownEvidenceError,
)
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated, LateInformationReceived
from mash_shared.policy import Pack
from mash_shared.testing import Desk, acted, heard, packs, person, sample, send_twice
from mash_shared.vocabulary import (
    ClockState,
    NotEntitledError,
    NotKnownError,
    Role,
)

HANDLERS = DecisionHandlers(packs())
COLLATED = sample(EnquiryCollated)
CHILD = COLLATED.child_ids[0]
LATE = sample(LateInformationReceived)
WORKER = person(Role.SOCIAL_WORKER, id="p-worker")
MANAGER = person(Role.MASH_MANAGER, id="p-manager")
every_council = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)


def _opened(council: str = "havering") -> Desk[Decision]:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(heard(HANDLERS.open_decision, sample(EnquiryCollated, council=council)))
    return desk


def _form(outcome: str = "no_further_action", **changes: Any) -> JudgementForm:
    fields = {"outcome": outcome, "rationale": "Nothing points to harm."} | changes
    return JudgementForm.model_validate(fields)


@pytest.mark.rule("H6", "J8")
def test_open_decision_twice_opens_one() -> None:
    desk = Desk(Decision, CHILD, "decision")
    assert not send_twice(desk, heard(HANDLERS.open_decision, COLLATED))
    decision = desk.aggregate
    assert decision.slots == {one: states[CHILD] for one, states in COLLATED.slots.items()}
    assert decision.gaps == COLLATED.gaps
    (clock,) = decision.clocks
    assert clock.started_at == COLLATED.received_at


def test_every_child_has_a_decision_of_its_own() -> None:
    assert each_child(COLLATED) == COLLATED.child_ids
    assert len(set(COLLATED.child_ids)) == 2


@pytest.mark.rule("I6")
def test_note_late_information_twice_asks_for_one_review() -> None:
    desk = _opened()
    assert not send_twice(desk, heard(HANDLERS.note_late_information, LATE))
    assert desk.aggregate.late_reply_ids == [LATE.reply_id]
    assert desk.aggregate.review_needed


def test_late_information_before_the_enquiry_is_collated_here_is_kept() -> None:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(heard(HANDLERS.note_late_information, LATE))
    desk.do(heard(HANDLERS.open_decision, COLLATED))
    decision = desk.aggregate
    assert decision.late_reply_ids == [LATE.reply_id]
    assert decision.contact_id == COLLATED.contact_id
    assert decision.reply_ids == COLLATED.reply_ids


@pytest.mark.rule("H3")
def test_recommend_twice_records_one_recommendation() -> None:
    desk = _opened()
    assert not send_twice(desk, acted(HANDLERS.recommend, _form(), WORKER))
    recommendation = desk.aggregate.recommendation
    assert recommendation is not None
    assert recommendation.by == "p-worker"


@pytest.mark.rule("H9", "O11")
def test_decide_twice_records_one_decision() -> None:
    desk = _opened()
    desk.do(acted(HANDLERS.recommend, _form(), WORKER))
    form = _form("early_help", evidence=[COLLATED.reply_ids[0]])
    (recorded,) = send_twice(desk, acted(HANDLERS.decide, form, MANAGER))
    assert isinstance(recorded, DecisionRecorded)
    assert recorded.child_id == recorded.decision_id == CHILD
    assert recorded.outcome == packs().of("havering").outcomes["early_help"].kind
    assert recorded.outcome_code == "early_help"
    assert recorded.policy_version == packs().of("havering").version
    assert {clock.state for clock in desk.aggregate.clocks} == {ClockState.MET}
    with pytest.raises(DecisionAlreadyRecordedError):
        desk.do(acted(HANDLERS.decide, _form(), MANAGER))


@every_council
@pytest.mark.rule("H2", "H4", "H5", "X1")
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_policy_judge(pack: Pack, role: Role) -> None:
    one = person(role, id="p-one", council=pack.council.id)
    rules = pack.deciding
    acts = {
        "recommend": (HANDLERS.recommend, rules.recommender_roles),
        "decide": (HANDLERS.decide, rules.decider_roles),
    }
    for name, (handler, roles) in acts.items():
        desk = _opened(pack.council.id)
        if name == "decide":
            worker = person(*rules.recommender_roles, id="p-two", council=pack.council.id)
            desk.do(acted(HANDLERS.recommend, _form(), worker))
        if role in roles:
            desk.do(acted(handler, _form(), one))
        else:
            with pytest.raises(NotEntitledError):
                desk.do(acted(handler, _form(), one))


@pytest.mark.rule("H3", "H4", "X1")
def test_in_redbridge_two_people_are_needed_and_the_recommendation_first() -> None:
    desk = _opened("redbridge")
    both = person(Role.SOCIAL_WORKER, Role.HEAD_OF_MASH, id="p-both", council="redbridge")
    head = person(Role.HEAD_OF_MASH, id="p-head", council="redbridge")
    with pytest.raises(RecommendationMissingError):
        desk.do(acted(HANDLERS.decide, _form("cpat"), head))
    desk.do(acted(HANDLERS.recommend, _form("cpat"), both))
    with pytest.raises(SamePersonError):
        desk.do(acted(HANDLERS.decide, _form("cpat"), both))
    assert desk.aggregate.decision is None
    (recorded,) = desk.do(acted(HANDLERS.decide, _form("caf"), head))
    assert isinstance(recorded, DecisionRecorded)
    assert recorded.outcome == packs().of("redbridge").outcomes["caf"].kind


@pytest.mark.rule("H5")
def test_in_lewisham_a_social_worker_decides_alone() -> None:
    desk = _opened("lewisham")
    worker = person(Role.SOCIAL_WORKER, council="lewisham")
    assert desk.do(acted(HANDLERS.decide, _form("protection"), worker))


@pytest.mark.rule("H8")
def test_unknown_evidence_is_refused() -> None:
    with pytest.raises(UnknownEvidenceError):
        _opened().do(acted(HANDLERS.recommend, _form(evidence=["r-unknown"]), WORKER))


@pytest.mark.parametrize("handler", [HANDLERS.recommend, HANDLERS.decide])
def test_nobody_judges_for_another_council_or_before_there_is_anything(handler: Any) -> None:
    stranger = person(Role.SOCIAL_WORKER, Role.HEAD_OF_MASH, council="redbridge")
    with pytest.raises(NotKnownError):
        _opened().do(acted(handler, _form(), stranger))
    with pytest.raises(NotKnownError):
        Desk(Decision, CHILD).do(acted(handler, _form(), person(*Role)))
