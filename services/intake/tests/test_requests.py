"""Requests made to the hub: what each asks of it, by when, and how it is answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.found import RecordKind
from intake.domain.function import FUNCTIONS, Function
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import (
    NoAnswerOwedError,
    NotAChildConcernError,
    WorkOutstandingError,
)
from intake.domain.task import AnswerMissingError, TaskKind
from intake.forms.contact import JoinContact
from intake.forms.ending import DatedAction, Oversee
from mash_shared.messages.contact import ContactRecorded
from mash_shared.people import AskedAbout
from mash_shared.policy.front_door import Path
from mash_shared.testing import NOW, Desk, acted
from mash_shared.vocabulary import ClockKind, ClockState, FieldRefusedError, NotInPolicyError
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    form,
    found,
    indexed,
    recorded,
)
from support.requests import (
    ASSESS,
    ELSEWHERE,
    NOTIFICATION,
    ONLY_KNOWN,
    PRISON,
    PROBATION,
    STATUTORY,
    answer,
    asked,
    do,
    of,
    said,
    to_prison,
)

ANSWER_DUE = datetime(2026, 3, 18, 9, 20, tzinfo=UTC)


def _duties(desk: Desk[Contact]) -> list[str]:
    return [task.of for task in desk.aggregate.tasks if task.kind is TaskKind.DUTY]


@pytest.mark.rule("M1", "M2", "M4", "M5", "M6", "M7", "M8", "M10", "M11")
@pytest.mark.parametrize(
    ("request_", "duties"),
    [
        (STATUTORY, ["respond"]),
        (ONLY_KNOWN | {"requester": "housing"}, ["respond"]),
        (PRISON, ["review_and_record", "respond_with_concerns", ASSESS]),
        (PROBATION, ["record_shared_information", "respond"]),
        (NOTIFICATION, ["record_shared_information"]),
        (ELSEWHERE, ["respond"]),
    ],
)
def test_each_request_brings_its_own_duties(request_: dict[str, Any], duties: list[str]) -> None:
    assert _duties(asked(request_)) == duties


@pytest.mark.rule("M1", "M2", "M3", "M4")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "newspaper_enquiry"}, r"request\.kind"),
        ({"requester": "prison_service"}, r"request\.requester must be one of cafcass, housing"),
        ({"mode": "gossip"}, r"request\.mode must be one of known_or_not_known"),
        ({"mode": None}, r"request\.mode must be one of known_or_not_known"),
        (PRISON | {"subject": "child", "mode": None}, r"request\.subject must be one of adult"),
    ],
)
def test_a_request_is_one_that_the_policy_knows(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(NotInPolicyError, match=field):
        asked(STATUTORY | wrong)


@pytest.mark.rule("M1")
def test_a_request_type_and_a_request_come_together() -> None:
    with pytest.raises(FieldRefusedError, match=r"^request must say who asks"):
        recorded(request_type="request_to_the_hub")
    with pytest.raises(NotInPolicyError, match=r"^request_type must be one of request_to"):
        recorded(request=STATUTORY)


@pytest.mark.rule("M1", "B13")
@pytest.mark.parametrize("request_", [STATUTORY, PRISON, PROBATION, ELSEWHERE])
def test_a_request_is_no_concern_about_a_child(request_: dict[str, Any]) -> None:
    desk = Desk(Contact, "c1")
    (news,) = desk.do(acted(H.record_contact, form(**said(request_)), RECORDER))
    assert isinstance(news, ContactRecorded)
    assert not news.is_referral
    desk.do(indexed())
    contact = desk.aggregate
    assert (contact.path, contact.children) == (Path.REQUEST_TO_THE_HUB, ())
    assert contact.not_told_because == NOT_OWED
    assert {task.kind for task in contact.tasks} == {TaskKind.DUTY}
    assert set(contact.waiting) == {Queue.ANSWERS, Queue.RECORD_COMPLETION}
    with pytest.raises(NotAChildConcernError):
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))


@pytest.mark.rule("M3", "M11")
def test_what_was_asked_about_whom_and_under_which_number_is_kept() -> None:
    of = {"subject": "adult", "their_reference": "ESX/204"}
    about = {"full_name": "Barnaby Rook", "prison_number": "a 1234 bc"}
    contact = asked(ELSEWHERE | of, asked_about=about).aggregate
    request = contact.request
    assert request is not None
    assert (request.kind, request.requester) == ("other_local_authority",) * 2
    assert {name: getattr(request, name) for name in of} == of
    assert contact.facts.asked_about == AskedAbout(
        full_name="Barnaby Rook", prison_number="A1234BC"
    )


@pytest.mark.rule("M11", "A7")
def test_a_referral_from_another_authority_keeps_the_sending_authoritys_number() -> None:
    sent = {"kind": "professional", "source": "other_local_authority", "their_reference": "ESX/9"}
    referrer = recorded(referrer=sent).aggregate.facts.referrer
    assert referrer is not None
    assert (referrer.source, referrer.their_reference) == ("other_local_authority", "ESX/9")


@pytest.mark.rule("M3")
def test_a_child_who_is_named_in_a_request_is_kept_and_looked_up() -> None:
    contact = asked(STATUTORY, children=[{"full_name": "Tobias Fenwick-Adair"}]).aggregate
    assert contact.child_ids == ("c1-1",)


@pytest.mark.rule("M1", "J9")
def test_an_answer_is_due_five_working_days_after_receipt_by_default() -> None:
    contact = asked(STATUTORY).aggregate
    clock = contact.clock(ClockKind.ANSWER_TO_REQUEST)
    assert clock is not None
    assert clock.due_at == contact.waiting[Queue.ANSWERS] == ANSWER_DUE
    assert str(clock.lasts) == "5 working days"


@pytest.mark.rule("M6", "M7", "M9")
def test_a_request_ends_with_its_answer_and_not_with_a_tick() -> None:
    desk = asked(PRISON)
    for duty in ("respond_with_concerns", ASSESS):
        with pytest.raises(AnswerMissingError, match="answering the request"):
            do(desk, duty)
    with pytest.raises(WorkOutstandingError):
        answer(desk, **to_prison())
    do(desk, "review_and_record")
    assert desk.aggregate.ending is None
    assert desk.aggregate.clock(ClockKind.ANSWER_TO_REQUEST) is not None
    answer(desk, **to_prison())
    contact = desk.aggregate
    assert contact.ending is not None
    assert (contact.ending.ended_as, contact.ending.by) == (Ended.ANSWERED, SOCIAL_WORKER.id)
    assert FUNCTIONS[contact.ending.ended_as] is Function.COORDINATION
    assert (contact.state, contact.told_at, contact.waiting) == (ContactState.CLOSED, NOW, {})
    states = {clock.kind: clock.state for clock in contact.clocks}
    assert states == {
        ClockKind.ANSWER_TO_REQUEST: ClockState.MET,
        ClockKind.CONTACT_RECORD: ClockState.CANCELLED,
    }


@pytest.mark.rule("M10")
def test_what_probation_only_told_is_noted_and_that_answers_nothing() -> None:
    desk = asked(NOTIFICATION)
    with pytest.raises(NoAnswerOwedError):
        answer(desk)
    do(desk, "record_shared_information")
    contact = desk.aggregate
    assert contact.state is ContactState.CLOSED
    assert contact.ending is not None
    assert (contact.ending.ended_as, contact.told_at) == (Ended.NOTED, None)
    assert not contact.disclosures


def test_an_answer_after_its_time_is_a_missed_promise() -> None:
    desk = asked(STATUTORY)
    answer(desk, at=datetime(2026, 3, 18, 9, 20, 1, tzinfo=UTC))
    (clock,) = (c for c in desk.aggregate.clocks if c.kind is ClockKind.ANSWER_TO_REQUEST)
    assert clock.state is ClockState.MISSED


@pytest.mark.rule("M7", "E1")
def test_nobody_joins_a_request_to_another_contact_to_be_rid_of_it() -> None:
    desk = asked(PRISON)
    desk.do(indexed(found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True)))
    with pytest.raises(NotAChildConcernError, match="answered, not joined"):
        desk.do(acted(H.join_contact, JoinContact(earlier="c0"), MANAGER))


@pytest.mark.rule("M1", "E1")
def test_a_request_about_a_known_child_is_answered_even_after_its_sign_off() -> None:
    desk = asked(STATUTORY, children=[{"full_name": "Tobias Fenwick-Adair"}])
    desk.do(indexed(found()))
    action = DatedAction(what="Ring the worker.", due_at=ANSWER_DUE)
    desk.do(acted(H.oversee, Oversee(note="Seen.", actions=(action,)), MANAGER))
    answer(desk, children=[of("c1-1", {"known": "known", "text": "He has a worker."})])
    contact = desk.aggregate
    assert contact.ending is not None
    assert contact.ending.ended_as is Ended.TO_ALLOCATED_WORKER
    assert contact.clock(ClockKind.ANSWER_TO_REQUEST) is None
