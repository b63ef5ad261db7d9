"""Parking: a record that cannot be handled is kept, with its reason, for people to look at.

A parked record is stored on `dead-letter.<process>` as it came, its own headers included, before
its offset is committed. A settlement (replayed, discarded) is one more record on the same topic.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import REPLAY, Record, origin_of

LARGEST_PARKED = 3 * 1024 * 1024 + 256 * 1024
"""Bytes kept of a record; more can only come compressed, and only its digest is kept then."""
SHORT = 1024


def dead_letter_topic(process: str) -> str:
    """Name the topic on which a process parks."""
    return f"dead-letter.{process}"


def replay_topic(process: str) -> str:
    """Name the topic on which a process hears records given back to it."""
    return f"{REPLAY}{process}"


class ParkReason(StrEnum):
    """Why a record was parked, in one word for metrics; the sentence stands beside it."""

    CONTRACT = "contract"
    REFUSED = "refused"
    FULL = "full"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A record to be parked; `reason` is a sentence without personal data."""

    record: Record
    kind: ParkReason
    reason: str
    group: str
    attempt: int
    at: datetime

    @property
    def id(self) -> str:
        """The same however often the same record is parked by the same group."""
        return f"{self.record.topic}/{self.record.partition}/{self.record.offset}"

    def outgoing(self, process: str) -> Outgoing:
        """Give the record as it goes to the dead-letter topic."""
        parked = {
            "parked-id": self.id,
            "parked-kind": self.kind,
            "parked-reason": self.reason,
            "parked-origin": origin_of(self.record),
            "parked-group": self.group,
            "parked-attempt": str(self.attempt),
            "parked-at": self.at.isoformat(),
        }
        own = [(name, value) for name, value in self.record.headers if not _ours(name)]
        key, body = self.record.key, self.record.value
        if _size(key, body, own) > LARGEST_PARKED:
            digest = hashlib.sha256(body or b"").hexdigest()
            parked["parked-omitted"] = f"body of {len(body or b'')} bytes, sha256 {digest}"
            own = [(name, value) for name, value in own if len(value or b"") <= SHORT]
            key, body = (key or b"")[:SHORT], None
        return Outgoing(
            id=self.id,
            topic=dead_letter_topic(process),
            key=key,
            headers=(*own, *((name, text.encode()) for name, text in parked.items())),
            body=body,
        )


def _size(
    key: bytes | None, body: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> int:
    sizes = (len(name) + len(value or b"") for name, value in headers)
    return len(key or b"") + len(body or b"") + sum(sizes)


def _ours(name: str) -> bool:
    return name.startswith(("parked-", "replayed-"))
