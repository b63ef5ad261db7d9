"""Showing a parked record without what it says of people: keys and shapes, no text."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

SHOWN = frozenset(
    {
        "agency", "contact_id", "council", "document_id", "due_at", "enquiry_id",
        "kind", "lane", "occurred_at", "reply_id", "request_hash", "request_id", "service", "state",
        "urgency", "version",
    }
)  # fmt: skip
"""Keys whose values are ids, codes, states and times; the value of any other key stays hidden."""

_SHOWN_HEADERS = ("ce_", "parked-", "settle", "content-type", "traceparent")
_PLAIN = re.compile(r"[\w.:+/-]{1,100}", re.ASCII)


def masked_body(body: bytes | None) -> Any:
    """Give the shape of a body; of one that is no JSON only its length and digest."""
    if body is None:
        return "<no body>"
    try:
        return masked(json.loads(body))
    except (ValueError, RecursionError):
        return f"<{len(body)} bytes, not JSON, sha256 {hashlib.sha256(body).hexdigest()}>"


def masked(value: Any, key: str = "") -> Any:
    """Hide every text and number that does not stand under one of the `SHOWN` keys."""
    if isinstance(value, dict):
        return {name: masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, key) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if key in SHOWN and _PLAIN.fullmatch(str(value)):
        return value
    if isinstance(value, str):
        return f"<text of {len(value)} characters>"
    return "<number>"


def masked_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Show our own headers; of others only how long they are."""
    return {name: _header(name, value) for name, value in headers}


def _header(name: str, value: bytes | None) -> str:
    if value is None:
        return "<null>"
    text = value.decode(errors="replace")
    ours = name.startswith("parked-")  # written by the plumbing, without personal data
    if ours or (name.startswith(_SHOWN_HEADERS) and _PLAIN.fullmatch(text)):
        return text
    return f"<{len(value)} bytes>"
