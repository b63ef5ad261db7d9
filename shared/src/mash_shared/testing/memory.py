"""Documents in memory, under the real store and the real unit of work."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Self, cast

import bson

from mash_shared.clocks import Aggregate
from mash_shared.plumbing.documents import A, Document, Raw, Store
from mash_shared.plumbing.outbox import Outbox, Parcel
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.work import Work
from mash_shared.testing.invented import NOW

_AS_THE_DRIVER_READS: bson.CodecOptions[Raw] = bson.CodecOptions(tz_aware=True)


class MemoryCollection:
    """Answers the few questions that our stores ask a collection."""

    def __init__(self, raws: dict[str, Raw]) -> None:
        self._raws = raws

    def find(self, query: Mapping[str, Any], _fields: object = None) -> "Found":
        """Find documents by equality, `$in`, `$nin`, `$ne`, `$or` and order."""
        return Found([raw for raw in self._raws.values() if _matches(raw, query)])

    async def find_one(self, query: Mapping[str, Any]) -> Raw | None:
        """Find one document."""
        return next(iter(self.find(query).raws), None)

    async def create_index(self, *_: Any, **__: Any) -> None:
        """Need no index."""


@dataclass
class Found:
    """A cursor over what was found."""

    raws: list[Raw]

    def sort(self, keys: str | Sequence[tuple[str, int]]) -> Self:
        """Order by dotted fields; what has none comes first, as in the database."""
        for key, direction in reversed([(keys, 1)] if isinstance(keys, str) else keys):
            self.raws.sort(key=partial(_rank, key), reverse=direction < 0)
        return self

    def limit(self, most: int) -> Self:
        """Keep only the first."""
        self.raws = list(islice(self.raws, most))
        return self

    async def to_list(self, _length: int | None = None) -> list[Raw]:
        """Give all."""
        return self.raws

    async def __aiter__(self) -> AsyncIterator[Raw]:
        for raw in self.raws:
            yield raw


def _rank(key: str, raw: Raw) -> tuple[bool, Any]:
    return _at(raw, key) is not None, _at(raw, key)


def _at(raw: Any, key: str) -> Any:
    for part in key.split("."):
        raw = raw.get(part) if isinstance(raw, dict) else None
    return raw


def _matches(raw: Raw, query: Mapping[str, Any]) -> bool:
    return all(
        any(_matches(raw, way) for way in wanted) if key == "$or" else _holds(_at(raw, key), wanted)
        for key, wanted in query.items()
    )


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(value == wanted)
    tests: Mapping[str, Callable[[Any], bool]] = {
        "$in": lambda operand: any(one in operand for one in _each(value)),
        "$nin": lambda operand: value not in operand,
        "$ne": lambda operand: value != operand,
        "$gt": lambda operand: value is not None and value > operand,
        "$gte": lambda operand: value is not None and value >= operand,
        "$lt": lambda operand: value is not None and value < operand,
        "$not": lambda operand: not _holds(value, operand),
        "$lte": lambda operand: value is not None and value <= operand,
    }
    return all(tests[operator](operand) for operator, operand in wanted.items())


class MemoryStore(Store[A]):
    """The real store over memory; what is kept goes through BSON, as it does in the database."""

    def __init__(self, kind: type[A], beside: Mapping[str, type[Aggregate]] | None = None) -> None:
        self.raws: dict[str, Raw] = {}
        super().__init__(cast("Any", MemoryCollection(self.raws)), kind, beside or {})

    def keep(self, document: Document[A]) -> None:
        """Write one drafted document."""
        self._keep(self._raw(document, "stamp", NOW, NOW))

    async def _write(self, raws: Sequence[Raw]) -> int:
        free = [raw for raw in raws if self._version(raw["_id"]) == raw["version"] - 1]
        for raw in free:
            self._keep(raw)
        return len(free)

    def _version(self, id_: str) -> int:
        return int(self.raws[id_]["version"]) if id_ in self.raws else 0

    def _keep(self, raw: Raw) -> None:
        self.raws[raw["_id"]] = bson.decode(bson.encode(raw), _AS_THE_DRIVER_READS)


@dataclass
class MemoryOutbox:
    """Confirms everything at once and keeps it for a test to look at."""

    sent: dict[str, Outgoing] = field(default_factory=dict)

    def is_confirmed(self, _document_id: str, message_id: str) -> bool:
        """Whether a message was sent."""
        return message_id in self.sent

    def forget(self, _document_id: str, _kept: Iterable[str]) -> None:
        """Forget nothing."""

    async def publish(self, parcels: Sequence[Parcel], **_: Any) -> None:
        """Take messages."""
        self.sent |= {one.id: one for parcel in parcels for one in parcel.messages}


def memory_work(store: Store[A], source: str, now: datetime = NOW) -> Work[A]:
    """Give the real unit of work over a store, with an outbox in memory."""
    outbox = cast("Outbox", MemoryOutbox())
    return Work(store, outbox, source, now=lambda: now, wall=lambda: now)
