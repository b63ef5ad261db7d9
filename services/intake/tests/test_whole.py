"""A contact closes when its record is whole, whatever way it went (B2, J4, J5, N5-N7)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import CheckResult, ContactState
from intake.domain.queue import Queue
from intake.domain.task import TALKS
from intake.forms.contact import CheckDemographics, CompleteRecord, JoinContact
from intake.forms.ending import Signpost
from intake.forms.task import CompleteTask
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import Desk, acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, found, known, made_whole, recorded

pytestmark = pytest.mark.rule("B2", "J4", "J5")
CHECK = acted(H.check_demographics, CheckDemographics(result=CheckResult.CONFIRMED), SOCIAL_WORKER)
COMPLETE = acted(H.complete_record, CompleteRecord(registration_number="SW99900"), SOCIAL_WORKER)
REQUEST = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}


def _done(task_id: str, **answers: str) -> Change:
    form = CompleteTask(task_id=task_id, note="Done.", answers=answers)
    return acted(H.complete_task, form, MANAGER)


def _decided(**said: Any) -> Desk[Contact]:
    desk = recorded(children=[{"full_name": "Tobias"}], **said)
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered)))
    return desk


@pytest.mark.parametrize("last", range(4))
def test_a_decided_contact_closes_with_the_last_of_talks_check_and_record(last: int) -> None:
    desk = _decided()
    assert {
        Queue.DEMOGRAPHIC_CHECKS, Queue.RECORD_COMPLETION, Queue.TASKS
    } <= desk.aggregate.waiting.keys()  # fmt: skip
    steps = [CHECK, COMPLETE, _done("talk_to_referrer.referrer"), _done("talk_to_family.family")]
    for step in (*steps[:last], *steps[last + 1 :]):
        desk.do(step)
        assert desk.aggregate.state is ContactState.DECIDED
    desk.do(steps[last])
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
    desk.do(acted(H.signpost, Signpost(to="Family hub"), RECORDER))
    assert desk.aggregate.state is ContactState.CLOSED
    signposted = recorded(children=[{"full_name": "Tobias"}])
    told = Signpost(to="Family hub", told_at_once=True)
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
    duties = [task for task in desk.aggregate.tasks if task.kind == "duty"]
    for task in duties:
        said: dict[str, str] = {"child_known": "no", "view_on_contact": "None.",
                                "referral_advised": "no"}  # fmt: skip
        desk.do(_done(task.task_id, **said))
    assert desk.aggregate.ending is None
    last = next(t.task_id for t in desk.aggregate.tasks if t.is_open)
    desk.do(_done(last, done_on="2026-03-10", appropriate_to_provide_care="yes"))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.state is ContactState.CLOSED
