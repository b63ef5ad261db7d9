"""A further letter that is none: acknowledged before, nobody left, nothing owed, ended (K2, I7)."""

from datetime import timedelta
from typing import Any

import pytest

from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.people import Referrer
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, ran_out, sample
from mash_shared.vocabulary import ClockState, OutcomeKind, ReferrerKind, Role
from notify.domain import Notice, Phase
from notify.forms import ToldByPerson
from notify.handlers import NOT_IN_TIME, NotifyHandlers

H = NotifyHandlers(packs())
LATER = NOW + timedelta(days=2)
ONE, TWO = ("c1-1",), ("c1-2",)
ANONYMOUS, PUBLIC, PROFESSIONAL = (
    ReferrerKind.ANONYMOUS,
    ReferrerKind.PUBLIC,
    ReferrerKind.PROFESSIONAL,
)
CALLED = acted(H.told_by_person, ToldByPerson(by="telephone"), person(Role.MASH_ADMINISTRATOR))


def _expect(
    desk: Desk[Notice], edition: int, kind: ReferrerKind = PROFESSIONAL, **said: Any
) -> tuple[Message, ...]:
    referrer = Referrer(kind=kind, email="somebody@street.example")
    fields = {"passed_on": {}, "received_at": NOW} | said
    news = sample(ContactRecorded, referrer=referrer, edition=edition, **fields)
    return desk.do(heard(H.expect_notice, news))


def _decide(desk: Desk[Notice], child: str) -> tuple[Message, ...]:
    kind = OutcomeKind.NO_FURTHER_ACTION
    decided = sample(DecisionRecorded, child_id=child, outcome=kind, outcome_code=None)
    return desk.do(heard(H.note_decision, decided))


def _end(desk: Desk[Notice], ended_as: str, **said: Any) -> tuple[Message, ...]:
    return desk.do(heard(H.note_ended, sample(ContactEnded, ended_as=ended_as, **said)))


def _claim(desk: Desk[Notice]) -> int:
    tried = desk.aggregate.attempts
    desk.do(lambda one: H.claim(one, courier="one", over=tried, sure=False, at=NOW))
    return tried + 1


def _deliver(desk: Desk[Notice], attempt: int) -> tuple[Message, ...]:
    return desk.do(lambda one: H.record_delivery(one, attempt=attempt, at=NOW))


def _told_of_one(kind: ReferrerKind = PROFESSIONAL) -> Desk[Notice]:
    """Give a notice of which the first letter has arrived."""
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, kind, child_ids=ONE)
    _decide(desk, *ONE)
    _deliver(desk, _claim(desk))
    return desk


def _heard_of(said: tuple[Message, ...]) -> tuple[str, ...]:
    (delivered,) = said
    assert isinstance(delivered, NoticeDelivered)
    return (*delivered.child_ids, *delivered.passed_on)


def _states(desk: Desk[Notice]) -> list[ClockState]:
    return [clock.state for clock in desk.aggregate.clocks]


@pytest.mark.rule("K2", "I7")
def test_who_is_only_acknowledged_has_one_letter_and_intake_hears_of_the_child() -> None:
    desk = _told_of_one(PUBLIC)
    assert _expect(desk, 2, PUBLIC, child_ids=TWO) == ()
    assert _states(desk) == [ClockState.MET], "no letter, no promise"
    assert _heard_of(_decide(desk, *TWO)) == TWO
    assert desk.aggregate.phase is Phase.DELIVERED
    gone = _expect(desk, 3, PUBLIC, child_ids=(), passed_on={"c1-3": "to_last_team"})
    assert _heard_of(gone) == ("c1-3",)


@pytest.mark.rule("K2")
def test_an_acknowledgement_in_hand_is_not_about_a_child_who_came_meanwhile() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, PUBLIC, child_ids=ONE)
    _decide(desk, *ONE)
    attempt = _claim(desk)
    _expect(desk, 2, PUBLIC, child_ids=(*ONE, *TWO))
    assert _heard_of(_deliver(desk, attempt)) == ONE
    assert _heard_of(_decide(desk, *TWO)) == TWO
    assert (desk.aggregate.phase, desk.aggregate.attempts) == (Phase.DELIVERED, 1)


@pytest.mark.rule("K2", "J6")
def test_who_turns_out_to_be_a_professional_hears_the_outcome_of_the_further_child() -> None:
    desk = _told_of_one(PUBLIC)
    _expect(desk, 2, PUBLIC, child_ids=TWO)
    _expect(desk, 3, PROFESSIONAL, child_ids=TWO, received_at=LATER)
    assert _states(desk) == [ClockState.MET, ClockState.OPEN]
    _expect(desk, 4, PUBLIC, child_ids=TWO)
    assert _states(desk) == [ClockState.MET, ClockState.CANCELLED]
    _expect(desk, 5, PROFESSIONAL, child_ids=TWO, received_at=LATER)
    _decide(desk, *TWO)
    assert desk.aggregate.phase is Phase.READY


@pytest.mark.rule("J6", "N11")
def test_a_further_letter_of_which_nobody_is_left_is_none() -> None:
    desk = _told_of_one()
    _expect(desk, 2, child_ids=TWO, received_at=LATER)
    assert _states(desk) == [ClockState.MET, ClockState.OPEN]
    assert _expect(desk, 3, child_ids=()) == ()
    assert desk.aggregate.phase is Phase.DELIVERED
    assert _states(desk) == [ClockState.MET, ClockState.CANCELLED]


@pytest.mark.rule("K1", "N11")
def test_nobody_has_to_telephone_about_a_child_who_was_struck() -> None:
    desk = _told_of_one()
    _expect(desk, 2, child_ids=TWO, received_at=LATER)
    _decide(desk, *TWO)
    clock = desk.aggregate.clocks[1]
    (failed,) = desk.do(ran_out(H.note_promise_missed, clock, clock.due_at))
    assert failed.topic == "notice.failed.v1"
    assert desk.aggregate.by_person_because == NOT_IN_TIME
    _expect(desk, 3, child_ids=())
    assert desk.aggregate.phase is Phase.DELIVERED
    assert _states(desk) == [ClockState.MET, ClockState.MISSED]


@pytest.mark.rule("A7")
def test_nothing_further_is_owed_to_who_took_the_name_back_while_the_letter_was_in_hand() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=ONE)
    _decide(desk, *ONE)
    attempt = _claim(desk)
    _expect(desk, 2, ANONYMOUS, child_ids=(*ONE, *TWO))
    assert _heard_of(_deliver(desk, attempt)) == ONE
    _decide(desk, *TWO)
    assert (desk.aggregate.phase, desk.aggregate.letters) == (Phase.DELIVERED, 1)
    _expect(desk, 3, PROFESSIONAL, child_ids=TWO)
    assert (desk.aggregate.phase, desk.aggregate.letters) == (Phase.READY, 2)


@pytest.mark.rule("A7")
def test_a_letter_that_did_not_leave_is_none_for_who_took_the_name_back() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=ONE)
    _decide(desk, *ONE)
    attempt = _claim(desk)
    _expect(desk, 2, ANONYMOUS, child_ids=ONE)
    desk.do(lambda one: H.try_later(one, attempt=attempt, at=NOW))
    assert (desk.aggregate.phase, _states(desk)) == (Phase.NOT_OWED, [ClockState.CANCELLED])


@pytest.mark.rule("K1", "I7")
def test_a_person_tells_of_all_who_are_known_when_they_do() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=ONE)
    _decide(desk, *ONE)
    attempt = _claim(desk)
    desk.do(lambda one: H.leave_to_person(one, attempt=attempt, reason="x", at=NOW))
    _expect(desk, 2, child_ids=(*ONE, *TWO, "c1-3"))
    _decide(desk, *TWO)
    assert _heard_of(desk.do(CALLED)) == (*ONE, *TWO)
    assert (desk.aggregate.phase, desk.aggregate.letters) == (Phase.WAITING, 2)
    assert desk.aggregate.by_person_because is None


@pytest.mark.rule("I7")
def test_a_letter_found_at_the_provider_after_all_is_about_whom_it_named() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=ONE)
    _decide(desk, *ONE)
    attempt = _claim(desk)
    desk.do(lambda one: H.leave_to_person(one, attempt=attempt, reason="x", at=NOW))
    _expect(desk, 2, child_ids=(*ONE, *TWO))
    _decide(desk, *TWO)
    assert _heard_of(_deliver(desk, attempt)) == ONE
    assert desk.aggregate.phase is Phase.READY


@pytest.mark.rule("I7", "A9", "A10")
@pytest.mark.parametrize("ended_first", [True, False])
def test_a_child_who_goes_on_elsewhere_is_told_of_in_either_order_of_the_news(
    *, ended_first: bool
) -> None:
    desk = _told_of_one()
    if ended_first:
        _end(desk, "joined", own_notice=True)
    _expect(desk, 2, child_ids=TWO, received_at=LATER)
    if not ended_first:
        _end(desk, "joined", own_notice=True)
    assert desk.aggregate.to_tell() == {"c1-2": "joined"}
    assert _heard_of(_deliver(desk, _claim(desk))) == TWO


@pytest.mark.rule("I7", "A9")
def test_a_child_who_is_told_of_with_another_contact_has_no_further_letter() -> None:
    desk = _told_of_one()
    _expect(desk, 2, child_ids=TWO, received_at=LATER)
    _end(desk, "joined")
    assert desk.aggregate.phase is Phase.NOT_OWED
    assert _states(desk) == [ClockState.MET, ClockState.CANCELLED]


@pytest.mark.rule("B14", "I7")
@pytest.mark.parametrize("ready", [True, False])
def test_what_was_heard_in_conversation_is_of_every_child_of_the_contact(*, ready: bool) -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=ONE)
    if ready:
        _decide(desk, *ONE)
        _claim(desk)
    assert _end(desk, "signposted", told_at_once=True) == ()
    assert _expect(desk, 2, child_ids=(*ONE, *TWO)) == ()
    assert (desk.aggregate.phase, set(desk.aggregate.told)) == (Phase.DELIVERED, {*ONE, *TWO})
