"""A council with more levels of risk than two: its referrers are told in its time (X11, J6)."""

from datetime import timedelta

import pytest

from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.testing import NOW, Desk, heard, sample
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from support.councils import THREE_LEVELS, all_packs

HANDLERS = NotifyHandlers(all_packs())
LOW = {"council": THREE_LEVELS, "urgency": "emerging", "lane": "amber"}
RECORDED = sample(ContactRecorded, **LOW)


@pytest.mark.rule("X11", "J6")
def test_a_notice_about_the_third_level_is_promised_and_told_by_its_lane() -> None:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    desk.do(heard(HANDLERS.expect_notice, RECORDED))
    (clock,) = desk.aggregate.clocks
    assert clock.due_at == RECORDED.received_at + timedelta(hours=12)
    for child in RECORDED.child_ids:
        decided = sample(DecisionRecorded, **LOW, child_id=child)
        desk.do(heard(HANDLERS.note_decision, decided))
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    (told,) = desk.do(
        lambda notice: HANDLERS.record_delivery(notice, attempt=notice.attempts, at=NOW)
    )
    assert isinstance(told, NoticeDelivered)
    assert (told.urgency, told.lane, told.topic_name) == ("emerging", "amber", told.topic)
