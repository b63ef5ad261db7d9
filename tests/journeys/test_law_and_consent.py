"""What the law and the family have to say, across services, on the real engines (D15, N)."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mash_local.demo.board import by_agency
from mash_local.stack import Stack
from support.campaign import until
from support.front_desk import FrontDesk
from support.hub import Hub


def _at(stack: Stack, role: str, path: str, body: Any = None) -> httpx.Response:
    """Ask a service, which is the first part of the path."""
    service, _, rest = path.partition("/")
    token = stack.token(role=role, person=f"p-{role}", council="havering")
    headers = {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
    method, url = "POST" if body else "GET", f"{stack.addresses[service]}/{rest}"
    return httpx.request(method, url, json=body, headers=headers)


def _ledger(stack: Stack, agency: str, enquiry: str) -> list[str]:
    """What an agency wrote down of an enquiry's request."""
    path = stack.run.sandbox / f"{agency}.ledger.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [one["action"] for one in lines if one.get("request_id") == f"{enquiry}.{agency}"]


@pytest.mark.rule("D15")
def test_a_request_is_taken_back_from_an_agency_that_has_not_answered(
    stack: Stack, hub: Hub
) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record()
    slow = {"match": {"contact_id": contact["contact_id"]}, "answer": "information"}
    stack.behave("probation", {"rules": [slow | {"delay_seconds": 120}]})
    authorised = desk.authorise(contact).json()
    enquiry = authorised["enquiry_id"]
    until(lambda: _ledger(stack, "probation", enquiry) == ["information"], "asked")
    _until_answered(stack, enquiry, but="probation")
    assert desk.act(
        "mash_manager", contact, "consent-withdrawal", {"note": "The mother rang."}
    ).json()["stopped_at"]
    until(lambda: _ledger(stack, "probation", enquiry)[1:] == ["cancelled"], "taken back")
    until(lambda: _enquiry(stack, enquiry)["collated_at"], "collated")
    shown = _enquiry(stack, enquiry)
    assert shown["slots"]["probation"] == "cancelled"
    assert shown["gaps"] == ["probation"]


def _enquiry(stack: Stack, enquiry: str) -> dict[str, Any]:
    answer = _at(stack, "social_worker", f"enquiry/enquiries/{enquiry}")
    shown: dict[str, Any] = answer.json() if answer.is_success else {"slots": {}}
    return shown | {"slots": by_agency(shown["slots"])}


def _until_answered(stack: Stack, enquiry: str, *, but: str) -> None:
    def answered() -> bool:
        slots = _enquiry(stack, enquiry)["slots"]
        return bool(slots) and all(state for agency, state in slots.items() if agency != but)

    until(answered, "answered")


@pytest.mark.rule("N12")
def test_a_child_on_remand_is_visited_before_anything_is_decided(stack: Stack, hub: Hub) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record(circumstances={"remand": {}})
    assert desk.authorise(contact).is_success
    path = f"decision/decisions/{contact['contact_id']}-1/"
    judgement = {"outcome": "early_help", "rationale": "Support at home is enough."}

    def judge(role: str, act: str) -> httpx.Response:
        return _at(stack, role, f"{path}{act}", judgement)

    until(lambda: judge("social_worker", "recommendation").is_success, "recommended")
    refused = judge("mash_manager", "outcome")
    assert refused.status_code == httpx.codes.CONFLICT
    assert "remand visit" in refused.json()["detail"]
    seen = {"done_on": "2026-03-10", "needs": "A bed of her own."}
    visit = {"task_id": "circumstance.remand_visit", "note": "Seen on Tuesday.", "answers": seen}
    assert desk.act("social_worker", contact, "task-completion", visit).is_success
    until(lambda: judge("mash_manager", "outcome").is_success, "decided")
