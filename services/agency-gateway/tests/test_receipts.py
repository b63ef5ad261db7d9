"""An agency learns what became of every record that it wrote, and why where it was not taken."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from agency_gateway import domain
from agency_gateway.consumers import receipt_to, subscriptions
from agency_gateway.domain import SENTENCES, EnvelopeDeniedError, Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages import Message
from mash_shared.messages.agency_check import (
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.messages.agency_receipt import UNREAD, AgencyRecordReceipt
from mash_shared.plumbing.arrival import IdReusedError
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.listener import Listener
from mash_shared.plumbing.metrics import RETURNED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import Parked, ParkReason
from mash_shared.plumbing.receipts import Fate, code_of
from mash_shared.plumbing.subscription import AnotherCouncilError, Reader
from mash_shared.plumbing.tracing import child_of
from mash_shared.receipt_codes import CODES
from mash_shared.testing import NOW, MemoryOutbox, MemoryStore, memory_work, packs, sample
from mash_shared.vocabulary import ErasedError, Lane, Refusal
from support.came import Came
from toy.batches import Parking

TOPIC = "agency.police.record-receipt.v1"
HALF = '{"fact_id": "f-1", "about": ["c-1"], "text": "Half."}'
PLACE = "agency.police.reply.red.v1/0/7"


@dataclass
class Gateway:
    """The red lane of police's gateway over memory, at a time of its own."""

    now: datetime = NOW
    sent: Parking = field(default_factory=Parking)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    def __post_init__(self) -> None:
        store = MemoryStore[Request](Request)
        self.listener = Listener(
            process="agency-gateway.police",
            group="agency-gateway.police.red",
            lane=Lane.RED,
            reader=Reader(subscriptions(GatewayHandlers(packs()), "police"), lambda: self.now),
            work=memory_work(store, "agency-gateway.police"),
            outbox=cast("Any", self.outbox),
            producer=cast("Any", self.sent),
            lanes=Lanes(),
            outages=Outages(),
            wall=lambda: self.now,
            receipt=receipt_to("police"),
        )

    async def hear(self, message: Message, *, cause: str = "once", **changed: Any) -> None:
        said = Outgoing.of(message, cause=cause, source="tests", traceparent=child_of(None))
        came = Came(said.topic, said.key, said.body, said.headers, offset=7, timestamp_type=0)
        await self.listener.take([cast("Any", replace(came, **changed))])

    def receipts(self) -> list[AgencyRecordReceipt]:
        """Give what the agency was told, in order."""
        mine = (one.body for one in self.sent.sent if one.topic == TOPIC)
        return [AgencyRecordReceipt.read(body or b"") for body in mine]

    async def asked(self) -> AgencyReply:
        """Hand a request over; give a reply to it."""
        await self.hear(sample(AgencyCheckRequested, reply_by=NOW + timedelta(hours=1)))
        (given,) = (one for one in self.outbox.sent.values() if ".request." in one.topic)
        copied = AgencyRequest.read(given.body or b"").copied()
        return sample(AgencyReply, **copied)


@pytest.mark.rule("G3")
async def test_what_is_taken_has_a_receipt_and_what_the_hub_itself_says_has_none() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    assert gateway.receipts() == []
    await gateway.hear(reply)
    (receipt,) = gateway.receipts()
    assert (receipt.became, receipt.code, receipt.record) == ("taken", None, PLACE)
    assert (receipt.request_id, receipt.reply_id) == (reply.request_id, reply.reply_id)
    assert (receipt.contact_id, receipt.council) == (reply.contact_id, reply.council)


async def test_a_repeat_is_told_as_one_and_the_same_end_under_the_same_id() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    for _ in range(2):
        await gateway.hear(reply)
    assert [one.became for one in gateway.receipts()] == ["taken", "taken"]
    assert len({one.id for one in gateway.sent.sent}) == 1, "read again it is the same record"
    gateway.now += timedelta(minutes=1)
    await gateway.hear(reply, offset=8)
    await gateway.hear(reply, offset=9, cause="under another ce_id")
    assert [one.became for one in gateway.receipts()][2:] == ["repeated", "repeated"]


async def test_what_comes_after_its_time_is_taken_and_told_to_be_late() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    gateway.now = NOW + timedelta(hours=1, seconds=1)
    await gateway.hear(reply)
    assert [one.became for one in gateway.receipts()] == ["late"]


def _counted(code: str) -> float:
    return RETURNED.labels("police", code)._value.get()


@pytest.mark.rule("G1", "G2")
@pytest.mark.parametrize(
    ("lacking", "code", "pointer"),
    [
        ({"analysis": None}, "no_analysis", "/analysis"),
        ({"facts": ()}, "no_facts", "/facts"),
        ({"state": "declined", "facts": ()}, "no_reason", "/declined_reason"),
        ({"state": "nothing_known"}, "facts_out_of_place", "/facts"),
        ({"designated_professional": None}, "no_professional", "/designated_professional"),
    ],
)
async def test_what_a_reply_lacks_is_told_to_its_agency_and_counted_and_the_request_stays_open(
    lacking: dict[str, Any], code: str, pointer: str
) -> None:
    gateway, before = Gateway(), _counted(code)
    reply = await gateway.asked()
    await gateway.hear(reply.model_copy(update=lacking))
    (receipt,) = gateway.receipts()
    assert (receipt.became, receipt.code, receipt.reply_id) == ("returned", code, reply.reply_id)
    assert (receipt.reason, receipt.pointer) == (SENTENCES[code], pointer)
    assert _counted(code) == before + 1
    assert not [one for one in gateway.sent.sent if one.topic.startswith("dead-letter.")]
    await gateway.hear(reply, cause="mended")
    assert [one.became for one in gateway.receipts()] == ["returned", "taken"]


@pytest.mark.rule("G1", "I4")
async def test_what_is_returned_is_told_to_be_so_however_often_it_comes() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    for cause in ("once", "once", "under another ce_id"):
        await gateway.hear(reply.model_copy(update={"designated_professional": None}), cause=cause)
    assert [one.code for one in gateway.receipts()] == ["no_professional"] * 3


@pytest.mark.rule("I4")
async def test_other_words_under_a_known_id_go_back_with_a_code_whichever_id_it_is() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    await gateway.hear(reply)
    other = reply.model_copy(update={"analysis": "It has stopped."})
    await gateway.hear(other, cause="other words, same reply_id")
    correction = other.model_copy(update={"reply_id": "r-2"})
    same_ce_id = Outgoing.of(reply, cause="once", source="tests", traceparent=child_of(None))
    await gateway.hear(correction, headers=same_ce_id.headers)
    told = [(one.became, one.code) for one in gateway.receipts()]
    assert told == [("taken", None), ("returned", "reply_changed"), ("returned", "id_reused")]
    assert all(one.reason for one in gateway.receipts()[1:])


@pytest.mark.rule("I5")
async def test_what_belongs_to_another_case_is_parked_and_its_agency_told() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    await gateway.hear(reply.model_copy(update={"enquiry_id": "enq-of-another"}))
    (receipt,) = gateway.receipts()
    assert (receipt.became, receipt.code) == ("parked", "other_request")


@pytest.mark.rule("D15")
async def test_a_reply_to_what_was_taken_back_is_told_so() -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    same = {name: getattr(reply, name) for name in ("contact_id", "enquiry_id", "request_id")}
    await gateway.hear(sample(AgencyCheckCancelled, agency="police", **same))
    await gateway.hear(reply)
    assert [(one.became, one.code) for one in gateway.receipts()] == [("taken_back", "taken_back")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda body: body | {"state": "perhaps"}, "/state"),
        (lambda body: body | {"facts": [json.loads(HALF)]}, "/facts/0/relevance"),
        (lambda body: body | {"facts": {"Ada Example": 1}}, "/facts"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place_and_the_part_that_is_wrong(
    change: Any, pointer: str
) -> None:
    gateway = Gateway()
    reply = await gateway.asked()
    body = json.dumps(change(json.loads(reply.body()))).encode()
    await gateway.hear(reply, value=body)
    (receipt,) = gateway.receipts()
    assert (receipt.became, receipt.code, receipt.pointer) == ("parked", "contract", pointer)
    assert (receipt.record, receipt.contact_id, receipt.council) == (PLACE, UNREAD, UNREAD)
    assert "Ada" not in receipt.model_dump_json()


PLUMBINGS = (IdReusedError, AnotherCouncilError, ErasedError)
NO_AGENCYS = {EnvelopeDeniedError}
"""What is refused of the hub's own requests."""


def _refusals() -> set[type[Refusal]]:
    found = {one for one in vars(domain).values() if isinstance(one, type)}
    return {one for one in found if issubclass(one, Refusal)} - {Refusal} - NO_AGENCYS


def test_the_published_codes_are_those_that_an_agency_can_be_told() -> None:
    said = {code_of(one): one for one in (*_refusals(), *PLUMBINGS)}
    others = {*ParkReason} - {ParkReason.REFUSED}
    assert CODES.keys() == said.keys() | others | SENTENCES.keys()
    assert {CODES[one].became for one in SENTENCES} == {"returned"}
    for code, refusal in said.items():
        assert CODES[code].became == _became_of(refusal), code
    assert {CODES[one].became for one in others} == {"parked"}


def _became_of(refusal: type[Refusal]) -> str:
    own_sentence = refusal in PLUMBINGS
    error = refusal() if own_sentence else refusal("A sentence.")
    came = cast("Any", Came("agency.police.reply.v1", b"k", b"{}", ()))
    parked = Parked(record=came, kind=ParkReason.REFUSED, reason="r", group="g", attempt=1, at=NOW)
    receipt = receipt_to("police")(Fate(record=came, at=NOW, parked=parked, error=error))
    assert isinstance(receipt, AgencyRecordReceipt)
    assert receipt.code == code_of(refusal)
    return receipt.became
