"""What probation tells and asks by its own gateway, on the real engines, to its receipt (M10)."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mash_local.stack import Stack
from support.campaign import until
from support.front_desk import FrontDesk
from support.hub import Hub
from support.outside import Outside

ROOK = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}


def _saying(saying: str, number: str, **changes: Any) -> dict[str, Any]:
    body = {
        "council": "havering",
        "professional": "Ffion Tarrant",
        "asked_about": ROOK,
        "concern": "He visits a household with two children.",
        "children": [{"full_name": "Juniper Hallaway"}, {"full_name": "Wren Hallaway"}],
    }
    return {"saying": saying, "number": number, "body": body | changes}


def _receipts(stack: Stack) -> dict[str, list[str]]:
    path = stack.run.sandbox / "probation.ledger.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told: dict[str, list[str]] = {}
    for line in lines:
        if line["action"] == "receipt":
            told.setdefault(line["number"], []).append(line["reference"])
    return told


def _recorded(desk: FrontDesk, reference: str) -> dict[str, Any]:
    """Give the contact with this reference, once the index was asked about it."""
    look = {"reason_code": "request_to_the_hub", "reference": reference}
    (hit,) = desk.send("social_worker", "POST", "/contacts/search", look).json()

    def read() -> dict[str, Any]:
        path = f"/contacts/{hit['contact_id']}"
        contact: dict[str, Any] = desk.send("social_worker", "GET", path).json()
        return contact

    until(lambda: read()["version"] > 1, "look")
    return read()


def _is_answered_child_by_child(
    desk: FrontDesk, note: dict[str, Any], question: dict[str, Any]
) -> None:
    done = {"task_id": "duty.record_shared_information", "note": "Recorded."}
    for contact in (note, question):
        assert desk.act("social_worker", contact, "task-completion", done).is_success
    view = {"known": "not_known", "view_on_contact": "By letter only.", "referral_advised": "no"}
    children = [{"child_id": child["child_id"]} | view for child in question["children"]]
    answer = {
        "known": "known",
        "basis": "public_task",
        "duties": [{"duty": "respond", "text": "You told us of him."}],
        "children": children[:1],
    }
    refused = desk.act("social_worker", question, "answer", answer)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    answered = desk.act("social_worker", question, "answer", answer | {"children": children})
    assert answered.json()["state"] == "closed"


@pytest.mark.rule("M10", "M9")
def test_probation_tells_and_asks_by_its_gateway_and_is_told_the_reference(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    desk, run = FrontDesk(stack, hub, "havering"), uuid4().hex[:8]
    told, asked, wrong = f"PR-{run}-1", f"PR-{run}-2", f"PR-{run}-3"
    says = [
        _saying("information", told),
        _saying("enquiry", asked, children=[{"full_name": "Perdita Vane"}, {"full_name": "Ivo"}]),
        _saying("information", wrong, council="atlantis"),
    ]
    stack.behave("probation", {"default": {"answer": "information"}, "says": says})
    until(lambda: {told, asked} <= _receipts(stack).keys(), "receipts")
    receipts = _receipts(stack)
    assert [len(receipts[number]) for number in (told, asked)] == [1, 1]
    note, question = (_recorded(desk, receipts[number][0]) for number in (told, asked))
    assert (note["request"]["mode"], question["request"]["mode"]) == ("notification", "enquiry")
    assert note["channel"] == "agency_system"

    _is_answered_child_by_child(desk, note, question)
    worry = desk.record(alleged_perpetrators=[ROOK])
    worry = desk.send("social_worker", "GET", f"/contacts/{worry['contact_id']}").json()
    flags = {flag["kind"]: flag["contact_ids"] for flag in worry["flags"] or []}
    assert note["contact_id"] in flags["subject_of_request"]
    parked = outside.wire()["dead-letter.agency-gateway.probation"]
    assert wrong in {seen.contact_id for seen in parked}
    assert wrong not in _receipts(stack)
