"""A reply that came in time and was read late, because its gateway was down meanwhile."""

from datetime import datetime, timedelta

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.answers import Answer
from mash_shared.clocks import Clock
from mash_shared.messages.agency_check import AgencyCheckAnswered
from mash_shared.messages.enquiry import (
    EnquiryAuthorised,
    EnquiryCollated,
    LateInformationReceived,
)
from mash_shared.testing import Desk, heard, packs, ran_out, sample, send_twice
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, ReplyState

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
SILENT, *OTHERS = AUTHORISED.agencies
REPLY_BY = AUTHORISED.occurred_at + timedelta(hours=3)
MOMENT = timedelta(seconds=1)


def _opened() -> Desk[Enquiry]:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    return desk


def _reply(agency: AgencyId, at: datetime, nth: int = 1) -> AgencyCheckAnswered:
    return sample(
        AgencyCheckAnswered,
        agency=agency,
        request_id=f"{AUTHORISED.enquiry_id}.{agency}",
        occurred_at=at,
        answer=Answer(reply_id=f"{agency}-{nth}", state="nothing_known"),
    )


def _clock(desk: Desk[Enquiry]) -> Clock:
    return next(c for c in desk.aggregate.clocks if c.of == SILENT)


def _ran_out(desk: Desk[Enquiry]) -> tuple[object, ...]:
    clock = _clock(desk)
    return desk.do(ran_out(HANDLERS.close_check, clock, REPLY_BY + MOMENT))


def _collated_without_one() -> Desk[Enquiry]:
    desk = _opened()
    for agency in OTHERS:
        desk.do(heard(HANDLERS.record_reply, _reply(agency, AUTHORISED.occurred_at + MOMENT)))
    (collated,) = _ran_out(desk)
    assert isinstance(collated, EnquiryCollated)
    assert collated.gaps == (SILENT,)
    assert _clock(desk).state is ClockState.MISSED
    return desk


@pytest.mark.rule("J2", "I6")
@pytest.mark.parametrize("before", [timedelta(), timedelta(hours=2)], ids=str)
def test_after_collation_it_asks_for_a_review_and_its_agency_kept_its_promise(
    before: timedelta,
) -> None:
    """The hub's downtime looked like the agency's fault (fault TM1)."""
    desk, came = _collated_without_one(), REPLY_BY - before
    (said,) = send_twice(desk, heard(HANDLERS.record_reply, _reply(SILENT, came)))
    assert isinstance(said, LateInformationReceived)
    assert (said.agency, said.reply_id) == (SILENT, f"{SILENT}-1")
    enquiry = desk.aggregate
    assert (_clock(desk).state, _clock(desk).ended_at) == (ClockState.MET, came)
    assert enquiry.late_replies == [f"{SILENT}-1"]
    assert f"{SILENT}-1" not in enquiry.collated_replies
    (only,) = enquiry.slots[SILENT].rounds
    assert only.state is ReplyState.NOTHING_KNOWN
    assert only.replies[-1].filed_at == came


@pytest.mark.rule("J2")
def test_before_collation_it_is_collated_with_the_others() -> None:
    desk = _opened()
    assert not _ran_out(desk)
    assert not desk.do(heard(HANDLERS.record_reply, _reply(SILENT, REPLY_BY)))
    assert _clock(desk).state is ClockState.MET
    said = [
        one
        for agency in OTHERS
        for one in desk.do(heard(HANDLERS.record_reply, _reply(agency, REPLY_BY)))
    ]
    (collated,) = said
    assert isinstance(collated, EnquiryCollated)
    assert collated.gaps == ()
    assert desk.aggregate.late_replies == []


@pytest.mark.rule("J2")
def test_one_that_came_too_late_keeps_no_promise_and_a_correction_breaks_none() -> None:
    desk = _collated_without_one()
    desk.do(heard(HANDLERS.record_reply, _reply(SILENT, REPLY_BY + MOMENT)))
    assert (_clock(desk).state, _clock(desk).ended_at) == (ClockState.MISSED, REPLY_BY + MOMENT)
    desk = _collated_without_one()
    first = REPLY_BY - timedelta(hours=2)
    for nth, hours in enumerate((0, 1, 3), start=1):
        again = _reply(SILENT, first + timedelta(hours=hours), nth)
        desk.do(heard(HANDLERS.record_reply, again))
        assert (_clock(desk).state, _clock(desk).ended_at) == (ClockState.MET, first)


@pytest.mark.rule("J2")
def test_no_other_promise_is_kept_by_it() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies[1:]:
        clock = next(c for c in desk.aggregate.clocks if c.of == agency)
        desk.do(ran_out(HANDLERS.close_check, clock, REPLY_BY + MOMENT))
    whole = next(c for c in desk.aggregate.clocks if c.kind is ClockKind.ENQUIRY)
    desk.do(ran_out(HANDLERS.close_enquiry, whole, whole.due_at + MOMENT))
    desk.do(heard(HANDLERS.record_reply, _reply(SILENT, REPLY_BY)))
    promises = (clock for clock in desk.aggregate.clocks if clock.part is None)
    states = {(c.kind, c.of): c.state for c in promises}
    assert states.pop((ClockKind.AGENCY_CHECK, SILENT)) is ClockState.MET
    assert set(states.values()) == {ClockState.MISSED}
