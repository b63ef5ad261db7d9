"""The way of a contact as the bare loop goes it: the product's hops, counted from its handlers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import uuid4

import orjson

AGENCIES: Final = ("police", "health", "education", "probation", "domestic-abuse")
GATEWAYS: Final = tuple(f"gateway.{agency}" for agency in AGENCIES)
ROLES: Final = ("intake", "enquiry", *GATEWAYS, "agencies", "decision", "notify", "ops")
"""One process each, as the product has; `agencies` stands for all five and writes nothing."""

CLOCKS: Final = ("intake", "enquiry", "decision", "notify")
TOPICS: Final = (
    "contact.recorded",
    "enquiry.authorised",
    *(f"requested.{agency}" for agency in AGENCIES),
    *(f"request.{agency}" for agency in AGENCIES),
    *(f"reply.{agency}" for agency in AGENCIES),
    "answered",
    "enquiry.collated",
    "decision.recorded",
    "notice.delivered",
    *(f"clock.{service}" for service in CLOCKS),
)

ACTS: Final = {
    ("intake", "record"): "look",
    ("intake", "look"): "authorise",
    ("decision", "enquiry.collated"): "recommend",
    ("decision", "recommend"): "decide",
    ("notify", "decision.recorded"): "claim",
    ("notify", "claim"): "deliver",
}
"""What a person, or the courier, does after something was taken in: one more write each."""

BODY_BYTES: Final = {
    "contact.recorded": 430,
    "enquiry.authorised": 1240,
    "requested": 1250,
    "request": 1370,
    "reply": 810,
    "answered": 735,
    "enquiry.collated": 640,
    "decision.recorded": 330,
    "notice.delivered": 190,
    "clock.intake": 1000,
    "clock.enquiry": 1760,
    "clock.decision": 480,
    "clock.notify": 480,
}
"""Mean sizes of the product's message bodies on this way, as measured."""
STATE_BYTES: Final = {
    "intake": 4630,
    "enquiry": 4500,
    "gateway": 780,
    "decision": 1640,
    "notify": 1050,
    "ops": 2000,
}
"""Sizes of the product's documents without inbox and outbox; half-way for those that grow."""

HEADERS: Final = (
    ("ce_specversion", b"1.0"),
    ("ce_type", b"agency-check.requested.police.v1"),
    ("ce_source", b"/mash/agency-gateway.police"),
    ("ce_time", b"2026-01-05T09:00:00.000000+00:00"),
    ("ce_subject", b"0" * 32),
    ("content-type", b"application/json"),
    ("traceparent", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to take in: a record by its topic, or an act."""

    kind: str
    contact: str
    agency: str = ""
    id: str = ""

    @classmethod
    def read(cls, topic: str, value: bytes) -> Self:
        """Read a record."""
        content = orjson.loads(value)
        return cls(
            kind=topic, contact=content["contact"], agency=content["agency"], id=content["id"]
        )

    def document(self, role: str) -> str:
        """Name the document it changes."""
        return f"{self.contact}.{role}"


@dataclass(frozen=True, slots=True)
class Send:
    """One message to be sent."""

    topic: str
    contact: str
    agency: str = ""

    def document(self) -> dict[str, Any]:
        """Give the form in which the document keeps it, of the product's size."""
        return {"topic": self.topic, "headers": dict(HEADERS), "body": b"x" * _size(self.topic)}


def body(send: Send) -> bytes:
    """Encode a message of the product's size."""
    content = {"contact": send.contact, "agency": send.agency, "id": uuid4().hex}
    return orjson.dumps({**content, "content": "x" * max(0, _size(send.topic) - 120)})


def _size(topic: str) -> int:
    return BODY_BYTES.get(topic) or BODY_BYTES[topic.partition(".")[0]]


def state_of(role: str) -> str:
    """Give a state of the size that the role's documents have."""
    return "x" * STATE_BYTES[role.partition(".")[0]]


def said_once(sends: Iterable[Send]) -> list[Send]:
    """Drop repeated clock messages of one document, as the product says its clocks once a write."""
    return list(dict.fromkeys(sends))


def listens_to(role: str) -> tuple[str, ...]:
    """Give the topics of one role."""
    kind, _, agency = role.partition(".")
    return {
        "intake": ("decision.recorded", "notice.delivered"),
        "enquiry": ("enquiry.authorised", "answered"),
        "gateway": (f"requested.{agency}", f"reply.{agency}"),
        "agencies": tuple(f"request.{name}" for name in AGENCIES),
        "decision": ("enquiry.collated",),
        "notify": ("contact.recorded", "decision.recorded"),
        "ops": tuple(f"clock.{service}" for service in CLOCKS),
    }[kind]


_SAYS: Final = {
    ("intake", "record"): ("contact.recorded", "clock.intake"),
    ("intake", "authorise"): ("enquiry.authorised",),
    ("decision", "enquiry.collated"): ("clock.decision",),
    ("decision", "decide"): ("decision.recorded", "clock.decision"),
    ("notify", "contact.recorded"): ("clock.notify",),
    ("notify", "deliver"): ("notice.delivered", "clock.notify"),
}


def step(role: str, item: Item, document: dict[str, Any]) -> Iterator[Send]:
    """Give what follows from one item; an enquiry counts its answers, that is all the logic."""
    for topic in _SAYS.get((role, item.kind), ()):
        yield Send(topic, item.contact)
    if role.startswith("gateway."):
        agency = role.removeprefix("gateway.")
        asked = item.kind.startswith("requested.")
        yield Send(f"request.{agency}" if asked else "answered", item.contact, agency)
    elif role == "agencies":
        agency = item.kind.removeprefix("request.")
        yield Send(f"reply.{agency}", item.contact, agency)
    elif role == "enquiry":
        yield Send("clock.enquiry", item.contact)
        if item.kind == "enquiry.authorised":
            yield from (Send(f"requested.{agency}", item.contact) for agency in AGENCIES)
        else:
            document["answers"] += 1
            if document["answers"] == len(AGENCIES):
                yield Send("enquiry.collated", item.contact)
