"""What the law has somebody do comes first, whichever way the contact came to its decision."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from decision.domain import Decision, NoConsentToServiceError, WorkComesFirstError
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ChildWork, ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.plumbing.arrival import Change
from mash_shared.policy.front_door import NightAct
from mash_shared.testing import Desk, acted, heard, packs, person, sample, send_twice
from mash_shared.vocabulary import NotEntitledError, Role

HANDLERS = DecisionHandlers(packs())
READY = sample(ContactReadyForDecision)
(CHILD,) = READY.child_ids
SIBLING = f"{READY.contact_id}-2"
ASSESSMENT = ("young_carer_assessment",)


def _work(
    edition: int = 2, at: datetime = READY.occurred_at, **said: Any
) -> ContactWorkOutstanding:
    children = (ChildWork(child_id=CHILD, **said), ChildWork(child_id=SIBLING))
    return sample(ContactWorkOutstanding, children=children, edition=edition, occurred_at=at)


WORK = _work(outstanding=ASSESSMENT)
MANAGER = person(Role.MASH_MANAGER, Role.SOCIAL_WORKER)


def _told(work: ContactWorkOutstanding) -> Change:
    return heard(HANDLERS.note_work_outstanding, work)


def _open(*works: ContactWorkOutstanding) -> Desk[Decision]:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    for work in works:
        desk.do(_told(work))
    return desk


def _decide(desk: Desk[Decision], outcome: str) -> None:
    form = JudgementForm(
        outcome=outcome, agency="Play scheme", pointed_to="The library", rationale="It is clear."
    )
    desk.do(acted(HANDLERS.recommend, form, person(Role.SOCIAL_WORKER, id="p-worker")))
    desk.do(acted(HANDLERS.decide, form, MANAGER))


@pytest.mark.rule("N5", "N6")
def test_note_work_outstanding_twice_keeps_it_once() -> None:
    desk = _open()
    assert not send_twice(desk, _told(WORK))
    assert desk.aggregate.work == WORK.children[0]


@pytest.mark.rule("N5", "N6", "N7")
@pytest.mark.parametrize("outcome", ["no_further_action", "advice"])
def test_nothing_is_ended_while_an_assessment_is_outstanding(outcome: str) -> None:
    desk = _open(WORK)
    with pytest.raises(WorkComesFirstError, match="young carer assessment"):
        _decide(desk, outcome)
    assert desk.aggregate.decision is None


@pytest.mark.rule("D4", "T9", "X15")
@pytest.mark.parametrize(
    ("outcome", "barred"),
    [
        ("early_help", True),
        ("localities", True),
        ("childrens_centres", True),
        ("community_service", True),
        ("section_47_enquiry", False),
        ("child_and_family_assessment", False),
        ("child_in_need", False),
        ("no_further_action", False),
    ],
)
def test_want_of_consent_bars_what_rests_on_it_and_no_assessment(
    outcome: str, *, barred: bool
) -> None:
    desk = _open(_work(without_consent_to_service=True))
    if not barred:
        _decide(desk, outcome)
        assert desk.aggregate.decision is not None
        return
    with pytest.raises(NoConsentToServiceError, match="has not consented to this service"):
        _decide(desk, outcome)
    desk.do(_told(_work(edition=3)))
    _decide(desk, outcome)
    assert desk.aggregate.decision is not None


@pytest.mark.rule("O9", "O10")
def test_at_night_the_duty_team_decides_where_the_pack_lets_it() -> None:
    pack = packs().of("havering")
    acts = (NightAct.RECOMMEND, NightAct.DECIDE)
    out = pack.out_of_hours.model_copy(update={"acts": acts})
    by_night = pack.model_copy(update={"out_of_hours": out})
    able = DecisionHandlers(replace(packs(), packs={"havering": by_night}))
    night = READY.occurred_at.replace(hour=2)
    duty, head = (
        person(Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER, id=id_) for id_ in ("p-duty", "p-head")
    )
    form = JudgementForm(outcome="section_47_enquiry", rationale="He is in danger.")
    for handlers, at in ((HANDLERS, night), (able, night.replace(hour=12))):
        for act in (handlers.recommend, handlers.decide):
            with pytest.raises(NotEntitledError):
                _open().do(acted(act, form, duty, at))
    desk = _open()
    desk.do(acted(able.recommend, form, duty, night))
    desk.do(acted(able.decide, form, head, night))
    assert desk.aggregate.decision is not None


@pytest.mark.rule("N6")
def test_help_may_be_decided_while_an_assessment_is_outstanding() -> None:
    desk = _open(WORK)
    _decide(desk, "early_help")
    assert desk.aggregate.decision is not None


@pytest.mark.rule("N12")
def test_a_child_on_remand_is_visited_before_anything_is_decided() -> None:
    visit = ("remand_visit",)
    desk = _open(_work(outstanding=visit, before_any_decision=visit))
    with pytest.raises(WorkComesFirstError, match="remand visit"):
        _decide(desk, "early_help")


@pytest.mark.rule("N6")
def test_what_was_done_is_in_nobodys_way_and_older_news_does_not_bring_it_back() -> None:
    by_a_slow_clock = WORK.occurred_at - timedelta(hours=1)
    desk = _open(WORK, _work(edition=3, at=by_a_slow_clock), WORK)
    _decide(desk, "no_further_action")
    assert desk.aggregate.decision is not None


@pytest.mark.rule("N6")
def test_news_of_work_may_come_before_the_decision_is_opened() -> None:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(_told(WORK))
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    with pytest.raises(WorkComesFirstError):
        _decide(desk, "no_further_action")


@pytest.mark.rule("H8")
def test_a_judgement_keeps_what_was_known_and_a_later_correction_asks_for_a_review() -> None:
    desk = _open(_work(facts=1))
    _decide(desk, "section_47_enquiry")
    assert desk.aggregate.decision.facts == 1
    assert not desk.aggregate.facts_corrected
    desk.do(_told(_work(edition=3, facts=1, outstanding=ASSESSMENT)))
    assert not desk.aggregate.review_needed
    desk.do(_told(_work(edition=4, facts=2)))
    assert desk.aggregate.facts_corrected
    assert desk.aggregate.review_needed


@pytest.mark.rule("H8")
def test_facts_corrected_after_a_recommendation_are_shown_to_who_decides() -> None:
    desk = _open(_work(facts=1))
    form = JudgementForm(outcome="section_47_enquiry", rationale="It is clear.")
    desk.do(acted(HANDLERS.recommend, form, person(Role.SOCIAL_WORKER, id="p-worker")))
    desk.do(_told(_work(edition=3, facts=2)))
    assert desk.aggregate.facts_corrected
    assert not desk.aggregate.review_needed
