"""When an agency had a request, and that it is reminded of what it has and has not answered."""

from datetime import timedelta

import pytest

from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import (
    AgencyCheckCancelled,
    AgencyCheckChased,
    AgencyCheckHandedOver,
    AgencyCheckRequested,
    AgencyReminder,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice

HANDLERS = GatewayHandlers(packs())
REQUESTED = sample(AgencyCheckRequested)
CHASED = sample(AgencyCheckChased)
ASKED = heard(HANDLERS.hand_over, REQUESTED, at=NOW)


def _desk() -> Desk[Request]:
    return Desk(Request, REQUESTED.request_id, "agency-gateway.police")


@pytest.mark.rule("F8")
def test_the_enquiry_learns_when_its_request_was_handed_over_by_the_gateways_clock() -> None:
    at = REQUESTED.occurred_at + timedelta(seconds=2)
    _, over = _desk().do(heard(HANDLERS.hand_over, REQUESTED, at=at))
    assert isinstance(over, AgencyCheckHandedOver)
    assert (over.occurred_at, over.request_id) == (at, REQUESTED.request_id)
    assert over.topic_name == "agency-check.handed-over.red.v1"


def test_remind_twice_passes_it_on_unless_it_is_answered_or_taken_back() -> None:
    desk = _desk()
    assert not desk.do(heard(HANDLERS.remind, CHASED)), "it was never asked"
    asked, _ = desk.do(ASKED)
    (told,) = desk.do(heard(HANDLERS.remind, CHASED))
    assert isinstance(told, AgencyReminder)
    assert (told.part, told.reply_by, told.last) == (0.5, CHASED.reply_by, False)
    assert isinstance(asked, AgencyRequest)
    reply = sample(AgencyReply, request_hash=asked.request_hash)
    desk.do(heard(HANDLERS.take_reply, reply, at=NOW))
    assert not send_twice(desk, heard(HANDLERS.remind, CHASED))


def test_nobody_is_reminded_of_what_was_taken_back() -> None:
    desk = _desk()
    desk.do(ASKED)
    desk.do(heard(HANDLERS.take_back, sample(AgencyCheckCancelled)))
    assert not desk.do(heard(HANDLERS.remind, CHASED))
