"""Level, request, danger, channel and receipt put right: who may, and what follows (J, O9, X4)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.progress import NOT_OWED
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyAuthorisedError, AlreadyEndedError
from intake.domain.task import TaskKind
from intake.forms.consent import SayConsent
from intake.forms.contact import AmendContact, CompleteRecord
from intake.forms.ending import GiveAdvice
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded
from mash_shared.policy.front_door import Path
from mash_shared.testing import NOW, Desk, acted
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotEntitledError,
    NotInPolicyError,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    indexed,
    recorded,
    staff,
)

TRIAGE = SOCIAL_WORKER
LATER = NOW + timedelta(minutes=5)
REQUEST = {"kind": "prison_enquiry", "requester": "prison_service", "subject": "adult"}


def _right(
    desk: Desk[Contact], by: Any = RECORDER, at: datetime = LATER, **said: Any
) -> tuple[Message, ...]:
    form = AmendContact.model_validate({"why": "It was misheard."} | said)
    return desk.do(acted(H.amend_contact, form, by, at))


def _states(desk: Desk[Contact], kind: ClockKind) -> list[tuple[datetime, ClockState]]:
    of = (clock for clock in desk.aggregate.clocks if clock.kind is kind)
    return [(clock.started_at, clock.state) for clock in of]


@pytest.mark.rule("C8")
def test_a_recorder_raises_a_level_and_only_who_sorts_lowers_it() -> None:
    desk = recorded()
    _right(desk, urgency="red", immediate_danger=True, significant_harm="yes")
    assert (desk.aggregate.urgency, desk.aggregate.immediate_danger) == ("red", True)
    for less in ({"urgency": "amber"}, {"immediate_danger": False}, {"significant_harm": "no"}):
        with pytest.raises(NotEntitledError):
            _right(desk, **less)
    _right(desk, TRIAGE, urgency="amber", immediate_danger=False)
    assert desk.aggregate.urgency == "amber"
    assert desk.aggregate.is_protection


@pytest.mark.rule("X4")
def test_receipt_is_moved_earlier_by_who_records_and_later_by_a_manager_only() -> None:
    desk = recorded()
    earlier, later = RECEIVED - timedelta(hours=2), RECEIVED + timedelta(minutes=10)
    _right(desk, received_at=earlier)
    assert desk.aggregate.received_at == earlier
    with pytest.raises(NotEntitledError):
        _right(desk, TRIAGE, received_at=later)
    _right(desk, MANAGER, received_at=later)
    assert desk.aggregate.received_at == later
    with pytest.raises(FieldRefusedError, match="received_at"):
        _right(desk, MANAGER, received_at=NOW + timedelta(hours=1))
    _right(desk, received_at=None)
    assert desk.aggregate.received_at == later


@pytest.mark.rule("J4", "X4", "I8")
def test_promises_that_count_from_receipt_run_anew_from_the_receipt_that_holds() -> None:
    desk = recorded(significant_harm="yes", written_part_follows=True)
    earlier = RECEIVED - timedelta(days=3)
    _right(desk, received_at=earlier)
    kinds = (ClockKind.CONTACT_RECORD, ClockKind.ALLOCATION, ClockKind.WRITTEN_FOLLOW_UP)
    for kind in kinds:
        assert _states(desk, kind) == [
            (RECEIVED, ClockState.CANCELLED),
            (earlier, ClockState.OPEN),
        ]
    talks = [c for c in desk.aggregate.clocks if c.kind is ClockKind.TASK and c.is_open]
    assert {clock.started_at for clock in talks} == {earlier}
    desk.do(indexed())
    desk.do(acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER))
    assert _states(desk, ClockKind.CONTACT_RECORD)[-1] == (earlier, ClockState.MISSED)


@pytest.mark.rule("M1", "X4")
def test_a_request_is_answered_by_the_receipt_that_holds() -> None:
    desk = recorded(request_type="request_to_the_hub", request=REQUEST)
    earlier = RECEIVED - timedelta(days=1)
    _right(desk, received_at=earlier)
    assert _states(desk, ClockKind.ANSWER_TO_REQUEST) == [
        (RECEIVED, ClockState.CANCELLED),
        (earlier, ClockState.OPEN),
    ]


@pytest.mark.rule("R1", "J4", "O9")
def test_a_higher_level_has_its_own_time_and_a_lower_one_again() -> None:
    desk = recorded()
    (amber,) = (c for c in desk.aggregate.clocks if c.kind is ClockKind.CONTACT_RECORD)
    _right(desk, urgency="red", at=NOW.replace(hour=23))
    assert desk.aggregate.out_of_hours
    assert Queue.OUT_OF_HOURS in desk.aggregate.waiting
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    _right(desk, MANAGER, urgency="amber", at=NOW.replace(hour=23))
    assert not desk.aggregate.out_of_hours
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is None
    now = desk.aggregate.clock(ClockKind.CONTACT_RECORD)
    assert now is not None
    assert (now.started_at, now.due_at) == (amber.started_at, amber.due_at)


@pytest.mark.rule("A14", "J5")
def test_a_concern_that_was_a_consultation_stops_talks_and_one_that_was_none_starts_them() -> None:
    desk = recorded()
    with pytest.raises(NotEntitledError):
        _right(desk, request_type="consultation")
    _right(desk, TRIAGE, request_type="consultation")
    assert desk.aggregate.path is Path.CONSULTATION
    assert desk.aggregate.not_told_because == NOT_OWED
    talks = [t for t in desk.aggregate.tasks if t.kind is not TaskKind.CIRCUMSTANCE]
    assert [task.is_called_off for task in talks] == [True, True]
    said = _right(desk, request_type=None)
    assert [one.is_referral for one in said if isinstance(one, ContactRecorded)] == [True]
    assert (desk.aggregate.path, desk.aggregate.not_told_because) == (Path.CHILD_CONCERN, None)
    assert [task.is_open for task in desk.aggregate.tasks] == [True, True]


@pytest.mark.rule("A14", "J5", "B4")
def test_a_consultation_that_becomes_a_concern_is_about_a_child_and_has_its_talks() -> None:
    desk = recorded(request_type="consultation", children=[{}])
    assert (desk.aggregate.child_ids, desk.aggregate.tasks) == ((), [])
    _right(desk, request_type="child_protection")
    assert desk.aggregate.child_ids == ("c1-1",)
    assert desk.aggregate.look_wanted
    assert [task.kind for task in desk.aggregate.tasks] == [
        TaskKind.TALK_TO_REFERRER,
        TaskKind.TALK_TO_FAMILY,
    ]
    assert desk.aggregate.is_protection
    assert desk.aggregate.superseded[-1].facts.children == ()


@pytest.mark.rule("D8", "A14")
def test_a_talk_with_a_family_that_may_not_know_does_not_come_back() -> None:
    barred = {"status": "not_sought", "do_not_inform": "risk_to_a_person"}
    desk = recorded(request_type="consultation", consent=barred)
    _right(desk, request_type=None)
    assert [task.kind for task in desk.aggregate.tasks] == [TaskKind.TALK_TO_REFERRER]


@pytest.mark.rule("A9", "A10")
def test_a_call_put_right_is_put_in_writing_and_what_was_no_call_is_not() -> None:
    desk = recorded("lewisham", channel="email", significant_harm="yes")
    recorder = staff(Role.MASH_MANAGER, council="lewisham")
    assert desk.aggregate.follow_up is None
    _right(desk, recorder, channel="phone")
    assert desk.aggregate.follow_up is not None
    assert _states(desk, ClockKind.WRITTEN_FOLLOW_UP) == [(RECEIVED, ClockState.OPEN)]
    _right(desk, recorder, channel="email")
    assert desk.aggregate.follow_up is None
    assert _states(desk, ClockKind.WRITTEN_FOLLOW_UP) == [(RECEIVED, ClockState.CANCELLED)]
    announced = recorded("lewisham", significant_harm="yes", written_part_follows=True)
    _right(announced, recorder, channel="email")
    assert announced.aggregate.follow_up is not None


@pytest.mark.rule("M1", "A14")
def test_what_has_gone_its_way_and_a_request_to_the_hub_lead_nowhere_else() -> None:
    asked, ended = recorded(), recorded(request_type="consultation")
    asked.do(acted(H.authorise_enquiry, asking(), MANAGER))
    with pytest.raises(AlreadyAuthorisedError):
        _right(asked, TRIAGE, request_type="consultation")
    ended.do(acted(H.give_advice, GiveAdvice(advice="Ring the school."), TRIAGE))
    with pytest.raises(AlreadyEndedError):
        _right(ended, request_type=None)
    with pytest.raises(NotInPolicyError, match="request_type"):
        _right(recorded(), TRIAGE, request_type="request_to_the_hub")
    request = recorded(request_type="request_to_the_hub", request=REQUEST)
    with pytest.raises(FieldRefusedError, match="stays one"):
        _right(request, request_type=None)


@pytest.mark.rule("B3", "T12")
def test_what_a_contact_went_by_before_is_kept_with_who_when_and_why() -> None:
    desk = recorded()
    _right(desk, urgency="red", channel="in_person")
    (before,) = desk.aggregate.superseded
    assert before.standing is not None
    assert (before.standing.urgency, before.standing.channel) == ("amber", "phone")
    assert (before.standing.received_at, before.by) == (RECEIVED, RECORDER.id)
    assert (before.until, before.why) == (LATER, "It was misheard.")


@pytest.mark.rule("J6", "X4")
@pytest.mark.parametrize(
    "said", [{"urgency": "red"}, {"received_at": RECEIVED - timedelta(hours=1)}]
)
def test_notify_learns_of_a_corrected_level_and_receipt(said: dict[str, Any]) -> None:
    desk = recorded()
    (told,) = (one for one in _right(desk, **said) if isinstance(one, ContactRecorded))
    assert (told.urgency, told.received_at) == (
        desk.aggregate.urgency,
        desk.aggregate.received_at,
    )


@pytest.mark.rule("A14", "D8")
def test_news_of_consent_brings_no_talk_back_to_what_is_no_concern() -> None:
    desk = recorded()
    _right(desk, TRIAGE, request_type="consultation")
    said = SayConsent.model_validate({"consent": {"status": "given", "given_by": "parent"}})
    desk.do(acted(H.say_consent, said, RECORDER))
    assert all(task.is_called_off for task in desk.aggregate.tasks)
