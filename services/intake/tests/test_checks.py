"""Who a child is gets checked before anything is decided of them, and anew once put right (B2)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import CheckMissingError
from intake.domain.task import AnswerMissingError, TaskKind
from intake.domain.way import Position
from intake.forms.contact import AmendContact
from intake.forms.ending import GiveAdvice, Signpost
from intake.forms.form import Note
from intake.forms.task import CompleteTask
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import Desk, acted
from mash_shared.vocabulary import ClockState, Role
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    checked,
    form,
    found,
    indexed,
    staff,
)
from support.siblings import (
    closed_case,
    handed_over,
    open_case,
    positions,
    signed_off,
)
from support.turns import AUTHORISED, ENOUGH, SIGNPOSTED
from support.unchecked import (
    BOTH,
    COMPLETE,
    LATER,
    NIGHT,
    REROUTED,
    RETURNED,
    checks_owed,
    enough,
    unchecked,
)

pytestmark = pytest.mark.rule("B2")


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (AUTHORISED, {}),
        (ENOUGH, {}),
        (SIGNPOSTED, {}),
        (REROUTED, {}),
        (RETURNED, {"consent": {"status": "refused"}, "request_type": "early_help"}),
        (SIGNPOSTED, {"significant_harm": "yes"}),
    ],
)
def test_a_contact_goes_no_way_before_each_child_was_checked(
    way: Change, said: dict[str, Any]
) -> None:
    desk = unchecked(**said)
    assert Queue.DEMOGRAPHIC_CHECKS in desk.aggregate.waiting
    with pytest.raises(CheckMissingError):
        desk.do(way)
    checked(desk, "c1-1")
    with pytest.raises(CheckMissingError):
        desk.do(way)
    checked(desk, "c1-2")
    assert Queue.DEMOGRAPHIC_CHECKS not in desk.aggregate.waiting
    desk.do(way)


@pytest.mark.rule("B2", "E1", "E3")
def test_a_known_child_is_handed_over_once_checked_whoever_is_unchecked_beside() -> None:
    team, worker = unchecked(closed_case("c1-1")), unchecked(open_case("c1-1"))
    for desk, way in ((team, handed_over), (worker, signed_off)):
        with pytest.raises(CheckMissingError):
            way(desk)
        checked(desk, "c1-1")
        way(desk)
        assert positions(desk)[1] is Position.NEW


@pytest.mark.parametrize(
    "said",
    [{"request_type": "information"}, {"request_type": "consultation", "council": "lewisham"}],
)
def test_a_question_about_nobody_in_particular_waits_for_no_check(said: dict[str, Any]) -> None:
    desk = unchecked(**said)
    by = staff(Role.MASH_MANAGER, council=said.get("council", "havering"))
    if said["request_type"] == "information":
        desk.do(acted(H.signpost, Signpost(to="library"), by))
    else:
        desk.do(acted(H.give_advice, GiveAdvice(advice="Ask."), by))
    assert desk.aggregate.ending is not None


@pytest.mark.rule("B2", "O9", "X5")
@pytest.mark.parametrize(
    "said",
    [{"urgency": "red"}, {"immediate_danger": True}],
)
@pytest.mark.parametrize("way", [AUTHORISED, ENOUGH])
def test_where_protection_cannot_wait_the_check_is_owed_with_a_time(
    said: dict[str, Any], way: Change
) -> None:
    desk = unchecked(**said)
    desk.do(way)
    assert checks_owed(desk) == ["c1-1", "c1-2"]
    clocks = [one for one in desk.aggregate.clocks if one.of.startswith("check.")]
    assert {one.state for one in clocks} == {ClockState.OPEN}
    assert Queue.DEMOGRAPHIC_CHECKS in desk.aggregate.waiting
    with pytest.raises(CheckMissingError):
        desk.do(COMPLETE)
    note = CompleteTask(task_id="check.c1-1", note="Looked.")
    with pytest.raises(AnswerMissingError, match="noting the check"):
        desk.do(acted(H.complete_task, note, MANAGER))
    checked(desk, at=LATER)
    assert checks_owed(desk) == []
    clocks = [one for one in desk.aggregate.clocks if one.of.startswith("check.")]
    assert {one.state for one in clocks} == {ClockState.MET}
    desk.do(COMPLETE)


@pytest.mark.rule("B2", "O9", "X5")
def test_what_the_duty_team_has_at_night_does_not_wait_and_by_day_it_does() -> None:
    said = form(significant_harm="yes", received_at=NIGHT, children=BOTH)
    desk, at_night = Desk(Contact, "c1"), Desk(Contact, "c1")
    for one in (desk, at_night):
        one.do(acted(H.record_contact, said, RECORDER, NIGHT))
        one.do(indexed())
        assert one.aggregate.out_of_hours
    morning = NIGHT + timedelta(hours=11)
    desk.do(acted(H.accept_by_day, Note(note="Taken over."), MANAGER, morning))
    with pytest.raises(CheckMissingError):
        desk.do(enough(morning))
    at_night.do(enough(NIGHT))
    assert checks_owed(at_night) == ["c1-1", "c1-2"]


def test_a_level_that_falls_before_the_check_leaves_it_owed_by_its_own_time() -> None:
    desk = unchecked(urgency="red")
    desk.do(AUTHORISED)
    put = AmendContact.model_validate({"why": "Looked at again.", "urgency": "amber"})
    desk.do(acted(H.amend_contact, put, MANAGER))
    assert checks_owed(desk) == ["c1-1", "c1-2"]
    clocks = [one for one in desk.aggregate.clocks if one.of == "check.c1-1"]
    assert [(one.state, one.lasts) for one in clocks] == [
        (ClockState.CANCELLED, "4 hours"),
        (ClockState.OPEN, "1 working day"),
    ]


def test_a_check_that_is_owed_is_called_off_where_the_hand_over_that_owed_it_is_undone() -> None:
    desk = unchecked(found(child_id="c1-1", **POSSIBLE), urgency="red")
    decide(desk, same=True)
    signed_off(desk)
    assert checks_owed(desk) == ["c1-1"]
    decide(desk, same=False)
    assert desk.aggregate.ways["c1-1"].handed_over is None
    assert checks_owed(desk) == []
    (task,) = (one for one in desk.aggregate.tasks if one.kind is TaskKind.CHECK)
    assert task.is_called_off
