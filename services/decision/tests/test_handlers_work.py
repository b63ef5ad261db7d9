"""What the law has somebody do comes first, whichever way the contact came to its decision."""

from datetime import timedelta

import pytest

from decision.domain import Decision, WorkComesFirstError
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import Desk, acted, heard, packs, person, sample, send_twice
from mash_shared.vocabulary import Role

HANDLERS = DecisionHandlers(packs())
READY = sample(ContactReadyForDecision)
WORK = sample(
    ContactWorkOutstanding,
    child_ids=READY.child_ids,
    outstanding=("young_carer_assessment",),
    before_any_decision=(),
)
MANAGER = person(Role.MASH_MANAGER, Role.SOCIAL_WORKER)


def _told(work: ContactWorkOutstanding) -> Change:
    return heard(HANDLERS.note_work_outstanding, work)


def _open(*works: ContactWorkOutstanding) -> Desk[Decision]:
    desk = Desk(Decision, READY.child_ids[0], "decision")
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    for work in works:
        desk.do(_told(work))
    return desk


def _decide(desk: Desk[Decision], outcome: str) -> None:
    form = JudgementForm(outcome=outcome, rationale="It is clear.")
    desk.do(acted(HANDLERS.recommend, form, person(Role.SOCIAL_WORKER, id="p-worker")))
    desk.do(acted(HANDLERS.decide, form, MANAGER))


@pytest.mark.rule("N5", "N6")
def test_note_work_outstanding_twice_keeps_it_once() -> None:
    desk = _open()
    assert not send_twice(desk, _told(WORK))
    assert desk.aggregate.work.outstanding == WORK.outstanding


@pytest.mark.rule("N5", "N6", "N7")
@pytest.mark.parametrize("outcome", ["no_further_action", "advice"])
def test_nothing_is_ended_while_an_assessment_is_outstanding(outcome: str) -> None:
    desk = _open(WORK)
    with pytest.raises(WorkComesFirstError, match="young carer assessment"):
        _decide(desk, outcome)
    assert desk.aggregate.decision is None


@pytest.mark.rule("N6")
def test_help_may_be_decided_while_an_assessment_is_outstanding() -> None:
    desk = _open(WORK)
    _decide(desk, "early_help")
    assert desk.aggregate.decision is not None


@pytest.mark.rule("N12")
def test_a_child_on_remand_is_visited_before_anything_is_decided() -> None:
    visit = ("remand_visit",)
    desk = _open(WORK.model_copy(update={"outstanding": visit, "before_any_decision": visit}))
    with pytest.raises(WorkComesFirstError, match="remand visit"):
        _decide(desk, "early_help")


@pytest.mark.rule("N6")
def test_what_was_done_is_in_nobodys_way_and_older_news_does_not_bring_it_back() -> None:
    by_a_slow_clock = WORK.occurred_at - timedelta(hours=1)
    later = {"outstanding": (), "edition": WORK.edition + 1, "occurred_at": by_a_slow_clock}
    desk = _open(WORK, WORK.model_copy(update=later), WORK)
    _decide(desk, "no_further_action")
    assert desk.aggregate.decision is not None


@pytest.mark.rule("N6")
def test_news_of_work_may_come_before_the_decision_is_opened() -> None:
    desk = Desk(Decision, READY.child_ids[0], "decision")
    desk.do(_told(WORK))
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    with pytest.raises(WorkComesFirstError):
        _decide(desk, "no_further_action")
