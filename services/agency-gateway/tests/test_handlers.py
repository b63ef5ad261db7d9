"""Between the hub and one agency: once, twice, out of order, forged."""

from typing import Any

import pytest

from agency_gateway.domain import (
    EnvelopeDeniedError,
    NeverAskedError,
    OtherRequestError,
    Request,
)
from agency_gateway.handlers import GatewayHandlers
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckAnswered,
    AgencyCheckRequested,
    AgencyCheckReturned,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.testing import NOW, Desk, heard, packs, sample, send_twice
from mash_shared.vocabulary import ReplyState

HANDLERS = GatewayHandlers(packs())
REQUESTED = sample(AgencyCheckRequested)


def _desk() -> Desk[Request]:
    return Desk(Request, REQUESTED.request_id, "agency-gateway.police")


def _asked(requested: AgencyCheckRequested = REQUESTED) -> Desk[Request]:
    desk = _desk()
    desk.do(heard(HANDLERS.hand_over, requested, at=NOW))
    return desk


def _reply(desk: Desk[Request], **changes: Any) -> AgencyReply:
    return sample(AgencyReply, **({"request_hash": desk.aggregate.request_hash} | changes))


def _take(desk: Desk[Request], reply: AgencyReply) -> tuple[Message, ...]:
    return desk.do(heard(HANDLERS.take_reply, reply, at=NOW))


@pytest.mark.rule("F8", "G3")
def test_hand_over_twice_hands_one_request_over() -> None:
    desk = _desk()
    (asked, _) = send_twice(desk, heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    assert isinstance(asked, AgencyRequest)
    assert desk.aggregate.request_hash == asked.request_hash
    assert desk.aggregate.asked_at == REQUESTED.occurred_at


def test_the_hash_is_that_of_everything_the_agency_reads() -> None:
    (asked, _) = _desk().do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    assert isinstance(asked, AgencyRequest)
    read = AgencyRequest.read(asked.body()).model_dump(mode="json", exclude_none=True)
    quoted = read.pop("request_hash")
    assert quoted == hash_of(read) == sample(AgencyRequest).request_hash


@pytest.mark.rule("F5")
def test_a_request_is_for_the_first_decision_only() -> None:
    (asked, _) = _desk().do(heard(HANDLERS.hand_over, REQUESTED, at=NOW))
    assert isinstance(asked, AgencyRequest)
    assert asked.purpose == "initial_referral_decision"
    assert asked.lawful_basis == REQUESTED.lawful_basis


@pytest.mark.rule("D12")
def test_a_request_without_its_lawful_basis_goes_nowhere() -> None:
    basis = REQUESTED.model_dump()["lawful_basis"] | {"override_rationale_recorded": False}
    denied = sample(AgencyCheckRequested, lawful_basis=basis)
    desk = _desk()
    with pytest.raises(EnvelopeDeniedError):
        desk.do(heard(HANDLERS.hand_over, denied, at=NOW))
    assert desk.raw is None


@pytest.mark.rule("G2", "G3")
def test_take_reply_twice_writes_one_line_and_passes_one_answer_on() -> None:
    desk = _asked()
    reply = _reply(desk)
    (answered,) = send_twice(desk, heard(HANDLERS.take_reply, reply, at=NOW))
    assert isinstance(answered, AgencyCheckAnswered)
    assert answered.answer.facts == reply.facts
    assert answered.answer.designated_professional == reply.designated_professional
    assert len(desk.aggregate.disclosures) == 1


@pytest.mark.rule("G3")
def test_the_ledger_holds_ids_and_hashes_and_no_narrative() -> None:
    desk = _asked()
    reply = _reply(desk)
    _take(desk, reply)
    assert desk.raw is not None
    kept = str(desk.raw["state"])
    assert reply.reply_id in kept
    assert reply.analysis is not None
    for secret in (reply.analysis, reply.facts[0].text, REQUESTED.concern, "Fenwick"):
        assert secret not in kept


def test_what_counts_is_when_a_reply_arrived() -> None:
    desk = _asked()
    (answered,) = _take(desk, _reply(desk, occurred_at="2031-01-01T00:00:00Z"))
    assert answered.occurred_at == NOW
    assert desk.aggregate.disclosures[0].disclosed_at == NOW


def test_an_answer_goes_back_in_the_lane_of_its_request() -> None:
    level = {"urgency": "serious", "lane": "amber"}
    desk = _asked(sample(AgencyCheckRequested, **level))
    (answered,) = _take(desk, _reply(desk, **level))
    assert isinstance(answered, AgencyCheckAnswered)
    assert (answered.urgency, answered.lane) == ("serious", "amber")
    assert answered.topic_name == "agency-check.answered.v1"
    assert answered.enquiry_id == REQUESTED.enquiry_id


@pytest.mark.rule("I5")
def test_a_reply_before_its_request_is_quarantined() -> None:
    desk = _desk()
    with pytest.raises(NeverAskedError):
        _take(desk, sample(AgencyReply))
    assert desk.raw is None


@pytest.mark.rule("I5")
@pytest.mark.parametrize("name", sorted(sample(AgencyReply).copied()))
def test_a_reply_that_repeats_its_request_wrongly_is_quarantined(name: str) -> None:
    desk = _asked()
    wrong = {"lane": "amber"}.get(name, "another")
    assert getattr(_reply(desk), name) != wrong
    with pytest.raises(OtherRequestError, match=name):
        _take(desk, _reply(desk, **{name: wrong}))
    assert desk.aggregate.disclosures == []


def test_every_field_that_a_reply_shares_with_its_request_is_compared() -> None:
    of_all = {"contact_id", "council", "urgency", "lane", "request_id", "enquiry_id", "agency"}
    assert of_all | {"request_hash"} <= sample(AgencyReply).copied().keys()
    assert sample(AgencyReply).copied() == sample(AgencyRequest).copied()


@pytest.mark.rule("I5")
def test_a_reply_made_of_two_cases_is_attached_to_neither() -> None:
    desk = _asked()
    other = {"contact_id": "another contact", "enquiry_id": "another enquiry"}
    with pytest.raises(OtherRequestError, match="contact_id, enquiry_id"):
        _take(desk, _reply(desk, **other))
    assert desk.aggregate.disclosures == []


@pytest.mark.rule("G1", "G2")
@pytest.mark.parametrize(
    ("lacking", "code"),
    [({"analysis": None}, "no_analysis"), ({"designated_professional": None}, "no_professional")],
)
def test_a_reply_that_lacks_something_goes_back_and_the_hub_hears_that_alone(
    lacking: dict[str, Any], code: str
) -> None:
    desk = _asked()
    reply = _reply(desk, **lacking)
    (back,) = send_twice(desk, heard(HANDLERS.take_reply, reply, at=NOW))
    assert isinstance(back, AgencyCheckReturned)
    assert (back.reply_id, back.code, back.occurred_at) == (reply.reply_id, code, NOW)
    assert (back.request_id, back.enquiry_id) == (reply.request_id, reply.enquiry_id)
    assert (back.contact_id, back.urgency, back.lane) == (
        reply.contact_id,
        reply.urgency,
        reply.lane,
    )
    assert desk.aggregate.disclosures == []
    (answered,) = _take(desk, _reply(desk))
    assert isinstance(answered, AgencyCheckAnswered)
    assert answered.answer.state == ReplyState.INFORMATION
