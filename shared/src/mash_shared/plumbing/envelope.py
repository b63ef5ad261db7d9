"""CloudEvents 1.0 in Kafka headers, binary mode, with the W3C trace context beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

Headers = Sequence[tuple[str, bytes | None]]

LONGEST_ID = 200
"""Characters of an id: every document remembers the ids of what it has taken in."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that is read: what it means, and its form as a JSON schema of its text."""

    name: str
    meaning: str
    form: Mapping[str, Any]
    needed: bool = True


_TEXT = {"type": "string", "minLength": 1}
HEADERS = (
    Header(
        "ce_specversion", "The version of CloudEvents.", {"type": "string", "pattern": r"^1\.0$"}
    ),
    Header(
        "ce_id",
        "Names the fact: the same on every repeat, and on nothing else.",
        {**_TEXT, "maxLength": LONGEST_ID},
    ),
    Header("ce_type", "The topic without its lane.", _TEXT),
    Header("ce_source", "The process or agency that says it.", _TEXT),
    Header("ce_time", "When it happened.", {"type": "string", "format": "date-time"}),
    Header("ce_subject", "The contact's id, like the key.", _TEXT),
    Header(
        "content-type",
        "The form of the body.",
        {"type": "string", "pattern": "^application/json(;.*)?$"},
    ),
    Header(
        "traceparent",
        "W3C trace context; where it is none, a new trace begins.",
        {"type": "string", "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
        needed=False,
    ),
)
"""Every header that is read. The documents are made of this list, and records are read by it."""
OWN = tuple(header.name for header in HEADERS if header.needed)
"""What every record has, once each; what stands beside them may be there and hold what it likes."""


class ContractError(Exception):
    """A record is not what its topic promises; `str(error)` is the reason, without its content.

    `pointer` is the JSON pointer of the part that is wrong, where one part of the body is.
    """

    def __init__(self, reason: str, pointer: str | None = None) -> None:
        super().__init__(reason)
        self.pointer = pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is known of a message before its body is read; `id` is the same on every repeat."""

    id: str
    type: str
    source: str
    time: datetime
    subject: str
    traceparent: str | None = None

    def headers(self) -> dict[str, str]:
        """Give the headers as they go on the wire."""
        headers = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_time": self.time.isoformat(),
            "ce_subject": self.subject,
            "content-type": "application/json",
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return headers

    @classmethod
    def read(cls, headers: Headers) -> Self:
        """Read our own headers of a record; raises `ContractError` naming the header at fault.

        Headers of others, a tracing agent's for example, may hold what they like.
        """
        texts = dict(_own(headers))
        for header in HEADERS:
            if header.needed:
                _check(header, texts.get(header.name))
        return cls(
            id=texts["ce_id"],
            type=texts["ce_type"],
            source=texts["ce_source"],
            time=_time(texts["ce_time"]),
            subject=texts["ce_subject"],
            traceparent=_trace(headers),
        )


def _own(headers: Headers) -> Iterator[tuple[str, str]]:
    seen = set[str]()
    for name, value in headers:
        if name not in OWN:
            continue
        if name in seen:
            raise ContractError(f"header {name} is given twice")
        seen.add(name)
        if value is None:
            raise ContractError(f"header {name} is null")
        try:
            yield name, value.decode()
        except UnicodeDecodeError:
            raise ContractError(f"header {name} is not UTF-8") from None


def _check(header: Header, text: str | None) -> None:
    if not text:
        raise ContractError(f"header {header.name} is missing")
    if len(text) > header.form.get("maxLength", len(text)):
        raise ContractError(f"header {header.name} has more than {LONGEST_ID} characters")
    if not re.search(header.form.get("pattern", ""), text):
        raise ContractError(f"header {header.name} is not of the form {header.form['pattern']}")


def _trace(headers: Headers) -> str | None:
    """Give the trace context, or None where it cannot be one: a new trace begins then."""
    values = [value for name, value in headers if name == "traceparent"]
    if len(values) != 1 or values[0] is None or len(values[0]) > LONGEST_ID:
        return None
    return values[0].decode("ascii", errors="replace")


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ContractError("header ce_time is not a time in ISO 8601") from None
    if time.tzinfo is None:
        raise ContractError("header ce_time does not say its zone")
    return time
