"""Which documents a message is about, and what agencies say of their own accord."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

Raw = dict[str, Any]
CASES = "case.status-changed.v1"
STAFF = "staff.changed.v1"


def of_gateway(body: Raw, kind: str) -> list[str]:
    """Name the documents of a gateway: a request, or what the agency said of its own accord."""
    saying, number = kind.split(".")[-2] if "." in kind else "", body.get("contact_id")
    if "saying" in body:
        saying, number = body["saying"], body["number"]
    if saying in ("information", "enquiry"):
        named = {"council": body["council"], "number": number, "saying": saying}
        text = json.dumps(named, sort_keys=True, separators=(",", ":"))
        return [f"said-{hashlib.sha256(text.encode()).hexdigest()[:32]}"]
    return [body["request_id"]] if "request_id" in body else []


def came_from(agency: str) -> Callable[[Raw], bool]:
    """Whether a contact is what this agency said of its own accord."""

    def came(state: Raw) -> bool:
        return bool(state["recorded_by"] == f"agency-gateway.{agency}")

    return came


def consumed_by(process: str, body: Raw, kind: str = "") -> list[str]:
    """Name the documents of a process that a message is about."""
    if kind == CASES:
        return [f"known-{body.get('council')}-{body.get('contact_id')}"]
    if kind == STAFF:
        return [f"staff-{body.get('council')}:{body.get('contact_id')}"]
    if process == "decision":
        return list(body.get("child_ids", ()))
    if process.startswith("agency-gateway."):
        return of_gateway(body, kind)
    name = "enquiry_id" if process == "enquiry" else "contact_id"
    return [body[name]] if name in body else []
