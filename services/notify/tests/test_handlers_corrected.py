"""Whom to tell, and of which children, corrected before the notice has left."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mash_shared.messages.contact import ContactEnded, ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.testing import NOW, Desk, heard, packs, ran_out, sample
from mash_shared.vocabulary import ClockState, ReferrerKind
from notify.domain import Notice, Phase
from notify.handlers import NotifyHandlers

HANDLERS = NotifyHandlers(packs())
RECORDED = sample(ContactRecorded)
LATER = RECORDED.occurred_at + timedelta(minutes=5)


def _recorded(kind: ReferrerKind, **changes: Any) -> ContactRecorded:
    referrer = Referrer(kind=kind, email=f"{kind}@street.example")
    return RECORDED.model_copy(update={"referrer": referrer} | changes)


def _expecting(*recorded: ContactRecorded) -> Desk[Notice]:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    for one in recorded:
        desk.do(heard(HANDLERS.expect_notice, one))
    return desk


def _decided(desk: Desk[Notice], child_id: str) -> None:
    decided = sample(DecisionRecorded, contact_id=RECORDED.contact_id, child_id=child_id)
    desk.do(heard(HANDLERS.note_decision, decided))


@pytest.mark.rule("K2", "J6")
@pytest.mark.parametrize("occurred_at", [LATER, RECORDED.occurred_at - timedelta(hours=1)])
def test_who_is_told_is_who_was_named_last_whatever_clocks_show(occurred_at: datetime) -> None:
    first = _recorded(ReferrerKind.PROFESSIONAL)
    then = _recorded(ReferrerKind.PUBLIC, edition=2, occurred_at=occurred_at)
    for news in ((first, then), (then, first), (first, then, first)):
        notice = _expecting(*news).aggregate
        assert notice.referrer == then.referrer
        assert [clock.state for clock in notice.clocks] == [ClockState.OPEN]


@pytest.mark.rule("J6")
def test_a_notice_waits_for_a_child_that_was_learnt_of() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL, child_ids=("c1-1",)))
    _decided(desk, "c1-1")
    assert desk.aggregate.phase is Phase.READY
    more = {"child_ids": ("c1-1", "c1-2"), "edition": 2}
    desk.do(heard(HANDLERS.expect_notice, _recorded(ReferrerKind.PROFESSIONAL, **more)))
    assert desk.aggregate.phase is Phase.WAITING
    _decided(desk, "c1-2")
    assert desk.aggregate.phase is Phase.READY


@pytest.mark.rule("A7")
def test_who_gives_a_name_later_is_owed_an_answer_and_who_takes_it_back_is_not() -> None:
    named = _recorded(ReferrerKind.PUBLIC, edition=2)
    desk = _expecting(_recorded(ReferrerKind.ANONYMOUS), named)
    assert desk.aggregate.phase is Phase.WAITING
    assert [clock.state for clock in desk.aggregate.clocks] == [ClockState.OPEN]
    again = {"edition": 3}
    desk.do(heard(HANDLERS.expect_notice, _recorded(ReferrerKind.ANONYMOUS, **again)))
    assert desk.aggregate.phase is Phase.NOT_OWED
    assert [clock.state for clock in desk.aggregate.clocks] == [ClockState.CANCELLED]


@pytest.mark.rule("J6")
def test_what_has_left_is_corrected_no_more() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL, child_ids=("c1-1",)))
    _decided(desk, "c1-1")
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    desk.do(lambda notice: HANDLERS.record_delivery(notice, attempt=notice.attempts, at=NOW))
    later = _recorded(ReferrerKind.PUBLIC, edition=2, child_ids=("c1-1",))
    desk.do(heard(HANDLERS.expect_notice, later))
    assert desk.aggregate.phase is Phase.DELIVERED


def _corrected(desk: Desk[Notice], *kinds: ReferrerKind) -> Notice:
    for edition, kind in enumerate(kinds, start=2):
        desk.do(heard(HANDLERS.expect_notice, _recorded(kind, edition=edition)))
    return desk.aggregate


@pytest.mark.rule("I7", "A7")
def test_who_was_written_to_is_not_written_to_again_however_the_name_is_corrected() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL))
    desk.do(heard(HANDLERS.note_ended, sample(ContactEnded, ended_as="to_last_team")))
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    desk.do(lambda notice: HANDLERS.record_delivery(notice, attempt=notice.attempts, at=NOW))
    notice = _corrected(desk, ReferrerKind.ANONYMOUS, ReferrerKind.PUBLIC)
    assert (notice.phase, notice.in_hand) == (Phase.DELIVERED, False)


@pytest.mark.rule("I7", "A7")
@pytest.mark.parametrize("first", [ReferrerKind.PROFESSIONAL, ReferrerKind.ANONYMOUS])
def test_who_heard_it_in_conversation_gets_no_letter_however_the_name_is_corrected(
    first: ReferrerKind,
) -> None:
    desk = _expecting(_recorded(first))
    ended = sample(ContactEnded, ended_as="signposted", told_at_once=True)
    desk.do(heard(HANDLERS.note_ended, ended))
    notice = _corrected(desk, ReferrerKind.ANONYMOUS, ReferrerKind.PUBLIC)
    assert (notice.phase, notice.ended_at) == (Phase.DELIVERED, ended.occurred_at)


@pytest.mark.rule("I7", "A9", "A10")
def test_a_contact_that_joins_another_after_its_decision_owes_no_letter_of_its_own() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL, child_ids=("c1-1",)))
    _decided(desk, "c1-1")
    desk.do(heard(HANDLERS.note_ended, sample(ContactEnded, ended_as="joined")))
    assert (desk.aggregate.phase, desk.aggregate.in_hand) == (Phase.NOT_OWED, False)


@pytest.mark.rule("I7")
@pytest.mark.parametrize("told_at_once", [True, False])
def test_an_end_heard_after_the_letter_tells_nobody_again(*, told_at_once: bool) -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL, child_ids=("c1-1",)))
    _decided(desk, "c1-1")
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    desk.do(lambda notice: HANDLERS.record_delivery(notice, attempt=notice.attempts, at=NOW))
    ended = sample(ContactEnded, ended_as="signposted", told_at_once=told_at_once)
    assert not desk.do(heard(HANDLERS.note_ended, ended))
    assert (desk.aggregate.phase, desk.aggregate.ended_at) == (Phase.DELIVERED, NOW)


@pytest.mark.rule("A7", "J6")
def test_who_gives_the_name_again_is_promised_an_answer_again() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL))
    notice = _corrected(desk, ReferrerKind.ANONYMOUS, ReferrerKind.PROFESSIONAL)
    assert [clock.state for clock in notice.clocks] == [ClockState.CANCELLED, ClockState.OPEN]


@pytest.mark.rule("J6", "X4")
def test_the_promise_runs_from_the_receipt_that_holds() -> None:
    earlier = RECORDED.received_at - timedelta(hours=5)
    moved = _recorded(ReferrerKind.PROFESSIONAL, edition=2, received_at=earlier)
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL), moved)
    assert [(clock.started_at, clock.state) for clock in desk.aggregate.clocks] == [
        (RECORDED.received_at, ClockState.CANCELLED),
        (earlier, ClockState.OPEN),
    ]


@pytest.mark.rule("J6", "I8")
def test_a_promise_that_was_missed_is_not_made_again() -> None:
    desk = _expecting(_recorded(ReferrerKind.PROFESSIONAL))
    (clock,) = desk.aggregate.clocks
    desk.do(ran_out(HANDLERS.note_promise_missed, clock, clock.due_at))
    later = {"edition": 2, "received_at": RECORDED.received_at + timedelta(minutes=5)}
    desk.do(heard(HANDLERS.expect_notice, _recorded(ReferrerKind.PROFESSIONAL, **later)))
    assert [clock.state for clock in desk.aggregate.clocks] == [ClockState.MISSED]
