"""A contact that goes on for a child learnt of later: a further letter, and nothing twice (I7)."""

from datetime import timedelta
from typing import Any

import pytest

from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.people import Referrer
from mash_shared.testing import NOW, Desk, heard, packs, sample
from mash_shared.vocabulary import ClockState, OutcomeKind, ReferrerKind
from notify.domain import Notice, Phase
from notify.handlers import NotifyHandlers
from notify.letters import letter, message_id

H = NotifyHandlers(packs())
LATER = NOW + timedelta(days=2)
SENDER = "mash@hub.example"


def _expect(
    desk: Desk[Notice], edition: int, *, kind: ReferrerKind = ReferrerKind.PROFESSIONAL, **said: Any
) -> tuple[Message, ...]:
    referrer = Referrer(kind=kind, email="somebody@street.example")
    fields = {"passed_on": {}, "received_at": NOW} | said
    news = sample(ContactRecorded, referrer=referrer, edition=edition, **fields)
    return desk.do(heard(H.expect_notice, news))


def _decide(desk: Desk[Notice], child: str) -> None:
    kind = OutcomeKind.NO_FURTHER_ACTION
    decided = sample(DecisionRecorded, child_id=child, outcome=kind, outcome_code=None)
    desk.do(heard(H.note_decision, decided))


def _claim(desk: Desk[Notice]) -> int:
    tried = desk.aggregate.attempts
    desk.do(lambda one: H.claim(one, courier="one", over=tried, sure=False, at=NOW))
    return tried + 1


def _deliver(desk: Desk[Notice], attempt: int, at: Any = NOW) -> tuple[Message, ...]:
    return desk.do(lambda one: H.record_delivery(one, attempt=attempt, at=at))


def _told_of_one(**said: Any) -> Desk[Notice]:
    """Give a notice of which the first letter has arrived."""
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=("c1-1",), **said)
    _decide(desk, "c1-1")
    (delivered,) = _deliver(desk, _claim(desk))
    assert isinstance(delivered, NoticeDelivered)
    assert (delivered.child_ids, delivered.passed_on) == (("c1-1",), {})
    return desk


@pytest.mark.rule("J6", "I7")
def test_a_child_learnt_of_later_has_a_letter_and_a_promise_of_their_own() -> None:
    desk = _told_of_one()
    _expect(desk, 2, child_ids=("c1-2",), received_at=LATER)
    notice = desk.aggregate
    assert (notice.phase, notice.letters) == (Phase.WAITING, 2)
    first, second = notice.clocks
    assert (first.state, second.state, second.of) == (ClockState.MET, ClockState.OPEN, "2")
    assert second.started_at == LATER
    _decide(desk, "c1-2")
    attempt = _claim(desk)
    notice = desk.aggregate
    assert notice.about == {"c1-2": "decided"}
    ids = {message_id(notice, SENDER), message_id(Notice(id="c1"), SENDER)}
    assert ids == {"c1.2.outcome@hub.example", "c1.outcome@hub.example"}
    (delivered,) = _deliver(desk, attempt, LATER)
    assert isinstance(delivered, NoticeDelivered)
    assert delivered.child_ids == ("c1-2",)
    assert (desk.aggregate.phase, desk.aggregate.clocks[1].state) == (
        Phase.DELIVERED,
        ClockState.MET,
    )


@pytest.mark.rule("I7")
def test_that_the_first_letter_arrived_says_nothing_of_the_second() -> None:
    desk = _told_of_one()
    _expect(desk, 2, child_ids=("c1-2",))
    _decide(desk, "c1-2")
    assert _deliver(desk, 1) == ()
    assert desk.aggregate.phase is Phase.READY


@pytest.mark.rule("I7")
def test_a_letter_in_hand_says_what_was_known_when_it_was_claimed() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=("c1-1",))
    _decide(desk, "c1-1")
    attempt = _claim(desk)
    _expect(desk, 2, child_ids=("c1-1", "c1-2"), passed_on={"c1-3": "to_last_team"})
    text = letter(desk.aggregate, packs().of("havering"), SENDER).get_content()
    assert sum(line.startswith("- ") for line in text.splitlines()) == 1
    (delivered,) = _deliver(desk, attempt)
    assert isinstance(delivered, NoticeDelivered)
    assert (delivered.child_ids, delivered.passed_on) == (("c1-1",), {})
    notice = desk.aggregate
    assert (notice.phase, notice.to_tell()) == (Phase.WAITING, {"c1-3": "to_last_team"})
    _decide(desk, "c1-2")
    assert desk.aggregate.phase is Phase.READY


@pytest.mark.rule("I7")
def test_a_letter_that_did_not_leave_waits_for_the_child_who_came_meanwhile() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=("c1-1",))
    _decide(desk, "c1-1")
    attempt = _claim(desk)
    _expect(desk, 2, child_ids=("c1-1", "c1-2"))
    desk.do(lambda one: H.try_later(one, attempt=attempt, at=NOW))
    assert desk.aggregate.phase is Phase.WAITING
    _decide(desk, "c1-2")
    assert set(desk.aggregate.to_tell()) == {"c1-1", "c1-2"}


@pytest.mark.rule("E1", "I7")
def test_what_was_told_of_a_child_who_came_back_is_told_anew_once_it_is_decided() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=(), passed_on={"c1-1": "to_last_team"})
    (delivered,) = _deliver(desk, _claim(desk))
    assert isinstance(delivered, NoticeDelivered)
    assert (delivered.child_ids, delivered.passed_on) == ((), {"c1-1": "to_last_team"})
    _expect(desk, 2, child_ids=("c1-1",))
    assert desk.aggregate.phase is Phase.WAITING
    _decide(desk, "c1-1")
    assert desk.aggregate.to_tell() == {"c1-1": "decided"}


@pytest.mark.rule("E1", "I7")
def test_who_came_back_while_the_letter_was_in_hand_is_told_of_again() -> None:
    desk = Desk(Notice, "c1", "notify")
    _expect(desk, 1, child_ids=(), passed_on={"c1-1": "to_last_team"})
    attempt = _claim(desk)
    _expect(desk, 2, child_ids=("c1-1",))
    _deliver(desk, attempt)
    assert desk.aggregate.phase is Phase.WAITING
    _expect(desk, 3, child_ids=(), passed_on={"c1-1": "to_allocated_worker"})
    assert (desk.aggregate.phase, desk.aggregate.letters) == (Phase.READY, 2)


@pytest.mark.rule("I7", "E1")
def test_a_child_on_whom_it_was_decided_stays_told_wherever_they_go() -> None:
    desk = _told_of_one()
    assert _expect(desk, 2, child_ids=(), passed_on={"c1-1": "to_last_team"}) == ()
    assert desk.aggregate.phase is Phase.DELIVERED
