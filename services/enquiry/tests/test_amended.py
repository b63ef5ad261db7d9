"""What changes on the way: whoever was asked by what no longer holds is told, and nobody else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.answers import Answer
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckAnswered,
    AgencyCheckRequested,
)
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised, EnquiryCollated
from mash_shared.testing import AMBER, RED, Desk, heard, packs, ran_out, sample, send_twice
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, ReplyState

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised, **AMBER)
POLICE, *OTHERS = AUTHORISED.agencies
LATER = AUTHORISED.received_at + timedelta(hours=5)


def _amended(edition: int = 3, **changes: Any) -> EnquiryAmended:
    said = {
        name: getattr(AUTHORISED, name)
        for name in EnquiryAmended.model_fields.keys() & dict(AUTHORISED).keys()
    }
    return EnquiryAmended(
        **said | {"edition": edition, "may_ask": True, "occurred_at": LATER} | changes
    )


def _opened() -> Desk[Enquiry]:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    return desk


def _amend(desk: Desk[Enquiry], amended: EnquiryAmended) -> tuple[Message, ...]:
    return desk.do(heard(HANDLERS.amend_enquiry, amended))


def _reply(agency: str, request_id: str = "", reply_id: str = "") -> AgencyCheckAnswered:
    return sample(
        AgencyCheckAnswered,
        **AMBER,
        agency=agency,
        request_id=request_id or f"{AUTHORISED.enquiry_id}.{agency}",
        occurred_at=LATER,
        answer=Answer(reply_id=reply_id or f"{agency}-1", state="nothing_known"),
    )


def _told(said: tuple[Message, ...], kind: type[AgencyCheckAmended]) -> list[AgencyId]:
    return [one.agency for one in said if isinstance(one, kind)]


def test_amend_enquiry_twice_tells_every_agency_once_under_the_id_it_knows() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    family = replace(AUTHORISED.family, address="4 Quarry Lane")
    said = send_twice(desk, heard(HANDLERS.amend_enquiry, _amended(family=family)))
    assert _told(said, AgencyCheckAmended) == list(AUTHORISED.agencies)
    for one in said:
        assert isinstance(one, AgencyCheckAmended)
        assert one.request_id == f"{AUTHORISED.enquiry_id}.{one.agency}"
        assert one.family.address == "4 Quarry Lane"
        assert one.edition == 3


def test_an_older_edition_changes_nothing() -> None:
    desk = _opened()
    _amend(desk, _amended(edition=5, concern="A bruise was seen."))
    assert not _amend(desk, _amended(edition=4, concern="Nothing was seen.", may_ask=False))
    assert desk.aggregate.concern == "A bruise was seen."
    assert desk.aggregate.withdrawn_at is None


def test_what_was_amended_before_the_enquiry_was_heard_of_is_what_is_asked() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    assert not _amend(desk, _amended(concern="A bruise was seen."))
    asked = desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    assert {one.concern for one in asked if isinstance(one, AgencyCheckRequested)} == {
        "A bruise was seen."
    }


@pytest.mark.rule("J1", "J2")
def test_a_level_raised_counts_promises_from_receipt_and_agencies_from_then() -> None:
    desk = _opened()
    said = _amend(desk, _amended(**RED))
    enquiry = desk.aggregate
    whole = [clock for clock in enquiry.clocks if clock.kind is ClockKind.ENQUIRY]
    assert [clock.state for clock in whole] == [ClockState.CANCELLED, ClockState.OPEN]
    assert whole[1].due_at == AUTHORISED.received_at + timedelta(hours=4)
    checks = [one for one in enquiry.clocks if one.kind is ClockKind.AGENCY_CHECK and one.is_open]
    assert {clock.due_at for clock in checks} == {LATER + timedelta(hours=3)}
    assert {one.reply_by for one in said if isinstance(one, AgencyCheckAmended)} == {
        LATER + timedelta(hours=3)
    }
    assert {one.topic_name for one in said} == {
        f"agency-check.amended.{agency}.red.v1" for agency in AUTHORISED.agencies
    }
    assert not desk.do(ran_out(HANDLERS.close_enquiry, whole[1], LATER))
    assert desk.aggregate.collated_at is None, "a promise past before it was made collates nothing"


@pytest.mark.rule("D15")
def test_consent_found_again_asks_anew_whom_it_had_stopped_and_nobody_twice() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    _amend(desk, _amended(may_ask=False))
    said = send_twice(desk, heard(HANDLERS.amend_enquiry, _amended(edition=4)))
    asked = [one for one in said if isinstance(one, AgencyCheckRequested)]
    assert [one.agency for one in asked] == OTHERS
    assert {one.request_id for one in asked} == {
        f"{AUTHORISED.enquiry_id}.{agency}.2" for agency in OTHERS
    }
    assert not _told(said, AgencyCheckAmended), "what the police were told still holds"
    assert desk.aggregate.outstanding == tuple(OTHERS)
    assert desk.aggregate.collated_at is None


@pytest.mark.rule("D15", "H7")
def test_the_next_round_is_collated_into_a_further_record() -> None:
    desk = _opened()
    *_, stopped = _amend(desk, _amended(may_ask=False))
    _amend(desk, _amended(edition=4))
    said: tuple[Message, ...] = ()
    for agency in AUTHORISED.agencies:
        said = desk.do(
            heard(HANDLERS.record_reply, _reply(agency, f"{AUTHORISED.enquiry_id}.{agency}.2"))
        )
    (collated,) = said
    assert isinstance(stopped, EnquiryCollated)
    assert isinstance(collated, EnquiryCollated)
    assert (stopped.record, collated.record) == (1, 2)
    assert collated.gaps == ()


@pytest.mark.rule("D15")
def test_what_crossed_the_withdrawal_is_noted_and_the_next_round_is_still_waited_for() -> None:
    desk = _opened()
    _amend(desk, _amended(may_ask=False))
    _amend(desk, _amended(edition=4))
    assert not send_twice(desk, heard(HANDLERS.record_reply, _reply(POLICE)))
    first, second = desk.aggregate.slots[POLICE].rounds
    assert [line.reply_id for line in first.crossed] == ["police-1"]
    assert second.is_outstanding


@pytest.mark.rule("D15")
def test_after_a_withdrawal_no_new_fact_of_an_agency_is_let_through() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply(POLICE)))
    _amend(desk, _amended(may_ask=False))
    assert not desk.do(heard(HANDLERS.record_reply, _reply(POLICE, reply_id="police-2")))
    (only,) = desk.aggregate.slots[POLICE].rounds
    assert [line.reply_id for line in only.replies] == ["police-1"]
    assert only.state is ReplyState.NOTHING_KNOWN


@pytest.mark.rule("D15")
def test_whoever_had_answered_is_not_asked_anew_and_nothing_is_collated_twice() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies:
        desk.do(heard(HANDLERS.record_reply, _reply(agency)))
    before = desk.aggregate
    _amend(desk, _amended(may_ask=False))
    said = _amend(desk, _amended(edition=4))
    assert not said
    assert (desk.aggregate.collated_at, desk.aggregate.record) == (before.collated_at, 1)


@pytest.mark.rule("D15")
def test_what_was_stopped_before_anybody_was_asked_is_asked_under_its_first_id() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    _amend(desk, _amended(may_ask=False))
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    asked = _amend(desk, _amended(edition=4))
    assert [one.request_id for one in asked if isinstance(one, AgencyCheckRequested)] == [
        f"{AUTHORISED.enquiry_id}.{agency}" for agency in AUTHORISED.agencies
    ]


def test_an_agency_is_told_of_every_change_and_of_each_under_the_same_id() -> None:
    desk = _opened()
    _amend(desk, _amended(edition=3, concern="A bruise was seen."))
    said = _amend(desk, _amended(edition=4, concern="Two bruises were seen."))
    assert _told(said, AgencyCheckAmended) == list(AUTHORISED.agencies)
    (only,) = desk.aggregate.slots[POLICE].rounds
    assert (only.request_id, only.amended_at) == (f"{AUTHORISED.enquiry_id}.police", LATER)
