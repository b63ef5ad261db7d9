"""Consent taken back: what is outstanding stops, once, whenever the news arrives."""

from datetime import timedelta

import pytest

from enquiry.domain import AgencyNotAskedError, Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.answers import Answer
from mash_shared.messages.agency_check import AgencyCheckAnswered, AgencyCheckCancelled
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised, EnquiryCollated
from mash_shared.testing import Desk, heard, packs, ran_out, sample, send_twice
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, ReplyState

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
WITHDRAWN = sample(
    EnquiryAmended, may_ask=False, occurred_at=AUTHORISED.occurred_at + timedelta(minutes=30)
)
POLICE, HEALTH = AgencyId("police"), AgencyId("health")
OTHERS = tuple(agency for agency in AUTHORISED.agencies if agency != POLICE)


def _blank() -> Desk[Enquiry]:
    return Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")


def _opened() -> Desk[Enquiry]:
    desk = _blank()
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    return desk


def _reply(agency: str, nth: int = 1) -> AgencyCheckAnswered:
    return sample(
        AgencyCheckAnswered,
        agency=agency,
        request_id=f"{AUTHORISED.enquiry_id}.{agency}",
        occurred_at=AUTHORISED.occurred_at + timedelta(minutes=10 * nth),
        answer=Answer(reply_id=f"{agency}-{nth}", state="nothing_known"),
    )


def _time_runs_out(desk: Desk[Enquiry]) -> None:
    clock = desk.aggregate.clock(ClockKind.ENQUIRY)
    assert clock is not None
    desk.do(ran_out(HANDLERS.close_enquiry, clock, clock.due_at))


@pytest.mark.rule("D15", "H7")
def test_amend_enquiry_twice_cancels_what_is_outstanding_and_collates_once_with_gaps() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    *cancelled, collated = send_twice(desk, heard(HANDLERS.amend_enquiry, WITHDRAWN))
    assert isinstance(collated, EnquiryCollated)
    assert all(isinstance(one, AgencyCheckCancelled) for one in cancelled)
    ends = dict.fromkeys(OTHERS, ReplyState.CANCELLED) | {POLICE: ReplyState.NOTHING_KNOWN}
    assert collated.slots == {
        agency: dict.fromkeys(collated.child_ids, end) for agency, end in ends.items()
    }
    assert collated.gaps == OTHERS
    assert collated.reply_ids == ("police-1",)
    assert collated.occurred_at == desk.aggregate.withdrawn_at == WITHDRAWN.occurred_at


@pytest.mark.rule("D15")
def test_every_agency_that_was_asked_and_has_not_answered_is_told() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    said = desk.do(heard(HANDLERS.amend_enquiry, WITHDRAWN))
    told = [one for one in said if isinstance(one, AgencyCheckCancelled)]
    assert [one.agency for one in told] == list(OTHERS)
    assert {one.request_id for one in told} == {f"{AUTHORISED.enquiry_id}.{a}" for a in OTHERS}
    assert {one.occurred_at for one in told} == {WITHDRAWN.occurred_at}


@pytest.mark.rule("D15")
def test_the_clocks_of_what_was_cancelled_are_cancelled_too() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    desk.do(heard(HANDLERS.amend_enquiry, WITHDRAWN))
    checks = {c.of: c.state for c in desk.aggregate.clocks if c.kind is ClockKind.AGENCY_CHECK}
    assert checks == dict.fromkeys(OTHERS, ClockState.CANCELLED) | {POLICE: ClockState.MET}
    assert not any(clock.is_open for clock in desk.aggregate.clocks)


@pytest.mark.rule("D15", "I5")
def test_a_reply_after_the_withdrawal_is_noted_and_never_attached() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.amend_enquiry, WITHDRAWN))
    assert not send_twice(desk, heard(HANDLERS.record_reply, _reply(HEALTH, 5)))
    (only,) = desk.aggregate.slots[HEALTH].rounds
    assert (only.answer, only.state) == (None, ReplyState.CANCELLED)
    assert [line.reply_id for line in only.crossed] == ["health-5"]


@pytest.mark.rule("D15", "I4")
def test_a_reply_that_was_filed_before_the_withdrawal_may_come_again() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    desk.do(heard(HANDLERS.amend_enquiry, WITHDRAWN))
    before = desk.aggregate
    assert not desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    assert desk.aggregate == before


@pytest.mark.rule("D15")
def test_amend_enquiry_twice_before_it_is_opened_lets_nobody_be_asked() -> None:
    desk = _blank()
    assert not send_twice(desk, heard(HANDLERS.amend_enquiry, WITHDRAWN))
    (collated,) = desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    assert isinstance(collated, EnquiryCollated)
    ends = {state for states in collated.slots.values() for state in states.values()}
    assert ends == {ReplyState.CANCELLED}
    assert collated.gaps == AUTHORISED.agencies
    assert collated.contact_id == AUTHORISED.contact_id
    assert not any(clock.is_open for clock in desk.aggregate.clocks)
    with pytest.raises(AgencyNotAskedError):
        desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))


@pytest.mark.rule("D15", "I6")
def test_amend_enquiry_twice_after_it_was_collated_changes_nothing_of_what_was_collated() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies:
        desk.do(heard(HANDLERS.record_reply, _reply(agency)))
    before = desk.aggregate
    assert not send_twice(desk, heard(HANDLERS.amend_enquiry, WITHDRAWN))
    after = desk.aggregate
    assert after.withdrawn_at == WITHDRAWN.occurred_at
    assert (after.slots, after.clocks) == (before.slots, before.clocks)
    assert after.collated_at == before.collated_at
    assert after.collated_replies == before.collated_replies


@pytest.mark.rule("D15", "I6")
def test_after_a_withdrawal_no_late_reply_is_attached_either() -> None:
    desk = _opened()
    _time_runs_out(desk)
    assert not desk.do(heard(HANDLERS.amend_enquiry, WITHDRAWN))
    assert not desk.do(heard(HANDLERS.record_reply, _reply(HEALTH, 40)))
    (only,) = desk.aggregate.slots[HEALTH].rounds
    assert only.state is ReplyState.NO_REPLY_BY_DEADLINE
    assert desk.aggregate.late_replies == []
