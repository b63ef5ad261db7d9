"""What an agency tells or asks by its own gateway is what is typed of it, and recorded once."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import Flag, FlagKind
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import NotAChildConcernError
from intake.domain.search import flags_for
from mash_shared.messages.agency_says import (
    AgencyEnquiryMade,
    AgencyInformationShared,
    AgencyMessageRecorded,
    Checked,
)
from mash_shared.testing import NOW, Desk, heard, sample, send_twice
from mash_shared.vocabulary import Channel, ClockKind, Lane
from support.front_door import HANDLERS as H
from support.front_door import fresh, indexed
from support.requests import VIEW, answer, do, of

ROOK = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}


def _said(kind: type[Checked] = AgencyInformationShared, **changes: Any) -> Checked:
    return sample(kind, **{"agency": "probation", "occurred_at": NOW} | changes)


def _recorded(said: Checked) -> tuple[Desk[Contact], AgencyMessageRecorded]:
    desk = Desk(Contact, said.contact_id)
    messages = desk.do(heard(H.record_said, said))
    desk.do(indexed())
    (receipt,) = (one for one in messages if isinstance(one, AgencyMessageRecorded))
    return desk, receipt


@pytest.mark.rule("M10")
def test_what_probation_tells_is_the_notification_that_is_typed() -> None:
    said = _said()
    desk, receipt = _recorded(said)
    contact = desk.aggregate
    assert contact.request is not None
    assert (contact.request.kind, contact.request.mode) == ("probation_enquiry", "notification")
    assert (contact.request.requester, contact.request.subject) == ("probation", "adult")
    assert contact.facts.asked_about == said.asked_about
    assert [child.full_name for child in contact.children] == ["Juniper Hallaway"]
    assert (contact.received_at, contact.channel) == (NOW, Channel.AGENCY_SYSTEM)
    referrer = contact.facts.referrer
    assert referrer is not None
    assert (referrer.full_name, referrer.their_reference) == (said.professional, said.number)
    assert [task.of for task in contact.tasks] == ["record_shared_information"]
    assert (receipt.reference, receipt.saying) == (contact.reference, "information")
    do(desk, "record_shared_information")
    assert desk.aggregate.ending is not None


@pytest.mark.rule("M10")
def test_whom_probation_told_of_is_flagged_in_a_later_worry() -> None:
    told = _recorded(_said())[0].aggregate
    worry = fresh(id_="c2", alleged_perpetrators=[ROOK]).aggregate
    object.__setattr__(worry, "recorded_at", NOW + timedelta(hours=1))
    flag = Flag(kind=FlagKind.SUBJECT_OF_REQUEST, contact_ids=(told.id,))
    assert flags_for(worry, [told]) == (flag,)


@pytest.mark.rule("M10")
def test_what_probation_asks_is_answered_child_by_child_like_a_typed_enquiry() -> None:
    desk, receipt = _recorded(_said(AgencyEnquiryMade))
    contact = desk.aggregate
    assert contact.request is not None
    assert contact.request.mode == "enquiry"
    assert Queue.ANSWERS in contact.waiting
    assert contact.clock(ClockKind.ANSWER_TO_REQUEST) is not None
    assert (receipt.saying, receipt.number) == ("enquiry", "PR-2026-0121")
    do(desk, "record_shared_information")
    answer(desk, known="not_known", children=[of(child, VIEW) for child in contact.child_ids])
    assert desk.aggregate.ending is not None


@pytest.mark.rule("M10")
def test_record_said_twice_records_it_once() -> None:
    said = _said()
    first = send_twice(Desk(Contact, said.contact_id), heard(H.record_said, said))
    assert [type(one) for one in first].count(AgencyMessageRecorded) == 1


@pytest.mark.rule("M10", "E6")
def test_harm_that_an_agency_tells_of_has_an_alarm_at_once() -> None:
    desk, _ = _recorded(_said(significant_harm="yes", urgency="red", lane="red"))
    contact = desk.aggregate
    assert (contact.lane, contact.is_protection) == (Lane.RED, True)
    assert Queue.ALLOCATION in contact.waiting
    assert contact.follow_up is None, "it was not telephoned"


@pytest.mark.rule("M10")
def test_what_names_no_child_is_about_none() -> None:
    desk, _ = _recorded(_said(children=[]))
    assert desk.aggregate.children == ()
    assert desk.aggregate.state is ContactState.RECORDED


@pytest.mark.rule("M10")
def test_a_council_that_takes_nothing_from_the_agency_records_nothing() -> None:
    said = _said(agency="police")
    desk = Desk(Contact, said.contact_id)
    with pytest.raises(NotAChildConcernError):
        desk.do(heard(H.record_said, said))
