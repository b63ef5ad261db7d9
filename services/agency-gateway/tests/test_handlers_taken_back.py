"""A request that is taken back: before it is handed over, after it, and after it was answered."""

import pytest

from agency_gateway.domain import Request, TakenBackError
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCancellation,
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
)
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice

HANDLERS = GatewayHandlers(packs())
REQUESTED = sample(AgencyCheckRequested)
CANCELLED = sample(AgencyCheckCancelled)


def _desk(*, asked: bool) -> Desk[Request]:
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    if asked:
        desk.do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    return desk


def _reply(desk: Desk[Request], reply_id: str = "r1") -> tuple[Message, ...]:
    quoted = {"request_hash": desk.aggregate.request_hash, "reply_id": reply_id}
    return desk.do(heard(HANDLERS.take_reply, sample(AgencyReply, **quoted), at=NOW))


@pytest.mark.rule("D15")
def test_take_back_twice_tells_the_agency_once() -> None:
    (told,) = send_twice(_desk(asked=True), heard(HANDLERS.take_back, CANCELLED))
    assert isinstance(told, AgencyCancellation)
    assert told.request_id == REQUESTED.request_id
    assert told.contact_id == REQUESTED.contact_id


@pytest.mark.rule("D15")
def test_what_is_taken_back_before_it_is_handed_over_never_is() -> None:
    desk = _desk(asked=False)
    assert not desk.do(heard(HANDLERS.take_back, CANCELLED))
    assert not desk.do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    assert desk.aggregate.asked_at is None


@pytest.mark.rule("D15", "I5")
def test_a_reply_to_a_request_that_was_taken_back_is_not_passed_on() -> None:
    desk = _desk(asked=True)
    desk.do(heard(HANDLERS.take_back, CANCELLED))
    with pytest.raises(TakenBackError):
        _reply(desk)
    assert desk.aggregate.disclosures == []


@pytest.mark.rule("D15", "I4")
def test_an_agency_may_correct_what_it_had_said_before() -> None:
    desk = _desk(asked=True)
    assert _reply(desk)
    desk.do(heard(HANDLERS.take_back, CANCELLED))
    assert _reply(desk, "r2")
    assert len(desk.aggregate.disclosures) == 2
