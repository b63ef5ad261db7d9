"""Work of the law: for each child that a circumstance names, in its time, done on a date (N)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.merging import merged
from intake.domain.refusals import UnknownChildError
from intake.domain.task import Task, TaskKind
from intake.forms.contact import AmendContact
from intake.forms.task import CompleteTask
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotEntitledError,
)
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, SOCIAL_WORKER, recorded

pytestmark = pytest.mark.rule("N6", "N7", "N12")
TWO = [{"full_name": "Tobias"}, {"full_name": "Wren"}]
LATER = NOW + timedelta(days=1)
VISIT = "circumstance.remand_visit"


def _said(desk: Desk[Contact], **said: Any) -> list[Task]:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    desk.do(acted(H.amend_contact, form, SOCIAL_WORKER, LATER))
    return _law(desk)


def _carers(desk: Desk[Contact], *ids: str) -> list[Task]:
    return _said(desk, circumstances={"young_carer": {"child_ids": ids}})


def _law(desk: Desk[Contact]) -> list[Task]:
    return [task for task in desk.aggregate.tasks if task.kind is TaskKind.CIRCUMSTANCE]


def test_two_young_carers_are_two_tasks_each_with_a_time_of_its_own() -> None:
    desk = recorded(children=TWO)
    tasks = _carers(desk, "c1-1", "c1-2")
    assert [task.child_id for task in tasks] == ["c1-1", "c1-2"]
    assert len({task.task_id for task in tasks}) == 2
    due = (
        packs()
        .of("havering")
        .task_clock(packs().of("havering").clocks.assessment, desk.aggregate.urgency, LATER, of="")
    )
    for task in tasks:
        clock = desk.aggregate.clock(ClockKind.TASK, task.task_id)
        assert clock is not None
        assert (clock.due_at, clock.lasts) == (due.due_at, "45 working days")
    for child in ("c1-1", "c1-2"):
        assert desk.aggregate.work_of(child) == ("young_carer_assessment",)


def test_work_is_the_only_childs_where_none_is_named_and_nobodys_of_several() -> None:
    only = recorded(children=TWO[:1], circumstances={"young_carer": {}})
    assert [task.child_id for task in _law(only)] == ["c1-1"]
    (same,) = _said(only, children=[{"facts": {"full_name": "Wren"}}])
    assert (same.child_id, same.is_open) == ("c1-1", True)
    several = recorded(children=TWO, circumstances={"young_carer": {}})
    assert [task.child_id for task in _law(several)] == [None]
    first, second = _carers(several, "c1-2", "c1-1")
    assert [task.child_id for task in (first, second)] == ["c1-2", "c1-1"]


def test_a_child_named_by_mistake_has_the_work_called_off_and_brought_back_in_new_time() -> None:
    desk = recorded(children=TWO)
    _carers(desk, "c1-1", "c1-2")
    _, second = _carers(desk, "c1-1")
    assert second.is_called_off
    _, second = _carers(desk, "c1-1", "c1-2")
    assert second.is_open
    clocks = [c.state for c in desk.aggregate.clocks if c.of == second.task_id]
    assert clocks == [ClockState.CANCELLED, ClockState.OPEN]
    with pytest.raises(UnknownChildError, match="not about"):
        _carers(desk, "c2-1")


def test_more_tasks_than_named_children_are_called_off() -> None:
    desk = recorded(children=TWO, circumstances={"young_carer": {}})
    desk.do(_as_if_opened_twice)
    tasks = _carers(desk, "c1-1")
    assert [task.child_id for task in tasks] == ["c1-1", None]
    assert tasks[1].is_called_off


def _as_if_opened_twice(contact: Contact) -> tuple[()]:
    (task,) = (one for one in contact.tasks if one.kind is TaskKind.CIRCUMSTANCE)
    twin = Task(task_id="twin", kind=task.kind, of=task.of, what=task.what, opened_at=NOW)
    contact.tasks.append(twin)
    return ()


@pytest.mark.parametrize(
    ("done_on", "why"), [("on Tuesday", "must be a date"), ("2026-03-12", "later than today")]
)
def test_a_visit_ends_with_a_date_and_what_was_found(done_on: str, why: str) -> None:
    desk = recorded(children=TWO[:1], circumstances={"remand": {}})
    answers = {"done_on": done_on, "needs": "A bed of his own."}
    wrong = CompleteTask(task_id=VISIT, note="Seen.", answers=answers)
    with pytest.raises(FieldRefusedError, match=why):
        desk.do(acted(H.complete_task, wrong, SOCIAL_WORKER))
    right = wrong.model_copy(update={"answers": answers | {"done_on": "2026-03-11"}})
    with pytest.raises(NotEntitledError, match="the law or a request"):
        desk.do(acted(H.complete_task, right, RECORDER))
    desk.do(acted(H.complete_task, right, SOCIAL_WORKER))
    clocks = [c.state for c in desk.aggregate.clocks if c.of == VISIT]
    assert clocks == [ClockState.MET]


@pytest.mark.rule("A9")
def test_children_whom_a_joined_form_names_are_ours_by_our_own_ids() -> None:
    ours = recorded(id_="c0", children=[TWO[1]]).aggregate.facts
    form = recorded(id_="c9", children=TWO)
    form.do(
        acted(
            H.amend_contact,
            AmendContact.model_validate(
                {"why": "Said.", "circumstances": {"young_carer": {"child_ids": ["c9-2", "c9-1"]}}}
            ),
            RECORDER,
        )
    )
    facts: Facts = merged(ours, form.aggregate.facts, iter(["c0-2"]))
    assert [child.child_id for child in facts.children] == ["c0-1", "c0-2"]
    assert facts.circumstances.young_carer is not None
    assert facts.circumstances.young_carer.child_ids == ("c0-1", "c0-2")


@pytest.mark.rule("A9", "N2")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [({}, {"child_ids": ["c9-1"]}), ({"child_ids": ["c0-1"]}, {}), ({}, {})],
)
def test_of_two_only_children_whose_contacts_are_one_each_keeps_their_own_work(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    first = recorded(id_="c0", children=TWO[:1])
    form = recorded(id_="c9", children=TWO[1:])
    _said(first, circumstances={"remand": ours})
    _said(form, circumstances={"remand": theirs})
    facts = merged(first.aggregate.facts, form.aggregate.facts, iter(["c0-2"]))
    assert facts.circumstances.remand is not None
    assert facts.circumstances.remand.child_ids == ("c0-1", "c0-2")


@pytest.mark.rule("N2")
def test_work_of_an_only_child_is_not_given_to_another_by_a_recorder() -> None:
    desk = recorded(children=TWO[:1], circumstances={"young_carer": {}})
    other = {"children": [{"facts": {"full_name": "Wren"}}]}
    for said in (other, {"circumstances": {"young_carer": {}}}):
        form = AmendContact.model_validate({"why": "Learnt."} | said)
        desk.do(acted(H.amend_contact, form, RECORDER))
    assert [task.child_id for task in _law(desk)] == ["c1-1"]
    only = recorded(children=TWO[:1], circumstances={"young_carer": {}})
    form = AmendContact.model_validate(
        {"why": "It is she.", "circumstances": {"young_carer": {"child_ids": ["c1-2"]}}} | other
    )
    with pytest.raises(NotEntitledError, match="less than was thought"):
        only.do(acted(H.amend_contact, form, RECORDER))
