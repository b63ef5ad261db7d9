"""A reply judged without a broker, by the gateway's own reading and checks."""

import json
from collections.abc import Mapping
from typing import Any, cast

from agency_gateway.conformance.gateway import Came, PlayedGateway, now
from mash_shared.messages.agency_check import AgencyCheckRequested, AgencyReply, AgencyRequest
from mash_shared.messages.agency_receipt import AgencyRecordReceipt
from mash_shared.testing import sample
from mash_shared.vocabulary import Lane

NONE: Mapping[str, Any] = {}


async def judge(reply: bytes, request: bytes | None = None) -> AgencyRecordReceipt:
    """Say what the gateway would tell of a reply: a record with headers, key and body, or a body.

    Without its request it is judged by what it says of it. Raises `pydantic.ValidationError` where
    the request is none.
    """
    record = _record(reply)
    body = record["body"] if isinstance(record["body"], dict) else NONE
    asked = AgencyRequest.read(_body_of(request)) if request is not None else None
    says = asked.copied() if asked else {k: v for k, v in body.items() if isinstance(v, str)}
    agency = says.get("agency", "police")
    gateway = PlayedGateway(agency)
    await _ask(gateway, says)
    text = record["raw"] if record["raw"] is not None else json.dumps(record["body"]).encode()
    headers = {**_headers(agency, body), **record["headers"]}
    lane = Lane.RED if body.get("lane") == Lane.RED else Lane.AMBER
    came = Came(
        topic=record.get("topic") or AgencyReply.topic_in(lane, agency=agency),
        key=str(record["key"] or body.get("contact_id", "")).encode(),
        value=text,
        headers=[(name, value.encode()) for name, value in headers.items() if value is not None],
        timestamp=int(now().timestamp() * 1000),
    )
    receipt, _ = await gateway.hear(cast("Any", came))
    return receipt


async def _ask(gateway: PlayedGateway, says: Mapping[str, str]) -> None:
    known = AgencyCheckRequested.model_fields.keys() - {"occurred_at", "reply_by"}
    same = {name: value for name, value in says.items() if name in known and name in _copied()}
    if same.get("lane") not in {*Lane}:
        same.pop("lane", None)
    (given,) = await gateway.say(sample(AgencyCheckRequested, **same, reply_by=sample_end()))
    if quoted := says.get("request_hash"):
        await gateway.note(AgencyRequest.read(given.body or b""), quoted)


def sample_end() -> str:
    """Give a time by which no reply is late."""
    return "2099-12-31T23:59:59Z"


def _copied() -> set[str]:
    return set(sample(AgencyReply).copied())


def _record(reply: bytes) -> dict[str, Any]:
    whole: dict[str, Any] = {"headers": {}, "key": None, "body": None, "raw": None}
    try:
        read = json.loads(reply)
    except ValueError:
        return {**whole, "raw": reply}
    if isinstance(read, dict) and isinstance(read.get("body"), dict):
        return {**whole, **read}
    return {**whole, "body": read}


def _body_of(record: bytes) -> bytes:
    read = json.loads(record)
    return json.dumps(read["body"]).encode() if "body" in read else record


def _headers(agency: str, body: Mapping[str, Any]) -> dict[str, str]:
    """Give the headers that go with a body that came without any."""
    return {
        "ce_specversion": "1.0",
        "ce_id": str(body.get("reply_id", "none")),
        "ce_type": AgencyReply.topic_in(Lane.AMBER, agency=agency),
        "ce_source": f"/agencies/{agency}",
        "ce_time": str(body.get("occurred_at", sample_end())),
        "ce_subject": str(body.get("contact_id", "none")),
        "content-type": "application/json",
    }
