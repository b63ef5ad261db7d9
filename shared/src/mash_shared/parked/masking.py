"""Showing a parked record without what it says of people: its shape, and what has a known form.

Nobody knows who wrote a parked record or what they meant by it: the name of a field or of a header
may be a person's as well as its value (fault XA9).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from mash_shared.messages import all_messages
from mash_shared.plumbing.envelope import OWN
from mash_shared.plumbing.logs import has_our_form, hashed

_CODE = re.compile(r"[a-z]{1,24}(?:[-_][a-z]{1,24}){0,4}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TOPIC = re.compile(r"[a-z]{1,30}(?:[.-][a-z]{1,30}){0,6}[.]v\d{1,3}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{16,64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d)?", re.ASCII)
_TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_MEDIA = re.compile(r"application/(?:json|cloudevents\+json)", re.ASCII)
_CODES = ("agency", "council", "kind", "lane", "service", "state", "urgency")
_IDS = frozenset({"contact_id", "document_id", "enquiry_id", "reply_id", "request_id"})
_FORMS = {
    **dict.fromkeys(_CODES, _CODE),
    **dict.fromkeys(("due_at", "occurred_at"), _TIME),
    "request_hash": _DIGEST,
    "version": _NUMBER,
}
"""Fields whose values are codes, times and numbers, with the form that these have."""
_HEADERS = {
    "ce_specversion": _NUMBER, "ce_type": _TOPIC, "ce_source": _CODE, "ce_time": _TIME,
    "traceparent": _TRACE, "content-type": _MEDIA,
}  # fmt: skip
_ID_HEADERS = frozenset({"ce_id", "ce_subject"})


def masked_body(body: bytes | None) -> Any:
    """Give the shape of a body; of one that is no JSON only its length and digest."""
    if body is None:
        return "<no body>"
    try:
        return masked(json.loads(body))
    except (ValueError, RecursionError):
        return f"<{len(body)} bytes, not JSON, sha256 {hashlib.sha256(body).hexdigest()}>"


def masked(value: Any, key: str = "") -> Any:
    """Hide every value that has not the form of its field, and fields that no message has."""
    if isinstance(value, dict):
        return {
            _field(name, number): masked(inner, name)
            for number, (name, inner) in enumerate(value.items(), start=1)
        }
    if isinstance(value, list):
        return [masked(inner, key) for inner in value]
    return value if value is None or isinstance(value, bool) else _masked_word(value, key)


def _masked_word(value: Any, key: str) -> Any:
    if key in _IDS and isinstance(value, str):
        return _id(value)
    if key in _FORMS and _FORMS[key].fullmatch(str(value)):
        return value
    if isinstance(value, str):
        return f"<text of {len(value)} characters>"
    return "<number>"


def masked_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Show our own headers where they have their form; of others only how long they are."""
    return {
        name if _is_known(name) else f"<header {number}, {len(name)} characters>": _header(
            name, value
        )
        for number, (name, value) in enumerate(headers, start=1)
    }


def _is_known(name: str) -> bool:
    return name.startswith("parked-") or name in {*OWN, *_HEADERS}


def _header(name: str, value: bytes | None) -> str:
    if value is None:
        return "<null>"
    text = value.decode(errors="replace")
    if name.startswith("parked-"):  # written by the plumbing, without personal data
        return text
    if name in _ID_HEADERS:
        return _id(text)
    form = _HEADERS.get(name)
    return text if form is not None and form.fullmatch(text) else f"<{len(value)} bytes>"


def _id(text: str) -> str:
    """Give an id of the hub's making as it is, and of another a hash that finds it in logs."""
    return text if has_our_form(text) else hashed(text)


def _field(name: str, number: int) -> str:
    return name if name in _fields() else f"<field {number}, {len(name)} characters>"


@cache
def _fields() -> frozenset[str]:
    """Name every field of every message, however deep."""
    schemas = (message.model_json_schema() for message in all_messages())
    return frozenset(name for schema in schemas for name in _named(schema))


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from _named(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _named(inner)
