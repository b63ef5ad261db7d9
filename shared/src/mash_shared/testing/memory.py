"""Documents in memory, under the real store and the real unit of work."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Self, cast

import bson
from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError

from mash_shared.clocks import Aggregate
from mash_shared.plumbing.documents import DUPLICATE_KEY, A, Document, Raw, Store
from mash_shared.plumbing.outbox import Outbox, Parcel
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.work import Work
from mash_shared.testing.invented import NOW
from mash_shared.testing.queries import matches, piped, rank

_AS_THE_DRIVER_READS: bson.CodecOptions[Raw] = bson.CodecOptions(tz_aware=True)


async def at_once() -> None:
    """Let nothing come in between."""


def refuse_none(_many: int) -> Mapping[int, int]:
    """Let every write of a bulk be tried."""
    return {}


class MemoryCollection:
    """Answers the few questions that our stores ask a collection.

    `touch` is awaited wherever the driver would wait for the server, before it reads or writes
    and once more behind that: there others may come in between, or the server go away.
    `refuse` is asked of every bulk of so many writes which of them fail, and with which of the
    server's codes.
    """

    name = "aggregates"

    def __init__(
        self,
        raws: dict[str, Raw],
        touch: Callable[[], Awaitable[None]] = at_once,
        refuse: Callable[[int], Mapping[int, int]] = refuse_none,
    ) -> None:
        self.raws = raws
        self._touch = touch
        self._refuse = refuse

    def with_options(self, **_: Any) -> Self:
        """Write as surely as ever."""
        return self

    def find(self, query: Mapping[str, Any], _fields: object = None) -> "MemoryFound":
        """Find documents by equality, `$in`, `$nin`, `$ne`, `$or` and order."""
        return MemoryFound(
            lambda: [raw for raw in self._candidates(query) if matches(raw, query)], self._touch
        )

    async def aggregate(self, pipeline: Sequence[Mapping[str, Any]], **_: Any) -> "MemoryFound":
        """Find with several questions in one, or count what is alike."""
        return MemoryFound(lambda: piped([*self.raws.values()], pipeline), self._touch)

    async def find_one(self, query: Mapping[str, Any]) -> Raw | None:
        """Find one document."""
        return next(iter(await self.find(query).to_list()), None)

    async def create_index(self, *_: Any, **__: Any) -> None:
        """Need no index."""

    async def bulk_write(
        self, operations: Sequence[InsertOne[Raw] | ReplaceOne[Raw]], *, ordered: bool
    ) -> "Written":
        """Insert, or replace what a filter finds; raises where an id is there already."""
        assert not ordered  # noqa: S101 - one that stops at the first error is not asked for
        await self._touch()
        written, refused = Written(), self._refuse(len(operations))
        for index, operation in enumerate(operations):
            raw = cast("Raw", operation._doc)  # noqa: SLF001 - what the driver itself reads
            if index in refused:
                written.errors.append({"index": index, "code": refused[index]})
            elif isinstance(operation, InsertOne):
                if raw["_id"] in self.raws:
                    written.errors.append({"index": index, "code": DUPLICATE_KEY})
                else:
                    self.keep(raw)
                    written.inserted_count += 1
            elif any(matches(kept, operation._filter) for kept in self._of(raw["_id"])):  # noqa: SLF001
                self.keep(raw)
                written.matched_count += 1
        await self._touch()
        if written.errors:
            raise BulkWriteError(written.details)
        return written

    async def update_many(self, query: Mapping[str, Any], update: Mapping[str, Any]) -> None:
        """Set and unset whole fields of what is found."""
        await self._touch()
        for raw in [raw for raw in self.raws.values() if matches(raw, query)]:
            gone = update.get("$unset", {})
            left = {name: value for name, value in raw.items() if name not in gone}
            self.keep(left | update.get("$set", {}))

    def keep(self, raw: Raw) -> None:
        """Keep a document as the database would give it back."""
        self.raws[raw["_id"]] = bson.decode(bson.encode(raw), _AS_THE_DRIVER_READS)

    def _candidates(self, query: Mapping[str, Any]) -> Iterable[Raw]:
        """Give what a query may mean: where it names ids, those documents alone."""
        named = query.get("_id")
        if isinstance(named, str):
            return self._of(named)
        if isinstance(named, dict) and "$in" in named:
            ids = set(named["$in"])
            return [raw for id_, raw in self.raws.items() if id_ in ids]
        return self.raws.values()

    def _of(self, id_: str) -> Sequence[Raw]:
        return [self.raws[id_]] if id_ in self.raws else []


@dataclass
class Written:
    """What became of a bulk of writes."""

    inserted_count: int = 0
    matched_count: int = 0
    errors: list[Raw] = field(default_factory=list)

    @property
    def details(self) -> Raw:
        """The form in which the driver raises errors."""
        return {
            "writeErrors": self.errors,
            "writeConcernErrors": [],
            "nInserted": self.inserted_count,
            "nMatched": self.matched_count,
        }


@dataclass
class MemoryFound:
    """A cursor over what is found when it is read."""

    look: Callable[[], list[Raw]]
    touch: Callable[[], Awaitable[None]]
    keys: Sequence[tuple[str, int]] = ()
    most: int | None = None

    def sort(self, keys: str | Sequence[tuple[str, int]]) -> Self:
        """Order by dotted fields; what has none comes first, as in the database."""
        self.keys = [(keys, 1)] if isinstance(keys, str) else keys
        return self

    def limit(self, most: int) -> Self:
        """Keep only the first."""
        self.most = most
        return self

    async def to_list(self, _length: int | None = None) -> list[Raw]:
        """Give all."""
        await self.touch()
        raws = self.look()
        for key, direction in reversed(self.keys):
            raws.sort(key=partial(rank, key), reverse=direction < 0)
        await self.touch()
        return list(islice(raws, self.most))

    async def __aiter__(self) -> AsyncIterator[Raw]:
        for raw in await self.to_list():
            yield raw


class MemoryStore(Store[A]):
    """The real store over memory; what is kept goes through BSON, as it does in the database."""

    def __init__(
        self,
        kind: type[A],
        beside: Mapping[str, type[Aggregate]] | None = None,
        touch: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self._memory = MemoryCollection({}, touch)
        super().__init__(cast("Any", self._memory), kind, beside or {})

    @property
    def raws(self) -> dict[str, Raw]:
        """Every document, by its id."""
        return self._memory.raws

    def keep(self, document: Document[A]) -> None:
        """Write one drafted document."""
        self._memory.keep(self._raw(document, "stamp", NOW, NOW))


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
