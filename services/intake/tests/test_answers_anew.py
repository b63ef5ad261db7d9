"""An answer that holds no longer is given anew, in its time, and what was answered stays (M9)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.answer import Stale
from intake.domain.answer_basis import MOST_ANSWERS, NO_ROOM
from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import NotAChildConcernError
from intake.forms.children import SplitContact, StrikeChild
from intake.forms.contact import AmendContact, CheckDemographics
from intake.forms.task import AcceptTask
from mash_shared.testing import NOW, Desk, acted, send_twice
from mash_shared.vocabulary import ClockKind, ClockState, FieldRefusedError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, SOCIAL_WORKER, found, indexed
from support.requests import (
    PRISON,
    PROBATION,
    REPORT,
    VIEW,
    answer,
    asked,
    do,
    of,
    to_prison,
)

TOBIAS = {"full_name": "Tobias Fenwick-Adair"}
WREN = {"full_name": "Wren Hallaway"}
ROOK = {"full_name": "Barnaby Rook"}
LATER = NOW + timedelta(hours=1)


def _answered(*children: dict[str, Any]) -> Desk[Contact]:
    desk = asked(PRISON, children=list(children or (TOBIAS,)), asked_about=ROOK)
    desk.do(acted(H.check_demographics, CheckDemographics(result="confirmed"), SOCIAL_WORKER))
    do(desk, "review_and_record")
    _answer(desk)
    assert desk.aggregate.state is ContactState.CLOSED
    return desk


def _answer(desk: Desk[Contact], said: dict[str, Any] = VIEW, **changes: Any) -> None:
    children = [of(child, said) for child in desk.aggregate.child_ids]
    answer(desk, at=LATER, **to_prison(*children, known="known", **changes))


def _amend(desk: Desk[Contact], **changes: Any) -> None:
    form = AmendContact.model_validate({"why": "They rang again."} | changes)
    desk.do(acted(H.amend_contact, form, MANAGER, LATER))
    desk.do(indexed())


def _strike(desk: Desk[Contact], child: str) -> None:
    form = StrikeChild(child_id=child, reason="Another boy.")
    desk.do(acted(H.strike_child, form, MANAGER, LATER))
    desk.do(indexed())


def _reopened(desk: Desk[Contact]) -> dict[str, Stale]:
    """Give of whom the last answer holds no longer; checks that it waits, and that all stays."""
    contact = desk.aggregate
    (answered,) = contact.answers
    assert contact.state is ContactState.ENDED
    assert Queue.ANSWERS in contact.waiting
    clock = contact.clock(ClockKind.ANSWER_TO_REQUEST)
    assert clock is not None
    assert clock.started_at >= NOW
    assert [one.answer for one in contact.reopened] == [answered.number]
    return contact.reopened[0].because


@pytest.mark.rule("M7", "M9")
@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"children": [{"facts": WREN}]}, {"c1-2": Stale.NAMED_SINCE}),
        (
            {"children": [{"child_id": "c1-1", "facts": {"date_of_birth": "2016"}}]},
            {"c1-1": Stale.CORRECTED},
        ),
        ({"asked_about": {"date_of_birth": "1981"}}, {"subject": Stale.CORRECTED}),
        ({"significant_harm": "yes"}, {"subject": Stale.CORRECTED}),
        ({"immediate_danger": True}, {"subject": Stale.CORRECTED}),
        ({"household": [ROOK]}, {"subject": Stale.CORRECTED}),
    ],
)
def test_a_correction_reopens_the_answer_for_whom_it_is_about_and_for_nobody_else(
    changes: dict[str, Any], because: dict[str, Stale]
) -> None:
    desk = _answered()
    _amend(desk, **changes)
    contact = desk.aggregate
    assert contact.reopened[0].because == because
    assert Queue.ANSWERS in contact.waiting
    with pytest.raises(FieldRefusedError, match="why must say"):
        _answer(desk)
    _answer(desk, why="They rang again.")
    contact = desk.aggregate
    assert Queue.ANSWERS not in contact.waiting
    clocks = [one for one in contact.clocks if one.kind is ClockKind.ANSWER_TO_REQUEST]
    assert [(c.started_at > NOW, c.state) for c in clocks][1:] == [(True, ClockState.MET)]
    assert [one.number for one in contact.answers] == [1, 2]


@pytest.mark.rule("M7", "M9")
@pytest.mark.parametrize(
    "changes",
    [
        {"referrer": {"telephone": "01632 960001"}},
        {"urgency": "red"},
        {"received_at": NOW - timedelta(days=1)},
        {"circumstances": {"disabled_child": {"child_ids": ["c1-1"]}}},
    ],
)
def test_what_an_answer_does_not_rest_on_leaves_it_standing(changes: dict[str, Any]) -> None:
    desk = _answered()
    _amend(desk, **changes)
    assert desk.aggregate.reopened == []
    assert Queue.ANSWERS not in desk.aggregate.waiting


@pytest.mark.rule("M7", "M9")
def test_a_second_child_is_owed_an_answer_of_their_own() -> None:
    desk = _answered()
    _amend(desk, children=[{"facts": WREN}])
    with pytest.raises(FieldRefusedError, match="each of c1-1, c1-2 once"):
        answer(desk, **to_prison(of("c1-1", VIEW), known="known", why="Wren, too."))
    _answer(desk, why="Wren, too.")
    assert {line.about for line in desk.aggregate.disclosures if line.answer == 2} > {"c1-2"}


@pytest.mark.rule("M7", "M9")
def test_of_a_child_who_was_struck_the_prison_hears_that_it_was_a_mistake() -> None:
    desk = _answered(TOBIAS, WREN)
    _strike(desk, "c1-2")
    assert _reopened(desk) == {"c1-2": Stale.NAMED_BY_MISTAKE}
    told = {"about": "c1-2", "text": "She is with her aunt.", "basis": "public_task"}
    with pytest.raises(FieldRefusedError, match=r"disclosed\.about"):
        _answer(desk, why="Wren is another family's.", disclosed=[told])
    _answer(desk, why="Wren is another family's.")
    assert "c1-2" not in {line.about for line in desk.aggregate.disclosures if line.answer == 2}
    assert any(line.about == "c1-2" for line in desk.aggregate.disclosures)
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("M7", "M9")
def test_with_its_last_child_struck_a_view_on_whatever_child_there_may_be_is_owed() -> None:
    desk = _answered()
    _strike(desk, "c1-1")
    assert _reopened(desk) == {"c1-1": Stale.NAMED_BY_MISTAKE, "unnamed": Stale.NAMED_SINCE}
    answer(desk, **to_prison(known="known", why="He was another boy."))
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("M7", "M9")
def test_a_child_added_by_mistake_and_struck_again_lets_the_answer_hold_again() -> None:
    desk = _answered()
    duty = next(task for task in desk.aggregate.tasks if task.of == "respond_with_concerns")
    first = duty.done
    _amend(desk, children=[{"facts": WREN}])
    mine = AcceptTask(task_id=duty.task_id)
    desk.do(acted(H.accept_task, mine, MANAGER))
    _strike(desk, "c1-2")
    contact = desk.aggregate
    assert contact.state is ContactState.CLOSED
    assert contact.reopened[0].held_again_at == LATER
    assert next(t for t in contact.tasks if t.task_id == duty.task_id).done == first
    assert contact.clock(ClockKind.ANSWER_TO_REQUEST) is None
    _amend(desk, children=[{"facts": WREN}])
    assert [one.because for one in desk.aggregate.reopened] == [{"c1-2": Stale.NAMED_SINCE},
                                                         {"c1-3": Stale.NAMED_SINCE}]  # fmt: skip


@pytest.mark.rule("M7", "M9", "M4", "M8")
def test_a_child_who_turns_out_to_be_on_record_is_reported_on_and_the_other_stands() -> None:
    desk = _answered(TOBIAS, WREN)
    for _ in range(2):
        desk.do(indexed(found(child_id="c1-2")))
    assert _reopened(desk) == {"c1-2": Stale.ON_RECORD_AFTER_ALL}
    with pytest.raises(FieldRefusedError, match="known or previously of c1-2"):
        _answer(desk, why="She has a case.")
    _answer(desk, REPORT, why="She has a case.")
    assert len(desk.aggregate.reopened) == 1


@pytest.mark.rule("M7", "M9")
def test_probations_question_is_answered_anew_as_well() -> None:
    desk = asked(PROBATION, children=[TOBIAS])
    do(desk, "record_shared_information")
    answer(desk, known="not_known", children=[of("c1-1", VIEW)])
    _amend(desk, children=[{"facts": WREN}])
    assert desk.aggregate.reopened[0].because == {"c1-2": Stale.NAMED_SINCE}


@pytest.mark.rule("M7", "M9")
def test_a_request_is_not_split_for_each_child_has_an_answer_of_their_own() -> None:
    desk = asked(PRISON, children=[TOBIAS | {"family": "Fenwick"}, WREN | {"family": "Hallaway"}])
    apart = {"family": "Hallaway", "child_ids": ["c1-2"], "concern": "Hers."}
    form = SplitContact.model_validate(
        {"reason": "Two.", "family": "Fenwick", "concern": "His.", "families": [apart]}
    )
    with pytest.raises(NotAChildConcernError):
        desk.do(acted(H.split_contact, form, MANAGER))


@pytest.mark.rule("M7", "M9")
def test_an_answer_that_was_given_too_often_to_be_given_again_is_left_to_a_person() -> None:
    desk = _answered()
    for number in range(2, MOST_ANSWERS + 1):
        _answer(desk, why=f"For the {number}th time.")
    for date in ("2016", "2017"):
        _amend(desk, children=[{"child_id": "c1-1", "facts": {"date_of_birth": date}}])
    contact = desk.aggregate
    assert contact.reopened == []
    assert [task.what for task in contact.tasks].count(NO_ROOM) == 1
    assert Queue.TASKS in contact.waiting


@pytest.mark.rule("M7", "M9")
def test_amend_contact_twice_reopens_an_answer_once() -> None:
    desk = _answered()
    form = AmendContact.model_validate({"why": "He is there too.", "household": [ROOK]})
    send_twice(desk, acted(H.amend_contact, form, MANAGER))
    assert len(desk.aggregate.reopened) == 1
