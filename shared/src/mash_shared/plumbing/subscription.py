"""The subscription table of a service, and reading a record by it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Protocol

from pydantic import ValidationError

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import OWN_IDS, Arrival, Door
from mash_shared.plumbing.envelope import ContractError, Envelope, Headers
from mash_shared.plumbing.outgoing import BODY_LIMIT
from mash_shared.plumbing.times import Now, as_it_is
from mash_shared.plumbing.tracing import child_of
from mash_shared.vocabulary import ClockKind, Lane, Refusal


def group_of(process: str, lane: Lane) -> str:
    """Name the consumer group of a process in a lane; all its copies share it."""
    return process if lane is Lane.AMBER else f"{process}.{lane}"


class Record(Protocol):
    """What is read from a topic, as aiokafka's `ConsumerRecord` gives it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int
    timestamp_type: int


_SPEAKS_FOR = re.compile(r"/(?:agencies/|mash/agency-gateway\.)(.+)", re.DOTALL)
Handler = Callable[..., Iterable[Message]]
ClockHandler = Callable[[Any, Clock, Any], Iterable[Message]]

VERSION = re.compile(r"v[1-9][0-9]{0,3}")
BROKERS_TIME = 1
"""Kind of a record's time that the broker set when it came, `LogAppendTime`."""
REPLAY = "replay."
"""How the topics begin on which records are given back to a listener."""
REPLAYED_FROM = "replayed-from"
"""Header of a record given back to its listener: the topic it was parked from."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One line of the table: a message, its handler, and which documents it is about.

    `document` is the field that names the document, or a function that gives several; `parts` fill
    the topic's placeholders, `{"agency": "police"}` for one gateway. A `timed` handler is told when
    it came to its topic, a `clocked` one when it was read; `though_erased` is of erased ones too.
    """

    message: type[Message]
    handler: Handler
    document: str | Callable[[Any], Sequence[str]]
    parts: Mapping[str, str] = field(default_factory=dict)
    timed: bool = False
    clocked: bool = False
    though_erased: bool = False

    def topics(self, lane: Lane) -> tuple[str, ...]:
        """Topics of this line in one lane."""
        if lane not in self.message.lanes():
            return ()
        return (self.message.topic_in(lane, **self.parts),)

    def documents(self, message: Message) -> Sequence[str]:
        """Ids of the documents a message is about."""
        if callable(self.document):
            return self.document(message)
        return (str(getattr(message, self.document)),)


class AnotherCouncilError(Refusal):
    """A case belongs to one council, whatever council is named by what is said of it (O15)."""

    def __init__(self) -> None:
        super().__init__("The body names another council than the case is of.")


class Reader:
    """Turns records into arrivals; refuses what is not what its topic promises."""

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        now: Now,
        run_time: Callable[[datetime], datetime] = as_it_is,
    ) -> None:
        """`run_time` gives the run's time at a moment of the broker's."""
        self._now = now
        self._run_time = run_time
        self._by_topic = {
            topic: line for line in subscriptions for lane in Lane for topic in line.topics(lane)
        }

    def read(self, record: Record, lane: Lane) -> list[Arrival]:
        """Read one record; an arrival for each document it is about."""
        topic = origin_of(record)
        line = self._by_topic.get(topic)
        if line is None:
            raise ContractError(f"nobody here listens to topic {topic}")
        if record.value is None:
            raise ContractError("the record has no body")
        if len(record.value) > BODY_LIMIT:
            raise ContractError(f"the body has {len(record.value)} bytes, more than {BODY_LIMIT}")
        envelope = Envelope.read(record.headers)
        _check_type(envelope.type, line)
        message = _body(line.message, record.value)
        _check_belongs(message, line, record, envelope)
        traceparent = child_of(envelope.traceparent)
        at = self.came(record) if line.timed else self._now()
        handle = partial(line.handler, at=at) if line.timed or line.clocked else line.handler
        return [
            Arrival(
                id=envelope.id,
                name=envelope.type,
                document_id=document_id,
                change=partial(_handle, handle, message),
                at=at,
                door=Door.MESSAGE,
                lane=lane,
                traceparent=traceparent,
                fingerprint=_fingerprint(envelope.type, record),
                message=message,
                though_erased=line.though_erased,
            )
            for document_id in line.documents(message)
        ]

    def came(self, record: Record) -> datetime:
        """Give when a record came to its topic, as the broker noted it, never later than now."""
        if record.timestamp_type != BROKERS_TIME:
            return self._now()
        came = self._run_time(datetime.fromtimestamp(record.timestamp / 1000, UTC))
        return min(came, self._now())


def origin_of(record: Record) -> str:
    """Name the topic a record was first read from, which for a replayed one is in its header.

    On any other topic the header proves nothing: an agency could name a topic of the hub's own.
    """
    if record.topic.startswith(REPLAY):
        for name, value in record.headers:
            if name == REPLAYED_FROM and value is not None:
                return value.decode(errors="replace")
    return record.topic


def _handle(handler: Handler, message: Message, aggregate: Aggregate) -> Iterable[Message]:
    if aggregate.council not in ("", message.council):
        raise AnotherCouncilError
    return handler(aggregate, message)


def _fingerprint(type_: str, record: Record) -> str:
    """Tell a repeat from another message under its id: type, key and body are the message."""
    parts = [type_.encode(), record.key or b"", record.value or b""]
    whole = b"".join(len(part).to_bytes(8) + part for part in parts)
    return hashlib.sha256(whole).hexdigest()[:32]


def _check_belongs(
    message: Message, line: Subscription, record: Record, envelope: Envelope
) -> None:
    """Refuse a body that says something else than what it came with."""
    parts = line.parts
    wrongs = {
        f"the key is not the {message.key} of the body": (
            record.key != str(getattr(message, message.key)).encode()
        ),
        "the body names another recipient than its topic": any(
            str(getattr(message, part)) != value for part, value in parts.items()
        ),
        "the lane of the body is not that of its topic": (
            line.message.topic_in(message.travels_in, **parts) != origin_of(record)
        ),
        "header ce_id begins like an id of the hub's own": envelope.id.startswith(OWN_IDS),
        "header ce_subject is not the contact_id of the body": (
            envelope.subject != message.contact_id
        ),
        "header ce_source names another agency than the body": (
            _agency_in(envelope.source) not in ("", getattr(message, "agency", ""))
        ),
    }
    for sentence, is_wrong in wrongs.items():
        if is_wrong:
            raise ContractError(sentence)


def _agency_in(source: str) -> str:
    """Name the agency for which a sender says it speaks, empty where it speaks for none."""
    named = _SPEAKS_FOR.fullmatch(source)
    return named[1] if named else ""


def _check_type(said: str, line: Subscription) -> None:
    ours = line.message.topic_in(Lane.AMBER, **line.parts)
    if said == ours:
        return
    stem, _, version = said.rpartition(".")
    our_stem, _, our_version = ours.rpartition(".")
    newer = VERSION.fullmatch(version) and int(version[1:]) > int(our_version[1:])
    if stem == our_stem and newer:
        raise ContractError(f"version {version} is newer than {our_version}, the newest known here")
    raise ContractError("header ce_type names a type that does not belong on this topic")


def _body(kind: type[Message], value: bytes) -> Message:
    try:
        return kind.read(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        known = _names(kind)
        path = [part for part in first["loc"] if isinstance(part, int) or part in known]
        where = ".".join(str(part) for part in path if part in kind.model_fields)
        what = first["type"].replace("_", " ")
        if first["type"] == "json_invalid":
            raise ContractError("the body is not JSON") from None
        raise ContractError(
            f"{f'field {where}' if where else 'the body'} is wrong: {what}",
            "".join(f"/{part}" for part in path) or None,
        ) from None


@cache
def _names(kind: type[Message]) -> frozenset[str]:
    """Name the fields of a message and of its parts; no name of anybody else's leaves here."""
    schema = kind.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", ()))


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the clock table: what happens when a clock of this kind runs out."""

    kind: ClockKind
    handler: ClockHandler
