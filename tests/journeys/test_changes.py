"""What changes after an enquiry is out reaches whoever was asked, on the real engines."""

import json
from typing import Any

import httpx
import pytest

from mash_local.demo.board import by_agency
from mash_local.stack import Stack
from support.campaign import until
from support.front_desk import FrontDesk
from support.hub import Hub

GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
GIVEN |= {"consent_to_service": "yes"}


def _taken(stack: Stack, agency: str, enquiry: str) -> dict[str, str]:
    """Give what an agency did last with each of its requests."""
    path = stack.run.sandbox / f"{agency}.ledger.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {
        one["request_id"]: one["action"] for one in lines if one["request_id"].startswith(enquiry)
    }


def _enquiry(stack: Stack, enquiry: str) -> dict[str, Any]:
    token = stack.token(role="social_worker", person="p-worker", council="havering")
    headers = {"authorization": f"Bearer {token}"}
    url = f"{stack.addresses['enquiry']}/enquiries/{enquiry}"
    answer = httpx.get(url, headers=headers)
    shown: dict[str, Any] = answer.json() if answer.is_success else {"slots": {}}
    return shown | {"slots": by_agency(shown["slots"])}


@pytest.mark.rule("D15", "H7")
def test_consent_lost_and_given_again_asks_anew_whom_it_had_stopped(stack: Stack, hub: Hub) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record(urgency="amber")
    slow = {"match": {"contact_id": contact["contact_id"]}, "answer": "information"}
    stack.behave("probation", {"rules": [slow | {"delay_seconds": 600}]})
    authorised = desk.authorise(contact)
    assert authorised.is_success, authorised.text
    enquiry = authorised.json()["enquiry_id"]
    until(lambda: _taken(stack, "probation", enquiry) != {}, "asked")
    until(lambda: set(_enquiry(stack, enquiry)["slots"].values()) >= {"information"}, "answered")
    desk.act("mash_manager", contact, "consent-withdrawal", {"note": "The mother rang."})
    first = f"{enquiry}.probation"
    until(lambda: _taken(stack, "probation", enquiry)[first] == "cancelled", "taken back")
    stack.behave("probation", {"default": {"answer": "information"}})
    shown = desk.act("mash_manager", contact, "consent", {"consent": GIVEN})
    assert shown.json()["stopped_at"] is None, shown.text
    until(lambda: f"{first}.2" in _taken(stack, "probation", enquiry), "asked anew")
    until(lambda: _enquiry(stack, enquiry)["slots"]["probation"] == "information", "answered")
    until(lambda: _enquiry(stack, enquiry)["gaps"] == [], "collated without gaps")
