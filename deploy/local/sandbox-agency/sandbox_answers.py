"""What the agency answers: one request and one behaviour give the replies. No input or output."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import orjson
from sandbox_facts import DECLINED_REASON, FINDINGS, PROFESSIONALS, UNAVAILABLE_ANALYSIS

COPIED: Final = ("request_id", "enquiry_id", "contact_id", "urgency", "lane", "request_hash")
LANES: Final = frozenset({"red", "amber"})
Header = tuple[str, bytes]


class UnreadableRecordError(Exception):
    """A record is not what its topic is for, or is meant for somebody else."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as this agency reads it; `body` keeps every field that came."""

    body: Mapping[str, Any]
    headers: Mapping[str, bytes]

    @property
    def id(self) -> str:
        """The request's id: the same however often it is delivered."""
        return str(self.body["request_id"])


@dataclass(frozen=True, slots=True)
class Reply:
    """One record for a reply topic, ready to send."""

    reply_id: str
    request_id: str
    topic: str
    key: bytes
    value: bytes
    headers: tuple[Header, ...]
    delay_seconds: float


def read_request(agency: str, value: bytes | None, headers: Mapping[str, bytes]) -> Request:
    """Read one record of a request topic, ignoring fields this agency does not know.

    Raises `UnreadableRecordError` where it is no request, or one to somebody else.
    """
    body = _read_body(agency, value, COPIED)
    if body["lane"] not in LANES:
        raise UnreadableRecordError("lane is neither red nor amber")
    return Request(body, headers)


def read_cancellation(agency: str, value: bytes | None) -> str:
    """Read one record of the cancellation topic and give the id of the request taken back.

    Raises `UnreadableRecordError` where it is no cancellation, or one to somebody else.
    """
    return str(_read_body(agency, value, ("request_id",))["request_id"])


def read_receipt(agency: str, value: bytes | None) -> dict[str, str]:
    """Read one record of the receipt topic: what was said, under which number and reference.

    Raises `UnreadableRecordError` where it is no receipt, or one to somebody else.
    """
    fields = ("saying", "number", "reference")
    body = _read_body(agency, value, fields)
    return {field: str(body[field]) for field in fields}


def reply_id(request_id: str, round_number: int) -> str:
    """Derive the id of a reply: a repeat keeps it, a corrected reply has the next round's."""
    return str(uuid5(NAMESPACE_URL, f"agency-reply:{request_id}:{round_number}"))


def answer(
    agency: str, request: Request, behaviour: Mapping[str, Any], taken_at: datetime
) -> Iterator[Reply]:
    """Give the replies to one request in the order they leave.

    Called again with the same arguments it gives the same bytes, so a repeat is harmless. Delays
    of a chain (`then`) add up: each reply says its delay in seconds after `taken_at`.
    """
    delay = 0.0
    for round_number, (kind, step_delay) in enumerate(_rounds(behaviour)):
        delay += step_delay
        if kind == "silence":
            continue
        said_at = (taken_at + timedelta(seconds=delay)).isoformat()
        body = _body(agency, request, kind, round_number, said_at)
        value = b"{this is not JSON" if kind == "malformed" else orjson.dumps(body)
        reply = Reply(
            reply_id=body["reply_id"],
            request_id=request.id,
            topic=reply_topic(agency, request.body["lane"]),
            key=request.body["contact_id"].encode(),
            value=value,
            headers=_headers(agency, request, body["reply_id"], said_at),
            delay_seconds=delay,
        )
        yield reply
        if kind == "duplicate":
            yield reply


def reply_topic(agency: str, lane: str) -> str:
    """Give the topic a reply goes to: the one of its request's lane."""
    return f"agency.{agency}.reply{'.red' if lane == 'red' else ''}.v1"


def _read_body(agency: str, value: bytes | None, fields: Iterable[str]) -> dict[str, Any]:
    try:
        body = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        raise UnreadableRecordError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise UnreadableRecordError("the body is not a JSON object")
    for field in fields:
        if not isinstance(body.get(field), str):
            raise UnreadableRecordError(f"{field} is missing")
    if body.get("agency") != agency:
        raise UnreadableRecordError("the body names another agency")
    return body


def _rounds(behaviour: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    step: Mapping[str, Any] | None = behaviour
    while step is not None:
        kind = step.get("answer", "information")
        delay = float(step.get("delay_seconds", 0))
        if kind == "two_different":
            yield "information", delay
            yield "corrected", 0.0
        else:
            yield kind, delay
        step = step.get("then")


def _body(
    agency: str, request: Request, kind: str, round_number: int, said_at: str
) -> dict[str, Any]:
    asked = request.body
    body: dict[str, Any] = {field: asked[field] for field in COPIED}
    if "council" in asked:
        body["council"] = asked["council"]
    body |= {
        "reply_id": reply_id(request.id, round_number),
        "agency": agency,
        "designated_professional": PROFESSIONALS[agency],
        "occurred_at": said_at,
    }
    body |= _substance(agency, request, kind)
    if kind == "wrong_enquiry":
        body["enquiry_id"] = str(uuid5(NAMESPACE_URL, f"another:{asked['enquiry_id']}"))
    elif kind == "bad_hash":
        body["request_hash"] = "0" * len(asked["request_hash"])
    elif kind == "no_professional":
        del body["designated_professional"]
    elif kind == "wrong_schema":
        body |= {"facts": "see attached", "state": "done"}
    return body


def _substance(agency: str, request: Request, kind: str) -> dict[str, Any]:
    findings = FINDINGS[agency]
    if kind == "nothing_known":
        return {"state": kind, "facts": [], "analysis": findings.nothing_known}
    if kind == "declined":
        return {"state": kind, "facts": [], "declined_reason": DECLINED_REASON}
    if kind == "unavailable":
        return {"state": kind, "facts": [], "analysis": UNAVAILABLE_ANALYSIS}
    pictures = findings.pictures
    picture = pictures[sum(request.id.encode()) % len(pictures)]
    named = request.body.get("family", {}).get("children", ())
    children = [child["child_id"] for child in named]
    facts = [
        {"fact_id": f"f-{nth}", "about": children, **fact}
        for nth, fact in enumerate(picture.facts, start=1)
    ]
    analysis = picture.analysis
    if kind == "corrected":
        facts = facts[:1]
        analysis = f"Corrected: only the first fact stands on a second reading. {analysis}"
    return {"state": "information", "facts": facts, "analysis": analysis}


def _headers(agency: str, request: Request, identifier: str, said_at: str) -> tuple[Header, ...]:
    headers: list[Header] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", identifier.encode()),
        ("ce_type", f"agency.{agency}.reply.v1".encode()),
        ("ce_source", f"/agencies/{agency}".encode()),
        ("ce_time", said_at.encode()),
        ("ce_subject", request.body["contact_id"].encode()),
        ("content-type", b"application/json"),
    ]
    if traceparent := request.headers.get("traceparent"):
        headers.append(("traceparent", traceparent))
    return tuple(headers)
