"""An agency is reminded at the parts of its time that the pack names, and given less of it (G7)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from enquiry.domain import AgencyNotAskedError, Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckChased,
    AgencyCheckHandedOver,
    AgencyCheckRequested,
)
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.testing import (
    Desk,
    heard,
    packs,
    ran_out,
    sample,
    send_twice,
)
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, Lane

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised, agencies=("police", "health"))
AT = AUTHORISED.occurred_at
POLICE, HEALTH = AgencyId("police"), AgencyId("health")


def _opened(**more: object) -> Desk[Enquiry]:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED.model_copy(update=more)))
    return desk


def _clock(desk: Desk[Enquiry], kind: ClockKind, of: str = POLICE) -> Clock:
    clock = desk.aggregate.clock(kind, of)
    assert clock is not None
    return clock


def _ring(desk: Desk[Enquiry], now: datetime | None = None) -> list[Message]:
    chase = _clock(desk, ClockKind.CHASE)
    chase.end(ClockState.RUNG, now or chase.due_at)
    return desk.do(ran_out(HANDLERS.chase, chase, now or chase.due_at))


def _amended(edition: int, at: datetime, **more: object) -> EnquiryAmended:
    said = {name: getattr(AUTHORISED, name) for name in EnquiryAuthorised.model_fields}
    del said["agencies"]
    changed = {"edition": edition, "occurred_at": at, "may_ask": True}
    return EnquiryAmended(**(said | changed | more))


def test_each_part_of_the_time_reminds_once_and_the_last_says_so() -> None:
    desk = _opened()
    check = _clock(desk, ClockKind.AGENCY_CHECK)
    length = check.due_at - check.started_at
    for part in (0.5, 0.75, 0.9):
        (chased,) = _ring(desk)
        assert isinstance(chased, AgencyCheckChased)
        assert (chased.part, chased.agency, chased.reply_by) == (part, POLICE, check.due_at)
        assert chased.occurred_at == AT + part * length
        assert chased.last is (part == 0.9)
    assert desk.aggregate.clock(ClockKind.CHASE, POLICE) is None
    assert len(desk.aggregate.slots[POLICE].rounds[0].chased) == 3


def test_chase_twice_reminds_once() -> None:
    desk = _opened()
    number = desk.aggregate.clocks.index(_clock(desk, ClockKind.CHASE))

    def rings(enquiry: Enquiry) -> Iterator[Message]:
        clock = enquiry.clocks[number]
        if clock.is_open:
            yield from HANDLERS.chase(enquiry, clock, clock.due_at)
            clock.run_out(clock.due_at)

    (chased,) = send_twice(desk, rings)
    assert isinstance(chased, AgencyCheckChased)


def test_parts_that_were_over_in_an_outage_remind_together_once() -> None:
    desk = _opened()
    check = _clock(desk, ClockKind.AGENCY_CHECK)
    late = check.started_at + 0.8 * (check.due_at - check.started_at)
    assert len(_ring(desk, late)) == 1
    assert _clock(desk, ClockKind.CHASE).part == 0.9


def test_nobody_is_reminded_of_what_they_answered() -> None:
    desk = _opened()
    chase = _clock(desk, ClockKind.CHASE)
    head = {"enquiry_id": AUTHORISED.enquiry_id, "contact_id": AUTHORISED.contact_id}
    asked = desk.aggregate.slots[POLICE].rounds[0]
    answer = {"request_id": asked.request_id, "agency": POLICE, "about": asked.child_ids}
    desk.do(heard(HANDLERS.record_reply, sample(AgencyCheckAnswered, **head, **answer)))
    assert chase.state is ClockState.OPEN, "read anew"
    assert desk.aggregate.clock(ClockKind.CHASE, POLICE) is None
    assert not desk.do(ran_out(HANDLERS.chase, chase, chase.due_at))
    assert _clock(desk, ClockKind.CHASE, HEALTH).is_open


@pytest.mark.rule("G7")
def test_a_shorter_time_holds_for_the_agency_it_was_given_and_reminds_by_its_parts() -> None:
    desk = _opened(times={POLICE: 60})
    check = _clock(desk, ClockKind.AGENCY_CHECK)
    assert (check.due_at, check.lasts) == (AT + timedelta(hours=1), "60 minutes")
    assert _clock(desk, ClockKind.CHASE).due_at == AT + timedelta(minutes=30)
    assert _clock(desk, ClockKind.AGENCY_CHECK, HEALTH).due_at > check.due_at
    assert desk.aggregate.slots[POLICE].rounds[0].reply_by == check.due_at


@pytest.mark.rule("G7")
def test_a_time_given_later_counts_from_then_and_is_told_to_that_agency_alone() -> None:
    desk = _opened()
    own = _clock(desk, ClockKind.AGENCY_CHECK).due_at
    later = AT + timedelta(minutes=20)
    (told,) = desk.do(heard(HANDLERS.amend_enquiry, _amended(8, later, times={POLICE: 30})))
    assert isinstance(told, AgencyCheckAmended)
    assert (told.agency, told.reply_by) == (POLICE, later + timedelta(minutes=30))
    assert _clock(desk, ClockKind.AGENCY_CHECK).due_at == told.reply_by
    (told,) = desk.do(heard(HANDLERS.amend_enquiry, _amended(9, later, times={})))
    assert isinstance(told, AgencyCheckAmended)
    assert told.reply_by == own, "its own time counts from when it was asked"


@pytest.mark.rule("G7")
def test_no_time_given_is_longer_than_the_agencys_own() -> None:
    desk = _opened()
    own = _clock(desk, ClockKind.AGENCY_CHECK).due_at
    longer = _amended(8, AT + timedelta(minutes=5), times={POLICE: 7 * 24 * 60})
    assert not desk.do(heard(HANDLERS.amend_enquiry, longer))
    assert _clock(desk, ClockKind.AGENCY_CHECK).due_at == own


@pytest.mark.rule("G7")
def test_a_level_that_changes_keeps_a_shorter_time() -> None:
    desk = _opened(times={POLICE: 60}, urgency="amber", lane=Lane.AMBER)
    later = AT + timedelta(minutes=10)
    red = {"urgency": "red", "lane": "red", "times": {POLICE: 60}}
    desk.do(heard(HANDLERS.amend_enquiry, _amended(8, later, **red)))
    assert _clock(desk, ClockKind.AGENCY_CHECK).due_at == later + timedelta(hours=1)


@pytest.mark.rule("F8")
def test_note_handed_over_twice_notes_when_the_gateway_first_had_it() -> None:
    desk = _opened()
    (asked,) = desk.aggregate.slots[POLICE].rounds
    check = {"request_id": asked.request_id, "enquiry_id": AUTHORISED.enquiry_id}
    said = sample(AgencyCheckHandedOver, **check, occurred_at=AT + timedelta(seconds=1))
    assert not send_twice(desk, heard(HANDLERS.note_handed_over, said))
    again = said.model_copy(update={"occurred_at": AT + timedelta(hours=1)})
    desk.do(heard(HANDLERS.note_handed_over, again))
    (asked,) = desk.aggregate.slots[POLICE].rounds
    assert asked.handed_over_at == AT + timedelta(seconds=1)
    with pytest.raises(AgencyNotAskedError):
        desk.do(heard(HANDLERS.note_handed_over, said.model_copy(update={"request_id": "x"})))


@pytest.mark.rule("F8")
def test_agencies_are_asked_with_the_act_that_lets_the_enquiry_out() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    asked = desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    assert [type(one) for one in asked] == [AgencyCheckRequested] * 2
    assert {one.occurred_at for one in asked} == {AT}
