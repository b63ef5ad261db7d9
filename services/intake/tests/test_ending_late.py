"""What comes before an ending and after it: work that the law asks for, allocation, once only."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    AlreadyDoneError,
    AlreadyEndedError,
    RoutedError,
    StillLookingError,
    WorkOutstandingError,
)
from intake.forms.contact import CompleteRecord
from intake.forms.ending import (
    Allocate,
    DatedAction,
    GiveAdvice,
    Oversee,
    Reroute,
    SignOffEnding,
)
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.task import CompleteTask
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, ran_out
from mash_shared.vocabulary import ClockKind, ClockState, FieldRefusedError, Role
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    SOCIAL_WORKER,
    checked,
    found,
    fresh,
    indexed,
    known,
    recorded,
    staff,
)
from support.turns import AUTHORISED, SIGNPOSTED

ADVISED = acted(H.give_advice, GiveAdvice(advice="Ask the parents."), MANAGER)
RETURNED = acted(H.return_to_referrer, Note(note="Please ask."), MANAGER)
REROUTED = acted(H.reroute, Reroute(to="school_admissions", acknowledged_by="sw-4022"), MANAGER)
TRANSFERRED = acted(
    H.reroute,
    Reroute(to="school_admissions", acknowledged_by="sw-4022"),
    MANAGER,
)
SIGNED_OFF = acted(
    H.sign_off_ending, SignOffEnding(agrees=True, reason="Seen."), staff(Role.HEAD_OF_MASH)
)
ADDED_TO = acted(H.withdraw_consent, Note(note="The mother rang."), MANAGER)
ALLOCATED = acted(H.allocate, Allocate(social_worker="sw-4021"), MANAGER)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="It is clear."), MANAGER)
PROTECTION: dict[str, Any] = {"urgency": "red", "received_at": RECEIVED}


def _clock(desk: Desk[Contact]) -> Any:
    (clock,) = (one for one in desk.aggregate.clocks if one.kind is ClockKind.ALLOCATION)
    return clock


@pytest.mark.rule("N5", "N6")
@pytest.mark.parametrize(
    ("circumstances", "answers"),
    [
        ({"parent_carer": {}}, {"done_on": "2026-03-10", "appropriate_to_provide_care": "yes"}),
        (
            {"young_carer": {}},
            {
                "done_on": "2026-03-10",
                "care_is": "appropriate",
                "cared_for": "Her brother.",
                "wishes": "To go on.",
            },
        ),
    ],
)
@pytest.mark.parametrize(
    ("final", "said"),
    [
        (SIGNPOSTED, {}),
        (ADVISED, {"request_type": "consultation"}),
        (RETURNED, {"consent": {"status": "refused"}, "request_type": "early_help"}),
    ],
)
def test_an_assessment_that_the_law_asks_for_comes_before_a_final_ending(
    circumstances: dict[str, Any], answers: dict[str, str], final: Change, said: dict[str, Any]
) -> None:
    only = [{"full_name": "Tobias Fenwick-Adair"}]
    desk = recorded(children=only, circumstances=circumstances, **said)
    with pytest.raises(WorkOutstandingError):
        desk.do(final)
    assert desk.aggregate.ending is None
    (task,) = (one for one in desk.aggregate.tasks if one.mandatory)
    done = CompleteTask(task_id=task.task_id, note="Assessed.", answers=answers)
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER))
    desk.do(final)
    assert desk.aggregate.ending is not None


@pytest.mark.rule("N5", "N6", "E7")
def test_the_work_goes_along_where_somebody_takes_the_contact_over() -> None:
    desk = recorded(circumstances={"young_carer": {}})
    desk.do(REROUTED)
    assert any(task.mandatory and task.is_open for task in desk.aggregate.tasks)


def test_a_contact_ends_once_and_not_on_its_way_to_a_decision() -> None:
    ended = recorded()
    ended.do(REROUTED)
    for change in (SIGNPOSTED, REROUTED, ALLOCATED):
        with pytest.raises(AlreadyEndedError, match="has ended: rerouted"):
            ended.do(change)
    for way in (AUTHORISED, ENOUGH):
        desk = recorded()
        desk.do(way)
        with pytest.raises(AlreadyAuthorisedError, match="on its way to a decision"):
            desk.do(REROUTED)


@pytest.mark.rule("E6")
def test_a_protection_case_that_nobody_has_raises_an_alarm_until_it_is_allocated() -> None:
    desk = recorded(**PROTECTION)
    late = _clock(desk).due_at + timedelta(seconds=1)
    desk.do(ran_out(H.raise_allocation_alarm, _clock(desk), late))
    assert desk.aggregate.allocation_alarmed_at == late
    assert _clock(desk).state is ClockState.MISSED
    assert Queue.ALLOCATION in desk.aggregate.waiting
    desk.do(ALLOCATED)
    assert Queue.ALLOCATION not in desk.aggregate.waiting


@pytest.mark.rule("E6")
def test_allocation_in_time_stops_the_alarm_and_an_ending_takes_it_back() -> None:
    in_time: dict[str, Any] = {**PROTECTION, "received_at": NOW}
    allocated, ended = recorded(**in_time), recorded(**in_time)
    allocated.do(ALLOCATED)
    assert _clock(allocated).state is ClockState.MET
    kept = allocated.aggregate.allocation
    assert kept is not None
    assert (kept.social_worker, kept.by, kept.at) == ("sw-4021", MANAGER.id, NOW)
    ended.do(REROUTED)
    assert _clock(ended).state is ClockState.OPEN
    ended.do(SIGNED_OFF)
    assert _clock(ended).state is ClockState.CANCELLED
    ended.do(ADDED_TO)
    assert ended.aggregate.clock(ClockKind.ALLOCATION) is None


@pytest.mark.rule("E2", "J11")
def test_an_action_is_due_no_earlier_than_it_is_asked_for() -> None:
    past = DatedAction(what="Call.", due_at=NOW - timedelta(seconds=1))
    desk = known(found())
    with pytest.raises(FieldRefusedError, match="cannot be due before"):
        desk.do(acted(H.oversee, Oversee(note="Seen.", actions=(past,)), MANAGER))
    assert desk.aggregate.ways["c1-1"].oversight is None


@pytest.mark.rule("E1")
@pytest.mark.parametrize("way", [SIGNPOSTED, RETURNED, TRANSFERRED])
def test_a_contact_ends_no_other_way_before_the_index_was_asked(way: Change) -> None:
    desk = fresh(consent={"status": "refused"}, request_type="early_help")
    with pytest.raises(StillLookingError):
        desk.do(way)
    desk.do(indexed())
    checked(desk)
    assert desk.do(way)


@pytest.mark.rule("E6")
def test_an_enquiry_stops_the_alarm_over_a_case_that_nobody_has() -> None:
    desk = recorded(**PROTECTION)
    desk.do(AUTHORISED)
    assert (_clock(desk).state, _clock(desk).ended_at) == (ClockState.MISSED, NOW)


@pytest.mark.rule("M7", "B13")
def test_a_request_is_answered_before_anybody_is_pointed_elsewhere() -> None:
    request = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}
    desk = recorded(children=[{}], request_type="request_to_the_hub", request=request)
    with pytest.raises(WorkOutstandingError):
        desk.do(SIGNPOSTED)


@pytest.mark.rule("D4", "D5", "D12")
@pytest.mark.parametrize("service", ["child_protection", "child_in_need"])
def test_what_may_wait_or_be_overridden_is_not_given_back(service: str) -> None:
    desk = recorded(request_type=service, consent={"status": "refused"})
    with pytest.raises(AlreadyDoneError, match="goes back to the referrer"):
        desk.do(RETURNED)


@pytest.mark.rule("E2")
def test_the_record_of_an_open_case_is_complete_only_with_a_managers_sign_off() -> None:
    desk = known(found())
    worker = acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER)
    with pytest.raises(RoutedError, match="manager has to sign off"):
        desk.do(worker)
    action = DatedAction(what="Visit.", due_at=NOW + timedelta(days=1))
    desk.do(acted(H.oversee, Oversee(note="Seen.", actions=(action,)), MANAGER))
    desk.do(worker)
    assert desk.aggregate.completion is not None
