"""One line of the audit trail, and what makes a chain of lines."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

import orjson

from mash_shared.act import Person
from mash_shared.plumbing.documents import Raw

FIRST = "0" * 64
"""What stands for the line before the first one of a chain."""


class Kind(StrEnum):
    """What a line is about; the last two are said by the trail of itself."""

    READ = "read"
    SEARCH = "search"
    ACT = "act"
    NOBODY = "nobody"
    """Nobody's data was asked for; that leaves a line only where it was refused."""
    BEGAN = "began"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of one request: who, in which role, what, of which case, why, when, from where.

    `ids` are those of contacts, enquiries, decisions and notices, and nothing else; `why` is a code
    of the policy where one was given; `outcome` is the HTTP status, `refusal` names what said no;
    `address` is that of the peer, which may be a load balancer.
    """

    at: datetime
    kind: Kind
    what: str
    method: str
    person: Person
    ids: tuple[str, ...]
    why: str | None
    outcome: int
    refusal: str | None
    address: str | None
    trace: str

    def said(self) -> Raw:
        """Give the part of a line that says this."""
        return {
            "at": moment(self.at),
            "kind": str(self.kind),
            "what": self.what,
            "method": self.method,
            "who": self.person.id,
            "council": self.person.council,
            "roles": sorted(map(str, self.person.roles)),
            "ids": [*self.ids],
            "why": self.why,
            "outcome": self.outcome,
            "refusal": self.refusal,
            "address": self.address,
            "trace": self.trace,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain ends: its last line's number and hash."""

    chain: str
    number: int = 0
    hash: str = FIRST

    @classmethod
    def of(cls, line: Raw) -> Self:
        """Give the head of a chain whose last line this is."""
        return cls(chain=line["chain"], number=line["number"], hash=line["hash"])

    def followed_by(self, said: Raw) -> Raw:
        """Give the line that says this behind the head."""
        number = self.number + 1
        line = {"chain": self.chain, "number": number, "before": self.hash, **said}
        return {"_id": f"{self.chain}#{number}", **line, "hash": hash_of(line)}

    def as_said(self) -> Raw:
        """Give the head as a line names it."""
        return {"chain": self.chain, "number": self.number, "hash": self.hash}


def hash_of(line: Raw) -> str:
    """Give the SHA-256 of a line, of all that it says but its own hash and key.

    The bytes are those of RFC 8785: a line has names of ASCII, and neither fractions nor dates.
    """
    said = {name: value for name, value in line.items() if name not in {"_id", "hash"}}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def moment(at: datetime) -> str:
    """Give a time in UTC as lines have it, so that times compare as texts do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def of_trail(kind: Kind, at: datetime, service: str, **more: Any) -> Raw:
    """Give what the trail says of itself: that it began, or that it could be written again."""
    return {"at": moment(at), "kind": str(kind), "service": service, **more}
