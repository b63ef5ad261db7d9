"""Every case has one social worker: named in time, and followed by another who has left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError
from intake.domain.task import find
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate
from intake.forms.gate import ChangeCoordinator, SendForDecision
from intake.forms.task import AcceptTask
from intake.handlers import IntakeHandlers
from mash_shared.act import StaffMember
from mash_shared.messages.contact import ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.testing import NOW, STAFF, Desk, acted, heard, ran_out, sample
from mash_shared.vocabulary import ClockKind, ClockState, FieldRefusedError, Role
from support.councils import all_packs
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    SOCIAL_WORKER,
    recorded,
    staff,
)
from support.siblings import added, closed_case, handed_over, of, siblings, split, struck
from support.turns import AUTHORISED
from support.working import who_works

WORKER, OTHER = STAFF["sw-4021"], STAFF["sw-4022"]
HARM = {"significant_harm": "yes"}
LATER = NOW + timedelta(hours=1)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="All is known."), MANAGER)
ALLOCATED = acted(H.allocate, Allocate(social_worker=WORKER.id), MANAGER)
GONE: dict[str, StaffMember] = {
    "left": replace(WORKER, until=NOW),
    "away until later": replace(WORKER, since=LATER),
    "in another role": replace(WORKER, roles=frozenset({Role.SCREENING_TEAM})),
    "in no role": replace(WORKER, roles=frozenset()),
}


def _stands(desk: Desk[Contact], queue: Queue = Queue.ALLOCATION) -> bool:
    return queue in desk.aggregate.waiting


def _decided(desk: Desk[Contact]) -> None:
    for child in desk.aggregate.child_ids:
        said = sample(DecisionRecorded, contact_id="c1", child_id=child)
        desk.do(heard(H.note_decision, said))


def _after(*changes: Any, **said: Any) -> Desk[Contact]:
    desk = recorded(**said)
    for change in changes:
        desk.do(change)
    return desk


@pytest.mark.rule("F7")
def test_what_goes_straight_to_a_decision_has_a_worker_or_waits_for_one() -> None:
    desk = _after(ENOUGH)
    assert _stands(desk)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    _decided(desk)
    assert _stands(desk), "decided or not: somebody has it"
    desk.do(ALLOCATED)
    assert not _stands(desk)
    named = SendForDecision(reason="All is known.", social_worker=WORKER.id)
    with_act = recorded()
    said = with_act.do(acted(H.send_for_decision, named, MANAGER))
    assert with_act.aggregate.social_worker == WORKER.id
    assert not _stands(with_act)
    told = [one for news in of(ContactWorkOutstanding, said) for one in news.children]
    assert {one.social_worker for one in told} == {WORKER.id}


@pytest.mark.rule("F7")
def test_where_the_policy_says_so_whoever_sends_it_names_who_has_it() -> None:
    handlers = IntakeHandlers(all_packs())
    by = staff(Role.MASH_MANAGER, council="heronsgate")

    def sent(desk: Desk[Contact], **said: str) -> None:
        form = SendForDecision(reason="All is known.", **said)
        desk.do(acted(handlers.send_for_decision, form, by))

    desk = recorded("heronsgate", handlers=handlers)
    with pytest.raises(FieldRefusedError) as refused:
        sent(desk)
    assert refused.value.field == "social_worker"
    sent(desk, social_worker=WORKER.id)
    had = recorded("heronsgate", handlers=handlers)
    had.do(acted(handlers.allocate, Allocate(social_worker=OTHER.id), by))
    with pytest.raises(AlreadyDoneError):
        sent(had, social_worker=WORKER.id)
    sent(had)
    assert had.aggregate.social_worker == OTHER.id


@pytest.mark.rule("F7", "E6")
@pytest.mark.parametrize("why", GONE)
@pytest.mark.parametrize("said", [HARM, {}], ids=["protection", "help"])
def test_a_case_whose_worker_is_gone_waits_until_somebody_else_has_it(
    why: str, said: dict[str, Any]
) -> None:
    desk = _after(ALLOCATED, **said)
    assert not _stands(desk)
    told = desk.do(who_works(GONE[why], number=2))
    assert (_stands(desk), desk.aggregate.social_worker) == (True, None)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    assert not told, "nobody decides on it yet"
    desk.do(acted(H.allocate, Allocate(social_worker=OTHER.id), SOCIAL_WORKER, LATER))
    assert not _stands(desk)
    (before,) = desk.aggregate.earlier_allocations
    assert (before.social_worker, before.gone_at) == (WORKER.id, NOW)
    desk.do(who_works(WORKER, number=3))
    assert desk.aggregate.social_worker == OTHER.id


@pytest.mark.rule("F6", "F7", "E6")
@pytest.mark.parametrize("said", [HARM, {}], ids=["protection", "help"])
def test_an_enquiry_whose_coordinator_is_gone_waits_for_another(said: dict[str, Any]) -> None:
    desk = _after(AUTHORISED, **said)
    assert not {Queue.ALLOCATION, Queue.COORDINATION} & desk.aggregate.waiting.keys()
    desk.do(who_works(GONE["left"]))
    clock = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert clock is not None
    assert desk.aggregate.waiting[Queue.ALLOCATION] == clock.due_at
    assert desk.aggregate.waiting[Queue.COORDINATION] == clock.due_at
    change = ChangeCoordinator(coordinating_social_worker=OTHER.id, reason="She has left.")
    desk.do(acted(H.change_coordinator, change, MANAGER, LATER))
    assert not {Queue.ALLOCATION, Queue.COORDINATION} & desk.aggregate.waiting.keys()
    *_, clock = (c for c in desk.aggregate.clocks if c.kind is ClockKind.ALLOCATION)
    assert clock.state is ClockState.MET


@pytest.mark.rule("F6", "F7")
def test_another_coordinator_does_not_stand_in_for_a_worker_who_left() -> None:
    desk = _after(acted(H.allocate, Allocate(social_worker=OTHER.id), MANAGER), AUTHORISED)
    desk.do(who_works(replace(OTHER, until=NOW)))
    third = StaffMember(id="sw-9", roles=WORKER.roles)
    change = ChangeCoordinator(coordinating_social_worker=third.id, reason="She is on leave.")
    desk.do(acted(H.change_coordinator, change, MANAGER, LATER, staff={third.id: third}))
    assert _stands(desk)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None


@pytest.mark.rule("F6", "F7")
def test_a_decided_enquiry_waits_for_no_coordinator() -> None:
    desk = _after(AUTHORISED)
    _decided(desk)
    desk.do(who_works(GONE["left"]))
    assert not {Queue.ALLOCATION, Queue.COORDINATION} & desk.aggregate.waiting.keys()


@pytest.mark.rule("E6", "F7")
def test_the_time_of_allocation_runs_anew_when_somebody_has_left() -> None:
    desk = recorded(**HARM)
    first = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert first is not None
    desk.do(ran_out(H.raise_allocation_alarm, first, first.due_at))
    desk.do(who_works(OTHER))
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is None, "its time is over once"
    desk.do(acted(H.allocate, Allocate(social_worker=WORKER.id), MANAGER, LATER))
    desk.do(who_works(replace(WORKER, until=LATER), at=LATER))
    anew = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert anew is not None
    assert anew.started_at == LATER
    desk.do(ran_out(H.raise_allocation_alarm, anew, anew.due_at))
    desk.do(who_works(replace(WORKER, until=LATER), at=anew.due_at))
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is None


@pytest.mark.rule("F7")
def test_who_comes_back_has_their_cases_again() -> None:
    desk = _after(ALLOCATED, who_works(GONE["left"], number=2))
    desk.do(who_works(WORKER, number=3, at=LATER))
    assert (_stands(desk), desk.aggregate.social_worker) == (False, WORKER.id)
    desk.do(who_works(GONE["left"], number=2, at=LATER))
    assert not _stands(desk), "older news says nothing"
    until = replace(WORKER, until=LATER)
    desk.do(who_works(until, number=4, at=LATER))
    desk.do(who_works(until, number=4, at=NOW))
    assert _stands(desk), "no look is of an earlier time than the last"


CHANGED: dict[str, Callable[[Desk[Contact]], Any]] = {
    "a child more": added,
    "a child struck": lambda desk: struck(desk, "c1-2"),
    "a family apart": lambda desk: split(desk, "c1-2"),
    "a correction": lambda desk: desk.do(
        acted(
            H.amend_contact,
            AmendContact.model_validate({"why": "He said so.", "concern": "It is worse."}),
            MANAGER,
        )
    ),
    "another level": lambda desk: desk.do(
        acted(
            H.amend_contact,
            AmendContact.model_validate({"why": "It is worse.", "urgency": "red"}),
            MANAGER,
        )
    ),
}


@pytest.mark.rule("E6", "F6", "F7")
@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("way", [ALLOCATED, AUTHORISED, ENOUGH], ids=["had", "asked", "straight"])
def test_no_change_of_a_contact_names_somebody_who_is_gone(way: Any, change: str) -> None:
    desk = siblings()
    desk.do(way)
    desk.do(who_works(GONE["left"]))
    assert _stands(desk)
    CHANGED[change](desk)
    assert _stands(desk)


@pytest.mark.rule("F7")
def test_whom_a_team_has_needs_nobody_here() -> None:
    desk = siblings(closed_case("c1-1"))
    desk.do(ENOUGH)
    assert _stands(desk)
    struck(desk, "c1-2")
    struck(desk, "c1-3")
    assert not _stands(desk)
    handed_over(desk, "c1-1")
    assert not _stands(desk)


@pytest.mark.rule("E6", "F7")
def test_what_somebody_took_on_is_anybodys_again_once_they_have_left() -> None:
    task = "talk_to_family.family"
    desk = _after(acted(H.accept_task, AcceptTask(task_id=task), SOCIAL_WORKER))
    assert desk.aggregate.workers == (SOCIAL_WORKER.id,)
    there = StaffMember(id=SOCIAL_WORKER.id, roles=SOCIAL_WORKER.roles)
    desk.do(who_works(there))
    assert find(desk.aggregate.tasks, task).accepted_by == SOCIAL_WORKER.id
    desk.do(who_works(replace(there, until=NOW)))
    assert find(desk.aggregate.tasks, task).accepted_by is None
    other = staff(Role.SOCIAL_WORKER, id_="sw-9")
    desk.do(acted(H.accept_task, AcceptTask(task_id=task), other))
