"""Whom to tell, when it is ready, how it went: once, twice, in any order."""

from datetime import timedelta
from typing import Any

import pytest

from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, ran_out, sample, send_twice
from mash_shared.vocabulary import NotEntitledError, NotKnownError, Role
from notify.domain import BeingSentError, NothingToTellError, Notice, Phase
from notify.forms import ToldByPerson
from notify.handlers import NO_ADDRESS, NOT_IN_TIME, NotifyHandlers

HANDLERS = NotifyHandlers(packs())
RECORDED = sample(ContactRecorded)
ADMINISTRATOR = person(Role.MASH_ADMINISTRATOR)
CALLED = ToldByPerson(by="telephone")


def _referrer(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind} | more


def _expected(**changes: Any) -> Desk[Notice]:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    desk.do(heard(HANDLERS.expect_notice, sample(ContactRecorded, **changes)))
    return desk


def _decide(desk: Desk[Notice]) -> None:
    for child in RECORDED.child_ids:
        desk.do(heard(HANDLERS.note_decision, sample(DecisionRecorded, child_id=child)))


def _ready(**changes: Any) -> Desk[Notice]:
    desk = _expected(**changes)
    _decide(desk)
    return desk


def _claim(desk: Desk[Notice], by: str = "one", at: Any = NOW) -> Any:
    over = desk.aggregate.attempts
    return desk.do(lambda notice: HANDLERS.claim(notice, courier=by, over=over, sure=False, at=at))


@pytest.mark.rule("J6", "X4")
def test_expect_notice_twice_expects_one() -> None:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    assert not send_twice(desk, heard(HANDLERS.expect_notice, RECORDED))
    (clock,) = desk.aggregate.clocks
    assert clock.due_at == RECORDED.received_at + timedelta(hours=24)


@pytest.mark.rule("J6", "J7", "X10")
@pytest.mark.parametrize(
    ("council", "hours"),
    [("havering", 24), ("lewisham", 48), ("waltham-forest", 24), ("redbridge", 24)],
)
def test_each_council_has_its_own_promise(council: str, hours: int) -> None:
    (clock,) = _expected(council=council).aggregate.clocks
    assert clock.due_at - clock.started_at == timedelta(hours=hours)


@pytest.mark.rule("A7")
def test_an_anonymous_referrer_is_promised_nothing() -> None:
    notice = _expected(referrer=_referrer("anonymous")).aggregate
    assert notice.phase is Phase.NOT_OWED
    assert notice.clocks == []


def test_note_decision_twice_notes_one_outcome() -> None:
    desk = _expected()
    decided = sample(DecisionRecorded, child_id=RECORDED.child_ids[0])
    assert not send_twice(desk, heard(HANDLERS.note_decision, decided))
    assert desk.aggregate.phase is Phase.WAITING


def test_a_decision_before_its_contact_ends_in_the_same_notice() -> None:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    _decide(desk)
    assert desk.aggregate.phase is Phase.WAITING
    desk.do(heard(HANDLERS.expect_notice, RECORDED))
    early, late = desk.aggregate, _ready().aggregate
    assert early.phase is late.phase is Phase.READY
    assert early.outcomes == late.outcomes


@pytest.mark.rule("K1", "B3")
@pytest.mark.parametrize("email", [None, "saltmarsh at marlpit", "i.saltmarsh@marlpit-lane"])
def test_without_an_address_that_can_be_mailed_a_person_is_asked_at_once(
    email: str | None,
) -> None:
    desk = _ready(referrer=_referrer("professional", email=email, telephone="020 7946 0142"))
    (failed,) = _claim(desk)
    assert isinstance(failed, NoticeFailed)
    assert failed.reason == NO_ADDRESS
    assert desk.aggregate.phase is Phase.BY_PERSON


@pytest.mark.rule("K1", "J6")
def test_a_delivery_is_said_once() -> None:
    desk = _ready()
    assert not _claim(desk)
    (delivered,) = desk.do(lambda n: HANDLERS.record_delivery(n, attempt=n.attempts, at=NOW))
    assert isinstance(delivered, NoticeDelivered)
    assert delivered.attempts == 1
    assert not desk.do(lambda n: HANDLERS.record_delivery(n, attempt=n.attempts, at=NOW))


def test_what_was_not_accepted_is_tried_again_later() -> None:
    desk = _ready()
    _claim(desk)
    desk.do(lambda n: HANDLERS.try_later(n, attempt=1, at=NOW))
    assert desk.aggregate.phase is Phase.READY
    with pytest.raises(NothingToTellError):
        _claim(desk)
    _claim(desk, at=NOW + timedelta(seconds=5))
    assert desk.aggregate.attempts == 2


@pytest.mark.rule("I7")
def test_news_of_an_old_attempt_does_not_undo_a_newer_one() -> None:
    desk = _ready()
    _claim(desk, "one")
    later = NOW + timedelta(minutes=2)
    _claim(desk, "two", later)
    before = desk.aggregate
    desk.do(lambda n: HANDLERS.try_later(n, attempt=1, at=later))
    desk.do(lambda n: HANDLERS.note_doubt(n, attempt=1))
    assert not desk.do(lambda n: HANDLERS.leave_to_person(n, attempt=1, reason="x", at=later))
    assert desk.aggregate == before
    desk.do(lambda n: HANDLERS.record_delivery(n, attempt=n.attempts, at=later))
    desk.do(lambda n: HANDLERS.try_later(n, attempt=2, at=later))
    assert not desk.do(lambda n: HANDLERS.leave_to_person(n, attempt=2, reason="x", at=later))
    assert desk.aggregate.phase is Phase.DELIVERED


@pytest.mark.rule("K1")
def test_told_by_person_twice_tells_once() -> None:
    desk = _ready(referrer=_referrer("public"))
    _claim(desk)
    (delivered,) = send_twice(desk, acted(HANDLERS.told_by_person, CALLED, ADMINISTRATOR))
    assert isinstance(delivered, NoticeDelivered)
    assert desk.aggregate.ended_at == NOW


@pytest.mark.rule("K1")
@pytest.mark.parametrize("role", Role)
def test_some_roles_tell_a_referrer(role: Role) -> None:
    desk = _ready(referrer=_referrer("public"))
    _claim(desk)
    change = acted(HANDLERS.told_by_person, CALLED, person(role))
    if role in (*packs().of("havering").notices.sender_roles, Role.MASH_MANAGER):
        assert desk.do(change)
    else:
        with pytest.raises(NotEntitledError):
            desk.do(change)


def test_nobody_is_told_of_what_is_not_known_or_not_due() -> None:
    with pytest.raises(NotKnownError):
        Desk(Notice, "c9").do(acted(HANDLERS.told_by_person, CALLED, ADMINISTRATOR))
    with pytest.raises(NothingToTellError):
        _ready().do(acted(HANDLERS.told_by_person, CALLED, ADMINISTRATOR))


@pytest.mark.rule("J6", "I8")
def test_note_promise_missed_twice_leaves_an_undelivered_notice_to_one_person() -> None:
    desk = _ready()
    (clock,) = desk.aggregate.clocks
    (failed,) = send_twice(desk, ran_out(HANDLERS.note_promise_missed, clock, clock.due_at))
    assert isinstance(failed, NoticeFailed)
    assert failed.reason == NOT_IN_TIME
    assert desk.aggregate.phase is Phase.BY_PERSON


@pytest.mark.rule("J6", "X3")
def test_a_promise_missed_before_the_decision_leaves_the_notice_waiting() -> None:
    desk = _expected()
    (clock,) = desk.aggregate.clocks
    assert not desk.do(ran_out(HANDLERS.note_promise_missed, clock, clock.due_at))
    assert desk.aggregate.phase is Phase.WAITING


@pytest.mark.rule("J6")
def test_a_notice_on_its_way_is_not_handed_to_a_person_as_well() -> None:
    desk = _ready(referrer=_referrer("professional", email="a@street.example"))
    _claim(desk)
    (clock,) = desk.aggregate.clocks
    with pytest.raises(BeingSentError):
        desk.do(ran_out(HANDLERS.note_promise_missed, clock, clock.due_at))
    (failed,) = desk.do(lambda n: HANDLERS.try_later(n, attempt=1, at=clock.due_at))
    assert isinstance(failed, NoticeFailed)
    assert (desk.aggregate.phase, failed.reason) == (Phase.BY_PERSON, NOT_IN_TIME)


def test_an_attempt_of_unknown_end_is_nobody_s() -> None:
    desk = _ready(referrer=_referrer("professional", email="a@street.example"))
    _claim(desk)
    desk.do(lambda n: HANDLERS.note_doubt(n, attempt=1))
    assert desk.aggregate.claimed_by == ""
