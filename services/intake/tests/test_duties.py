"""Work of the law: whose it is, by when, and no way round it (N)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.circumstances import ANSWERS, DONE_ON, Duty
from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import ChildUnnamedError
from intake.domain.task import CHOICES, Task, TaskKind
from intake.forms.contact import AmendContact
from intake.forms.ending import Reroute
from intake.forms.task import AcceptTask, CompleteTask
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import ClockKind, NotEntitledError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, found, made_whole, recorded
from support.front_door import indexed as looked_up

ONE = [{"full_name": "Tobias Fenwick-Adair"}]
TWO = [*ONE, {"full_name": "Orla Fenwick-Adair"}]
UNIT = {"home_authority": "Havering", "prison_authority": "Surrey"}
EVERYTHING: dict[str, Any] = {
    "disabled_child": {"assessment_requested_by_parent": True},
    "parent_carer": {},
    "young_carer": {},
    "remand": {},
    "mother_and_baby_unit": UNIT,
}
pytestmark = pytest.mark.rule("N2", "N5", "N6", "N7", "N12", "N14", "N15")


def _law(desk: Desk[Contact]) -> list[Task]:
    return [task for task in desk.aggregate.tasks if task.kind is TaskKind.CIRCUMSTANCE]


def _done(desk: Desk[Contact], task: Task, by: Any = SOCIAL_WORKER) -> None:
    said = {name: CHOICES.get(name, ("As they said.",))[0] for name in ANSWERS[task.of]}
    said |= {name: "2026-03-10" for name in said if name == DONE_ON}
    form = CompleteTask(task_id=task.task_id, note="Done.", answers=said)
    desk.do(acted(H.complete_task, form, by))


def _correct(desk: Desk[Contact], by: Any, **circumstances: Any) -> None:
    form = {"why": "A slip.", "circumstances": circumstances}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(form), by))


def test_every_duty_asks_for_something_and_has_a_time() -> None:
    assert set(ANSWERS) == set(Duty)
    desk = recorded(children=ONE, circumstances=EVERYTHING)
    assert {task.of for task in _law(desk)} == set(Duty)
    clocks = {task.of: desk.aggregate.clock(ClockKind.TASK, task.task_id) for task in _law(desk)}
    lasts = {of: clock.lasts if clock else None for of, clock in clocks.items()}
    assert lasts == dict.fromkeys(Duty, "45 working days") | {Duty.REMAND_VISIT: "5 working days"}
    assert desk.aggregate.waiting[Queue.TASKS] == min(
        clock.due_at for clock in desk.aggregate.clocks if clock.kind is ClockKind.TASK
    )


@pytest.mark.parametrize("council", ["havering", "lewisham", "redbridge", "waltham-forest"])
def test_the_time_for_a_visit_is_marked_as_nobodys_page(council: str) -> None:
    assert packs().of(council).origin("clocks.visit") == "stated default"


@pytest.mark.parametrize("duty", Duty)
def test_no_duty_is_taken_on_done_or_taken_back_by_who_only_writes_contacts_down(
    duty: Duty,
) -> None:
    desk = recorded(children=ONE, circumstances=EVERYTHING)
    (task,) = (one for one in _law(desk) if one.of == duty)
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.accept_task, AcceptTask(task_id=task.task_id), RECORDER))
    with pytest.raises(NotEntitledError):
        _done(desk, task, RECORDER)
    (named,) = (name for name, brings in BRINGS.items() if duty in brings)
    with pytest.raises(NotEntitledError, match="less than was thought"):
        _correct(desk, RECORDER, **{named: None})
    _correct(desk, SOCIAL_WORKER, **{named: None})
    assert not [one for one in _law(desk) if one.of == duty and one.is_open]


BRINGS = {
    "disabled_child": (Duty.PARENT_CARER_SUPPORT, Duty.DISABLED_CHILD_ASSESSMENT),
    "parent_carer": (Duty.PARENT_CARER_ASSESSMENT,),
    "young_carer": (Duty.YOUNG_CARER_ASSESSMENT,),
    "remand": (Duty.REMAND_VISIT, Duty.REMAND_CARE_PLAN),
    "mother_and_baby_unit": (Duty.HOME_AUTHORITY_ASSESSMENT, Duty.ADMISSIONS_BOARD),
}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"possible_needs": True}, {"possible_needs": False}),
        ({"child_ids": ["c1-1", "c1-2"]}, {"child_ids": ["c1-1"]}),
        ({"child_ids": ["c1-1"]}, {"child_ids": ["c1-2"]}),
        ({"child_ids": ["c1-1"]}, {"child_ids": []}),
    ],
)
def test_a_word_less_takes_work_back_as_well(was: dict[str, Any], now: dict[str, Any]) -> None:
    desk = recorded(children=TWO, circumstances={"young_carer": was})
    with pytest.raises(NotEntitledError, match="less than was thought"):
        _correct(desk, RECORDER, young_carer=now)


def test_whoever_writes_contacts_down_adds_what_they_learn() -> None:
    desk = recorded(children=TWO, circumstances={"young_carer": {}})
    _correct(desk, RECORDER, young_carer={"child_ids": ["c1-1"]})
    _correct(desk, RECORDER, young_carer={"child_ids": ["c1-1", "c1-2"]}, remand={})
    assert len([task for task in _law(desk) if task.is_open]) == 4


@pytest.mark.parametrize(
    "duty",
    [
        Duty.DISABLED_CHILD_ASSESSMENT,
        Duty.YOUNG_CARER_ASSESSMENT,
        Duty.REMAND_VISIT,
        Duty.REMAND_CARE_PLAN,
    ],
)
def test_one_childs_work_is_not_done_for_several_without_saying_whose(duty: Duty) -> None:
    desk = recorded(children=TWO, circumstances=EVERYTHING)
    (task,) = (one for one in _law(desk) if one.of == duty)
    with pytest.raises(ChildUnnamedError):
        _done(desk, task)
    (named,) = (name for name, brings in BRINGS.items() if duty in brings)
    _correct(desk, RECORDER, **{named: {"child_ids": ["c1-1", "c1-2"]}})
    first, second = (one for one in _law(desk) if one.of == duty)
    _done(desk, first)
    assert (first.child_id, second.child_id) == ("c1-1", "c1-2")
    assert [one.child_id for one in _law(desk) if one.of == duty and one.is_open] == ["c1-2"]


def test_what_is_the_parents_is_done_without_a_childs_name() -> None:
    desk = recorded(children=TWO, circumstances={"parent_carer": {}, "mother_and_baby_unit": UNIT})
    for task in _law(desk):
        _done(desk, task)
    assert not [task for task in _law(desk) if task.is_open]


@pytest.mark.parametrize("duty", ["parent_carer", "young_carer", "remand"])
def test_nothing_closes_while_the_law_is_not_done_by(duty: str) -> None:
    desk = recorded(children=ONE, circumstances={duty: {}})
    to = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    desk.do(acted(H.reroute, to, MANAGER))
    made_whole(desk)
    desk.do(_told)
    assert desk.aggregate.state is ContactState.ENDED
    for task in _law(desk):
        _done(desk, task)
    assert desk.aggregate.state is ContactState.CLOSED


def _told(contact: Contact) -> tuple[()]:
    contact.record_told(NOW, dict.fromkeys(contact.child_ids))
    return ()


@pytest.mark.rule("E1")
def test_what_became_known_late_is_looked_at_in_its_time() -> None:
    desk = recorded(children=ONE)
    desk.do(acted(H.reroute, Reroute(to="school_admissions", acknowledged_by="sw-4022"), MANAGER))
    desk.do(looked_up(found()))
    (task,) = (one for one in desk.aggregate.tasks if one.kind is TaskKind.TELL)
    clock = desk.aggregate.clock(ClockKind.TASK, task.task_id)
    assert clock is not None
    assert clock.lasts == "4 working hours"
    assert clock.due_at - clock.started_at >= timedelta(hours=4)
    open_ = [one for one in desk.aggregate.tasks if one.is_open and one.kind is not TaskKind.DUTY]
    assert all(desk.aggregate.clock(ClockKind.TASK, one.task_id) for one in open_)
