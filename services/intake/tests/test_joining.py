"""The written part of a telephoned worry, and news of the end."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.found import RecordKind
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.refusals import (
    AlreadyDoneError,
    AlreadyEndedError,
    UnknownChildError,
)
from intake.forms.contact import (
    AmendContact,
    Attachment,
    CheckDemographics,
    JoinContact,
    TellFamily,
    WrittenFollowUp,
)
from mash_shared.messages.contact import ContactEnded, ContactJoined
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.testing import NOW, Desk, acted, heard, sample
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotEntitledError,
    NotKnownError,
    OutcomeKind,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    RECORDER,
    found,
    fresh,
    indexed,
    known,
    made_whole,
    recorded,
    staff,
)

WRITTEN = WrittenFollowUp(received_at=NOW, text="Protection part of the form.")
CHILDREN = ("c1-1", "c1-2")
PAPER = Attachment(kind="early_help_assessment", title="Plan", kept_at="dms/117")
JOIN = JoinContact(earlier="c0")
WAITS = found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True, same_referrer=True)
JOINED = sample(ContactJoined, contact_id="c1")


def _decide(desk: Desk[Contact], *children: str) -> None:
    for child_id in children:
        desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id=child_id)))


def _state(desk: Desk[Contact]) -> ContactState:
    return desk.aggregate.state


def _clock(desk: Desk[Contact], kind: ClockKind) -> ClockState:
    (clock,) = (clock for clock in desk.aggregate.clocks if clock.kind is kind)
    return clock.state


@pytest.mark.rule("A9", "A10")
@pytest.mark.parametrize(("late", "state"), [(0, ClockState.MET), (1, ClockState.MISSED)])
def test_the_written_part_comes_to_the_same_contact_within_its_day(
    late: int, state: ClockState
) -> None:
    desk = recorded(written_part_follows=True)
    at = RECEIVED + timedelta(hours=24, seconds=late)
    written = WRITTEN.model_copy(update={"received_at": at})
    desk.do(acted(H.add_written_follow_up, written, RECORDER, at))
    follow_up = desk.aggregate.follow_up
    assert follow_up is not None
    assert (follow_up.arrived_at, follow_up.by) == (at, RECORDER.id)
    assert follow_up.text == "Protection part of the form."
    assert _clock(desk, ClockKind.WRITTEN_FOLLOW_UP) is state
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.add_written_follow_up, written, MANAGER, at))


@pytest.mark.rule("A9", "X4")
def test_a_form_that_nobody_expected_is_taken_and_one_from_the_future_is_not() -> None:
    desk = recorded()
    future = WRITTEN.model_copy(update={"received_at": NOW + timedelta(minutes=6)})
    with pytest.raises(FieldRefusedError):
        desk.do(acted(H.add_written_follow_up, future, RECORDER))
    desk.do(acted(H.add_written_follow_up, WRITTEN, RECORDER))
    assert desk.aggregate.follow_up is not None


@pytest.mark.rule("A9", "A10")
def test_a_form_that_came_as_a_contact_of_its_own_is_joined_to_the_earlier_one() -> None:
    desk = known(WAITS)
    ended, said = desk.do(acted(H.join_contact, JOIN, RECORDER))
    assert isinstance(ended, ContactEnded)
    assert ended.ended_as == "joined"
    assert isinstance(said, ContactJoined)
    assert (said.contact_id, said.joining, said.by) == ("c0", "c1", RECORDER.id)
    assert (said.received_at, said.text) == (RECEIVED, desk.aggregate.facts.concern)
    ending = desk.aggregate.ending
    assert ending is not None
    assert (ending.ended_as, ending.to) == (Ended.JOINED, "c0")
    assert desk.aggregate.not_told_because == NOT_OWED
    assert _state(desk) is ContactState.CLOSED
    assert _clock(desk, ClockKind.CONTACT_RECORD) is ClockState.CANCELLED
    with pytest.raises(AlreadyEndedError):
        desk.do(acted(H.join_contact, JOIN, RECORDER))


@pytest.mark.rule("A9")
@pytest.mark.parametrize("changes", [{"awaits_form": False}, {"record_id": "c00"}])
def test_a_contact_is_joined_only_to_one_that_waits_and_was_found(changes: dict[str, Any]) -> None:
    record = {"record_id": "c0", "kind": RecordKind.CONTACT, "awaits_form": True} | changes
    desk = known(found(**record))
    with pytest.raises(UnknownChildError):
        desk.do(acted(H.join_contact, JOIN, RECORDER))
    assert desk.aggregate.ending is None


@pytest.mark.rule("A9", "A10")
def test_what_was_joined_ends_the_wait_and_a_second_form_is_kept_beside_it() -> None:
    desk = recorded(written_part_follows=True)
    desk.do(heard(H.take_in_joined, JOINED))
    follow_up = desk.aggregate.follow_up
    assert follow_up is not None
    assert (follow_up.from_contact, follow_up.by) == (JOINED.joining, JOINED.by)
    assert (follow_up.arrived_at, follow_up.text) == (JOINED.received_at, JOINED.text)
    assert _clock(desk, ClockKind.WRITTEN_FOLLOW_UP) is ClockState.MET
    second = sample(ContactJoined, contact_id="c1", joining="c8", text="Another.")
    desk.do(heard(H.take_in_joined, second))
    assert desk.aggregate.follow_up == follow_up
    assert [paper["kept_at"] for paper in desk.aggregate.attachments] == ["contact c8"]
    unexpected = recorded()
    unexpected.do(heard(H.take_in_joined, JOINED))
    assert unexpected.aggregate.follow_up == follow_up


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (H.amend_contact, AmendContact(why="Misheard.", concern="Shouting.")),
        (H.check_demographics, CheckDemographics.model_validate({"result": "confirmed"})),
        (H.add_written_follow_up, WRITTEN),
        (H.join_contact, JOIN),
        (H.attach, PAPER),
        (H.tell_family, TellFamily(what="Who we are.")),
    ],
)
def test_only_staff_of_the_front_door_of_the_same_council_add_to_a_contact(
    handler: Any, said: Any
) -> None:
    with pytest.raises(NotEntitledError):
        recorded().do(acted(handler, said, staff(Role.MASH_ADMINISTRATOR)))
    with pytest.raises(NotKnownError):
        recorded().do(acted(handler, said, staff(Role.MASH_MANAGER, council="lewisham")))
    with pytest.raises(NotKnownError):
        Desk(Contact, "c1").do(acted(handler, said, RECORDER))


def test_a_contact_is_decided_when_every_child_is_and_closed_when_its_referrer_is_told() -> None:
    desk = recorded()
    _decide(desk, "c1-1")
    assert _state(desk) is ContactState.RECORDED
    _decide(desk, "c1-2")
    assert _state(desk) is ContactState.DECIDED
    made_whole(desk)
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=CHILDREN)))
    assert _state(desk) is ContactState.CLOSED


@pytest.mark.rule("J6")
def test_a_contact_whose_referrer_could_not_be_told_stays_open_until_somebody_does() -> None:
    desk = fresh(children=[{}])
    _decide(desk, "c1-1")
    failed = sample(NoticeFailed)
    desk.do(heard(H.note_referrer_not_told, failed))
    assert desk.aggregate.not_told_because == failed.reason
    desk.do(indexed())
    made_whole(desk)
    assert _state(desk) is ContactState.DECIDED
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=CHILDREN)))
    assert _state(desk) is ContactState.CLOSED


@pytest.mark.rule("A7")
def test_a_contact_of_an_anonymous_referrer_is_closed_when_decided() -> None:
    desk = recorded(children=[{}], referrer={"kind": "anonymous"})
    made_whole(desk)
    _decide(desk, "c1-1")
    assert _state(desk) is ContactState.CLOSED


def test_news_in_any_order_ends_in_the_same_state() -> None:
    desk = recorded(children=[{}])
    made_whole(desk)
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=CHILDREN)))
    assert _state(desk) is ContactState.RECORDED
    _decide(desk, "c1-1")
    desk.do(heard(H.note_referrer_not_told, sample(NoticeFailed)))
    assert _state(desk) is ContactState.CLOSED


@pytest.mark.rule("I5")
def test_a_decision_for_a_child_of_another_contact_is_never_attached() -> None:
    desk = recorded()
    with pytest.raises(UnknownChildError):
        _decide(desk, "c2-1")
    assert desk.aggregate.outcomes == {}


@pytest.mark.rule("N18")
def test_the_worst_that_is_said_or_found_ranks_highest() -> None:
    assert recorded(urgency="amber").aggregate.harm_level == 0
    desk = recorded(urgency="red", significant_harm="yes", children=[{}])
    assert desk.aggregate.harm_level == 4
    _decide(desk, "c1-1")
    assert desk.aggregate.outcomes == {"c1-1": OutcomeKind.CP_OR_COMPLEX_ASSESSMENT}
    assert desk.aggregate.harm_level == 7


@pytest.mark.parametrize(
    "change",
    [
        heard(H.note_decision, sample(DecisionRecorded)),
        heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=CHILDREN)),
        heard(H.note_referrer_not_told, sample(NoticeFailed)),
        heard(H.take_in_joined, JOINED),
    ],
)
def test_news_of_a_contact_nobody_recorded_is_refused(change: Any) -> None:
    with pytest.raises(NotKnownError):
        Desk(Contact, "c1").do(change)
