"""CloudEvents 1.0 in Kafka headers, binary mode, with the W3C trace context beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

Headers = Sequence[tuple[str, bytes | None]]

LONGEST_ID = 200
"""Characters of an id: every document remembers the ids of what it has taken in."""


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
        missing = [
            name for name in ("ce_id", "ce_type", "ce_source", "ce_time") if not texts.get(name)
        ]
        if missing:
            raise ContractError(f"header {missing[0]} is missing")
        if len(texts["ce_id"]) > LONGEST_ID:
            raise ContractError(f"header ce_id has more than {LONGEST_ID} characters")
        if texts.get("ce_specversion") != "1.0":
            raise ContractError("header ce_specversion is not 1.0")
        return cls(
            id=texts["ce_id"],
            type=texts["ce_type"],
            source=texts["ce_source"],
            time=_time(texts["ce_time"]),
            subject=texts.get("ce_subject", ""),
            traceparent=_trace(headers),
        )


OWN = ("ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject")
"""The headers that are read; each may be there once."""


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
