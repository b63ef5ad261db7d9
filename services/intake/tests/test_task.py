"""Tasks and call-backs: who takes one, who ends it, and by when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError
from intake.domain.task import (
    Task,
    TaskDoneError,
    TaskKind,
    TaskTakenError,
    find,
)
from intake.forms.contact import AmendContact
from intake.forms.ending import DatedAction, Oversee
from intake.forms.task import AcceptTask, CallBack, CompleteTask
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactWorkOutstanding
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import ClockKind, ClockState, NotEntitledError, NotKnownError, Role
from support.consenting import says, withdraw
from support.front_door import (
    GIVEN,
    MANAGER,
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    found,
    indexed,
    known,
    recorded,
    staff,
)
from support.front_door import HANDLERS as H

LATER = NOW + timedelta(minutes=5)
FAMILY = "talk_to_family.family"


def _accept(desk: Desk[Contact], task: str, by: Person, at: datetime = NOW) -> None:
    desk.do(acted(H.accept_task, AcceptTask(task_id=task), by, at))


def _done(desk: Desk[Contact], task: str, by: Person = SOCIAL_WORKER, **answers: str) -> None:
    form = CompleteTask(task_id=task, note="Done.", answers=answers)
    desk.do(acted(H.complete_task, form, by, LATER))


def _call(desk: Desk[Contact]) -> Task:
    call = CallBack(what="Which class is she in?")
    desk.do(acted(H.ask_for_call_back, call, RECORDER))
    return desk.aggregate.tasks[-1]


@pytest.mark.rule("A18")
def test_of_two_who_accept_one_task_one_wins_and_the_other_is_told_who() -> None:
    desk, other = recorded(), staff(Role.SOCIAL_WORKER, id_="p-9")
    _accept(desk, FAMILY, SOCIAL_WORKER)
    with pytest.raises(TaskTakenError, match=f"^{SOCIAL_WORKER.id} has accepted"):
        _accept(desk, FAMILY, other, LATER)
    with pytest.raises(TaskTakenError, match=f"^{SOCIAL_WORKER.id} has accepted"):
        _done(desk, FAMILY, other)
    _accept(desk, FAMILY, SOCIAL_WORKER, LATER)
    task = find(desk.aggregate.tasks, FAMILY)
    assert (task.accepted_by, task.accepted_at) == (SOCIAL_WORKER.id, NOW)


def test_a_task_is_done_once_accepted_or_not() -> None:
    desk = recorded()
    _done(desk, FAMILY)
    with pytest.raises(TaskDoneError):
        _done(desk, FAMILY)
    with pytest.raises(TaskDoneError):
        _accept(desk, FAMILY, SOCIAL_WORKER)
    assert find(desk.aggregate.tasks, FAMILY).accepted_by is None


def test_a_task_that_is_not_there_is_not_known() -> None:
    with pytest.raises(NotKnownError):
        _accept(recorded(), "talk_to_family.neighbour", SOCIAL_WORKER)


@pytest.mark.parametrize("stranger", [staff(Role.MASH_ADMINISTRATOR), staff(Role.OPERATIONS)])
def test_only_who_works_at_the_front_door_takes_tasks(stranger: Person) -> None:
    for change in (
        acted(H.accept_task, AcceptTask(task_id=FAMILY), stranger),
        acted(H.complete_task, CompleteTask(task_id=FAMILY, note="Done."), stranger),
        acted(H.ask_for_call_back, CallBack(what="?"), stranger),
    ):
        with pytest.raises(NotEntitledError):
            recorded().do(change)


@pytest.mark.rule("A18")
def test_a_call_back_is_for_the_navigator_of_the_referrers_own_agency() -> None:
    teacher = {"kind": "professional", "agency": "education"}
    assert _call(recorded(referrer=teacher)).agency == "education"
    assert _call(recorded()).agency is None
    desk = Desk(Contact, "c1a1")
    with pytest.raises(NotKnownError):
        _call(desk)


@pytest.mark.rule("A18")
@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        ("red", datetime(2026, 3, 11, 11, 0, tzinfo=UTC)),
        ("amber", datetime(2026, 3, 11, 14, 0, tzinfo=UTC)),
    ],
)
def test_a_call_back_is_due_from_when_it_was_asked_for(urgency: str, due: datetime) -> None:
    desk = recorded(urgency=urgency)
    task = _call(desk)
    assert desk.aggregate.waiting[Queue.CALL_BACKS] == due
    with pytest.raises(AlreadyDoneError):
        _call(desk)
    _done(desk, task.task_id)
    assert Queue.CALL_BACKS not in desk.aggregate.waiting
    (clock,) = (c for c in desk.aggregate.clocks if c.of == task.task_id)
    assert clock.state is ClockState.MET
    assert _call(desk).task_id == "call_back.2"


@pytest.mark.rule("J11", "E2")
def test_an_action_of_a_sign_off_is_due_when_the_manager_said() -> None:
    desk, due = known(found(), urgency="red"), NOW + timedelta(days=2)
    action = DatedAction(what="See the children.", due_at=due)
    desk.do(acted(H.oversee, Oversee(note="Seen.", actions=(action,)), MANAGER))
    assert desk.aggregate.clock(ClockKind.TASK, "action.1") is not None
    assert desk.aggregate.waiting[Queue.TASKS] == RECEIVED + timedelta(hours=2)
    _done(desk, "talk_to_referrer.referrer")
    _done(desk, FAMILY)
    assert desk.aggregate.waiting[Queue.TASKS] == due
    desk.do(indexed(found()))
    _done(desk, "action.1")
    assert Queue.TASKS not in desk.aggregate.waiting


@pytest.mark.rule("J5")
def test_a_queue_is_due_with_the_first_of_its_tasks_and_left_with_the_last() -> None:
    desk, due = recorded(urgency="red"), RECEIVED + timedelta(hours=2)
    assert desk.aggregate.waiting[Queue.TASKS] == due
    _done(desk, "talk_to_referrer.referrer")
    assert desk.aggregate.waiting[Queue.TASKS] == due
    _done(desk, FAMILY)
    assert Queue.TASKS not in desk.aggregate.waiting
    with_duty = recorded(circumstances={"remand": {}}).aggregate
    assert with_duty.waiting[Queue.TASKS] > due


def test_a_manager_takes_a_task_over_from_who_cannot_do_it_any_more() -> None:
    desk = recorded()
    call = _call(desk).task_id
    over = AcceptTask(task_id=call, take_over=True)
    _accept(desk, call, SOCIAL_WORKER)
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.accept_task, over, RECORDER))
    desk.do(acted(H.accept_task, over, MANAGER, LATER))
    task = find(desk.aggregate.tasks, call)
    assert (task.accepted_by, task.accepted_at) == (MANAGER.id, LATER)
    _done(desk, call, MANAGER)


@pytest.mark.rule("N6", "N12")
def test_a_circumstance_that_was_a_mistake_holds_nothing_up_and_comes_back() -> None:
    desk = recorded(circumstances={"remand": {}})
    said = _corrected(desk, {"remand": None})
    assert [
        one.children[0].outstanding for one in said if isinstance(one, ContactWorkOutstanding)
    ] == [()]
    assert all(task.is_called_off for task in desk.aggregate.tasks if task.mandatory)
    said = _corrected(desk, {"remand": {}})
    assert [
        len(one.children[0].outstanding) for one in said if isinstance(one, ContactWorkOutstanding)
    ] == [2]
    assert sum(task.mandatory for task in desk.aggregate.tasks) == 2


def _corrected(desk: Desk[Contact], circumstances: dict[str, Any]) -> tuple[Message, ...]:
    form = {"why": "Learnt later.", "circumstances": circumstances}
    return desk.do(acted(H.amend_contact, AmendContact.model_validate(form), SOCIAL_WORKER))


@pytest.mark.rule("F9")
def test_mandatory_agencies_without_a_gateway_are_asked_by_telephone() -> None:
    pack = packs().of("redbridge")
    assert _asked_by_telephone("redbridge") == pack.awaiting_gateway != ()


@pytest.mark.rule("F10")
def test_a_further_agency_without_a_gateway_is_asked_by_telephone() -> None:
    extra = {"agency": "housing", "reason": "The family was moved twice this year."}
    assert _asked_by_telephone("havering", extra_agencies=[extra, extra]) == ("housing",)


@pytest.mark.rule("D15", "F9")
def test_nobody_is_asked_by_telephone_once_consent_is_withdrawn() -> None:
    desk = recorded("redbridge")
    assert _asked_by_telephone("redbridge", desk)
    withdraw(desk)
    by = staff(Role.BUSINESS_SUPPORT_OFFICER, council="redbridge")
    asked = [task for task in desk.aggregate.tasks if task.kind is TaskKind.ASK]
    assert all(task.is_called_off for task in asked)
    ended = {desk.aggregate.clock(ClockKind.TASK, task.task_id) for task in asked}
    assert ended == {None}
    assert all(task.done and task.done.by == by.id for task in asked)


@pytest.mark.rule("D15")
def test_whom_nobody_was_to_ring_any_more_is_rung_once_consent_is_given_again() -> None:
    desk = recorded("redbridge")
    assert _asked_by_telephone("redbridge", desk)
    withdraw(desk)
    says(desk, "redbridge", **GIVEN)
    asked = [task for task in desk.aggregate.tasks if task.kind is TaskKind.ASK]
    assert all(task.is_open for task in asked)
    assert all(desk.aggregate.clock(ClockKind.TASK, task.task_id) for task in asked)


def _asked_by_telephone(
    council: str, desk: Desk[Contact] | None = None, **changes: Any
) -> tuple[str | None, ...]:
    pack = packs().of(council)
    desk = desk or recorded(council)
    by = staff(*pack.gate.roles, council=council)
    reason = next(iter(pack.gate.reasons))
    said = desk.do(acted(H.authorise_enquiry, asking(reason_code=reason, **changes), by))
    assert said[0].agencies == pack.mandatory_agencies  # type: ignore[attr-defined]
    asked = [task for task in desk.aggregate.tasks if task.kind is TaskKind.ASK]
    assert all(desk.aggregate.clock(ClockKind.TASK, task.task_id) for task in asked)
    return tuple(task.agency for task in asked)
