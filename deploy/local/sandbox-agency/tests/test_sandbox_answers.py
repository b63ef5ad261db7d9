from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sandbox_answers import COPIED, Reply, Request, UnreadableRecordError, answer, read_request
from sandbox_facts import FINDINGS

TAKEN_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = {
    "request_id": "req-1",
    "enquiry_id": "enq-1",
    "contact_id": "con-1",
    "agency": "police",
    "council": "havering",
    "urgency": "serious",
    "lane": "amber",
    "request_hash": "ab" * 32,
    "concern": "Child seen alone at night",
    "family": {"children": [{"child_id": "con-1-1"}]},
}


def request(**changes: Any) -> Request:
    body = BODY | changes
    headers = {"ce_id": b"ce-1", "traceparent": b"00-1-2-01"}
    return read_request(body["agency"], orjson.dumps(body), headers)


def replies(behaviour: dict[str, Any], **changes: Any) -> list[Reply]:
    asked = request(**changes)
    return list(answer(asked.body["agency"], asked, behaviour, TAKEN_AT))


def said(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(reply.value)
    return body


@pytest.mark.parametrize("agency", sorted(FINDINGS))
@pytest.mark.parametrize("request_id", ["req-1", "req-2"])
def test_information_carries_facts_with_relevance_and_an_analysis(
    agency: str, request_id: str
) -> None:
    (reply,) = replies({"answer": "information"}, agency=agency, request_id=request_id)
    body = said(reply)
    assert body["state"] == "information"
    assert body["facts"]
    assert all(fact["text"] and fact["relevance"] for fact in body["facts"])
    assert all(fact["about"] == ["con-1-1"] and fact["handling"] for fact in body["facts"])
    assert len({fact["fact_id"] for fact in body["facts"]}) == len(body["facts"])
    assert body["analysis"]
    assert body["designated_professional"]


def test_a_reply_copies_what_the_contract_wants_copied() -> None:
    (reply,) = replies({"answer": "information"})
    body, headers = said(reply), dict(reply.headers)
    for field in (*COPIED, "council"):
        assert body[field] == BODY[field]
    assert reply.key == b"con-1"
    assert headers["ce_id"].decode() == body["reply_id"] == reply.reply_id
    assert headers["ce_type"] == b"agency.police.reply.v1"
    assert headers["traceparent"] == b"00-1-2-01"


@pytest.mark.parametrize(
    ("lane", "topic"),
    [("amber", "agency.police.reply.v1"), ("red", "agency.police.reply.red.v1")],
)
def test_a_reply_travels_in_the_lane_of_its_request(lane: str, topic: str) -> None:
    (reply,) = replies({"answer": "information"}, lane=lane)
    assert reply.topic == topic


def test_the_same_request_is_answered_with_the_same_bytes() -> None:
    assert replies({"answer": "two_different"}) == replies({"answer": "two_different"})


@pytest.mark.parametrize("state", ["nothing_known", "declined", "unavailable"])
def test_the_other_states_disclose_nothing(state: str) -> None:
    (reply,) = replies({"answer": state})
    assert said(reply)["state"] == state
    assert said(reply)["facts"] == []
    assert ("declined_reason" in said(reply)) == (state == "declined")


def test_silence_says_nothing() -> None:
    assert replies({"answer": "silence"}) == []


def test_a_duplicate_is_the_same_reply_twice() -> None:
    first, second = replies({"answer": "duplicate"})
    assert first == second


def test_a_correction_has_another_id_and_other_words() -> None:
    first, second = replies({"answer": "two_different"})
    assert first.reply_id != second.reply_id
    assert said(first)["analysis"] != said(second)["analysis"]


def test_a_chain_adds_its_delays_up() -> None:
    chain = {"answer": "unavailable", "delay_seconds": 2, "then": {"delay_seconds": 3}}
    first, second = replies(chain)
    assert (first.delay_seconds, second.delay_seconds) == (2, 5)
    assert said(second)["occurred_at"] == "2026-03-02T09:30:05+00:00"
    assert first.reply_id != second.reply_id


def test_wrong_replies_are_wrong_in_one_thing_only() -> None:
    (right,) = map(said, replies({"answer": "information"}))
    (enquiry,) = map(said, replies({"answer": "wrong_enquiry"}))
    (hashed,) = map(said, replies({"answer": "bad_hash"}))
    (schema,) = map(said, replies({"answer": "wrong_schema"}))
    assert {name for name in right if right[name] != enquiry[name]} == {"enquiry_id"}
    assert {name for name in right if right[name] != hashed[name]} == {"request_hash"}
    assert {name for name in right if right[name] != schema[name]} == {"facts", "state"}
    (malformed,) = replies({"answer": "malformed"})
    with pytest.raises(orjson.JSONDecodeError):
        said(malformed)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"{",
        b"[]",
        orjson.dumps(BODY | {"agency": "health"}),
        orjson.dumps(BODY | {"lane": "green"}),
        orjson.dumps({name: BODY[name] for name in BODY if name != "request_hash"}),
    ],
)
def test_what_is_no_request_to_this_agency_is_refused(value: bytes | None) -> None:
    with pytest.raises(UnreadableRecordError):
        read_request("police", value, {})
