"""A contact closes when its record is whole, whatever way it went (B2, J4, J5, N)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import CheckResult, ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import CheckMissingError
from intake.domain.task import TALKS
from intake.forms.contact import AmendContact, CheckDemographics, CompleteRecord, JoinContact
from intake.forms.ending import Signpost
from intake.forms.task import CompleteTask
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import Desk, acted, heard, sample
from mash_shared.vocabulary import ClockKind
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    found,
    indexed,
    known,
    made_whole,
    recorded,
)
from support.requests import answer, to_prison

pytestmark = pytest.mark.rule("B2", "J4", "J5")
CHECK = acted(H.check_demographics, CheckDemographics(result=CheckResult.CONFIRMED), SOCIAL_WORKER)
COMPLETE = acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER)
REQUEST = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}


def _done(task_id: str, **answers: str) -> Change:
    form = CompleteTask(task_id=task_id, note="Done.", answers=answers)
    return acted(H.complete_task, form, SOCIAL_WORKER)


def _decided(**said: Any) -> Desk[Contact]:
    desk = recorded(children=[{"full_name": "Tobias"}], **said)
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-1",))))
    return desk


@pytest.mark.parametrize("last", range(3))
def test_a_decided_contact_closes_with_the_last_of_talks_check_and_record(last: int) -> None:
    desk = _decided()
    name = {"children": [{"child_id": "c1-1", "facts": {"full_name": "Tobias Fenwick"}}]}
    form = AmendContact.model_validate({"why": "His whole name."} | name)
    desk.do(acted(H.amend_contact, form, MANAGER))
    desk.do(indexed())
    with pytest.raises(CheckMissingError):
        desk.do(COMPLETE)
    assert {
        Queue.DEMOGRAPHIC_CHECKS, Queue.RECORD_COMPLETION, Queue.TASKS
    } <= desk.aggregate.waiting.keys()  # fmt: skip
    record = [CHECK, COMPLETE]
    talks = [_done("talk_to_referrer.referrer"), _done("talk_to_family.family")]
    steps = ([*record, *talks], [*talks, *record], [talks[0], *record, talks[1]])[last]
    for step in steps:
        assert desk.aggregate.state is ContactState.DECIDED
        desk.do(step)
    assert desk.aggregate.state is ContactState.CLOSED
    assert desk.aggregate.waiting == {}


@pytest.mark.rule("N5", "N6", "N7")
def test_a_contact_with_an_open_duty_of_the_law_does_not_close() -> None:
    desk = _decided(circumstances={"young_carer": {}})
    made_whole(desk)
    assert desk.aggregate.state is ContactState.DECIDED
    task = next(t.task_id for t in desk.aggregate.tasks if t.mandatory)
    answers = {
        "done_on": "2026-03-10",
        "care_is": "appropriate",
        "cared_for": "mother",
        "wishes": "To go on.",
    }
    desk.do(_done(task, **answers))
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("B14")
def test_who_only_asked_where_to_turn_needs_no_full_record() -> None:
    desk = recorded(request_type="information", children=[{}])
    desk.do(acted(H.signpost, Signpost(to="library"), RECORDER))
    assert desk.aggregate.state is ContactState.CLOSED
    signposted = recorded(children=[{"full_name": "Tobias"}])
    told = Signpost(to="library", told_at_once=True)
    signposted.do(acted(H.signpost, told, SOCIAL_WORKER))
    assert signposted.aggregate.state is ContactState.CLOSED
    assert Queue.DEMOGRAPHIC_CHECKS not in signposted.aggregate.waiting


@pytest.mark.rule("A9", "N6")
def test_what_was_still_to_do_on_a_joined_contact_goes_on_with_the_other() -> None:
    call = found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True, same_referrer=True)
    desk = known(call, circumstances={"young_carer": {}}, significant_harm="yes")
    desk.do(acted(H.join_contact, JoinContact(earlier="c0"), RECORDER))
    contact = desk.aggregate
    owed = [task for task in contact.tasks if task.mandatory or task.kind in TALKS]
    assert len(owed) == 3
    assert all(task.is_called_off for task in owed)
    assert (contact.state, contact.waiting) == (ContactState.CLOSED, {})


@pytest.mark.rule("M6", "N5")
def test_a_request_is_not_answered_while_a_parent_carers_assessment_is_open() -> None:
    carer = {"parent_carer": {}}
    desk = recorded(
        request_type="request_to_the_hub", request=REQUEST, children=[{}], circumstances=carer
    )
    desk.do(_done("duty.review_and_record"))
    answer(desk, **to_prison())
    assert desk.aggregate.ending is None
    assert desk.aggregate.clock(ClockKind.ANSWER_TO_REQUEST) is None
    last = next(t.task_id for t in desk.aggregate.tasks if t.is_open)
    desk.do(_done(last, done_on="2026-03-10", appropriate_to_provide_care="yes"))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.state is ContactState.CLOSED
