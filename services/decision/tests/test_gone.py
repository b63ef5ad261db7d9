"""A child who is gone: nobody waits for that decision, and it is opened again if they come back."""

from datetime import timedelta
from typing import Any

import pytest

from decision.domain import ChildGoneError, Decision, DecisionAlreadyRecordedError
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import (
    ChildWork,
    ContactReadyForDecision,
    ContactWorkOutstanding,
    Gone,
)
from mash_shared.testing import Desk, acted, heard, packs, person, ran_out, sample, send_twice
from mash_shared.vocabulary import ClockKind, ClockState, Role

HANDLERS = DecisionHandlers(packs())
READY = sample(ContactReadyForDecision)
CHILD, SIBLING = f"{READY.contact_id}-1", f"{READY.contact_id}-2"
LATER = READY.occurred_at + timedelta(hours=1)
FORM = JudgementForm(outcome="no_further_action", rationale="Nothing points to harm.")
WORKER = person(Role.SOCIAL_WORKER, id="p-worker")
MANAGER = person(Role.MASH_MANAGER, id="p-manager")
every_way = pytest.mark.parametrize("gone", ["struck", "handed_over", "split_off"])


def _told(edition: int, gone: Gone | None = None, **said: Any) -> ContactWorkOutstanding:
    children = (ChildWork(child_id=CHILD, gone=gone, **said), ChildWork(child_id=SIBLING))
    return sample(ContactWorkOutstanding, children=children, edition=edition, occurred_at=LATER)


def _desk(*news: Any, child: str = CHILD) -> Desk[Decision]:
    desk = Desk(Decision, child, "decision")
    for one in news:
        work = isinstance(one, ContactWorkOutstanding)
        handler = HANDLERS.note_work_outstanding if work else HANDLERS.open_without_enquiry
        desk.do(heard(handler, one))
    return desk


def _decide(desk: Desk[Decision]) -> None:
    desk.do(acted(HANDLERS.recommend, FORM, WORKER))
    desk.do(acted(HANDLERS.decide, FORM, MANAGER))


def _states(desk: Desk[Decision]) -> list[ClockState]:
    return [clock.state for clock in desk.aggregate.clocks]


@every_way
@pytest.mark.parametrize("first", ["opened", "gone"])
def test_nothing_is_decided_of_a_child_who_is_gone_whatever_is_heard_first(
    gone: Gone, first: str
) -> None:
    news = [READY, _told(3, gone)]
    desk = _desk(*(news if first == "opened" else reversed(news)))
    for act, by in ((HANDLERS.recommend, WORKER), (HANDLERS.decide, MANAGER)):
        with pytest.raises(ChildGoneError, match="This child"):
            desk.do(acted(act, FORM, by))
    assert desk.aggregate.opened_at == READY.occurred_at
    assert not any(clock.is_open for clock in desk.aggregate.clocks)


@every_way
def test_a_sibling_is_decided_on_all_the_same(gone: Gone) -> None:
    desk = _desk(READY.model_copy(update={"child_ids": (SIBLING,)}), _told(3, gone), child=SIBLING)
    _decide(desk)
    assert desk.aggregate.decision is not None


@every_way
def test_a_decision_that_was_made_stays(gone: Gone) -> None:
    desk = _desk(READY)
    _decide(desk)
    made, clocks = desk.aggregate.decision, _states(desk)
    assert not send_twice(desk, heard(HANDLERS.note_work_outstanding, _told(3, gone)))
    assert (desk.aggregate.decision, _states(desk)) == (made, clocks)
    with pytest.raises(DecisionAlreadyRecordedError):
        desk.do(acted(HANDLERS.recommend, FORM, WORKER))


def test_a_child_who_comes_back_is_waited_for_and_decided_on_again() -> None:
    desk = _desk(READY, _told(3, "handed_over"), _told(4))
    assert _states(desk) == [ClockState.CANCELLED, ClockState.OPEN]
    first, again = desk.aggregate.clocks
    assert again.due_at == first.due_at, "time runs from receipt all along"
    _decide(desk)
    assert _states(desk) == [ClockState.CANCELLED, ClockState.MET]


def test_older_news_of_a_child_who_is_gone_changes_nothing() -> None:
    desk = _desk(READY, _told(4), _told(3, "struck"))
    _decide(desk)
    assert desk.aggregate.decision is not None


@pytest.mark.rule("J8")
def test_a_promise_that_was_missed_is_not_made_a_second_time() -> None:
    desk = _desk(READY, _told(3))
    clock = desk.aggregate.clock(ClockKind.DECISION)
    assert clock is not None
    clock.run_out(clock.due_at)
    desk.do(ran_out(lambda *_: (), clock, clock.due_at))
    desk.do(heard(HANDLERS.note_work_outstanding, _told(4, case_open=True)))
    assert _states(desk) == [ClockState.MISSED]
    assert desk.aggregate.work is not None
    assert desk.aggregate.work.case_open


@pytest.mark.rule("F3")
def test_a_child_learnt_of_later_is_opened_and_those_before_are_left_alone() -> None:
    both = READY.model_copy(update={"child_ids": (CHILD, SIBLING), "occurred_at": LATER})
    assert _desk(READY, both).aggregate.opened_at == READY.occurred_at
    assert _desk(both, child=SIBLING).aggregate.opened_at == LATER
