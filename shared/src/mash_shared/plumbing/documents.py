"""One aggregate, one document: state, inbox, outbox and timers in a single write (design, 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter
from pymongo import ASCENDING, InsertOne, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from mash_shared.clocks import Aggregate
from mash_shared.plumbing.bounds import Watch
from mash_shared.plumbing.metrics import LOST_RACES
from mash_shared.plumbing.outgoing import Outgoing

A = TypeVar("A", bound=Aggregate)
Raw = dict[str, Any]

REMEMBER_HANDLED = timedelta(days=35)
"""How long a document remembers a message; longer than any topic keeps one."""
DUPLICATE_KEY = 11000


class NobodysError(ValueError):
    """A document would be kept of which nothing says whose it is; the handler is at fault."""


class DocumentShutError(ValueError):
    """A document came without its state: it was sealed, and nothing here opens it."""


@dataclass(slots=True, kw_only=True)
class Document(Generic[A]):
    """An aggregate as it was loaded, with what its document keeps beside the state."""

    aggregate: A
    version: int = 0
    state: Raw = field(default_factory=dict)
    handled: dict[str, Raw] = field(default_factory=dict)
    outgoing: list[Outgoing] = field(default_factory=list)

    def remembered(self, wall: datetime) -> list[Raw]:
        """Give what is remembered of messages taken in, without what has been long enough."""
        forgotten = wall - REMEMBER_HANDLED
        return [entry for entry in self.handled.values() if entry["at"] > forgotten]


_built: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Build the form of a kind of aggregate once in a process, for it takes a while."""
    if kind not in _built:
        _built[kind] = TypeAdapter(kind)
    return _built[kind]


class Store(Generic[A]):
    """Loads and saves the documents of one collection; the only place that knows their form."""

    def __init__(
        self,
        collection: AsyncCollection[Raw],
        kind: type[A],
        beside: Mapping[str, type[Aggregate]] = MappingProxyType({}),
    ) -> None:
        """`beside` are further kinds in the same collection, by the prefix of their ids."""
        self.collection = collection
        self._kinds: list[tuple[str, type[Any]]] = [*beside.items(), ("", kind)]
        self._adapters = {kind: _adapter(kind) for _, kind in self._kinds}
        self.watch = Watch()

    async def prepare(self) -> None:
        """Create the indexes of relay and sweeper, small, and of what is of one contact."""
        await self.collection.create_index([("next_due_at", ASCENDING)], sparse=True)
        await self.collection.create_index([("unsent_since", ASCENDING)], sparse=True)
        await self.collection.create_index([("state.contact_id", ASCENDING), ("_id", ASCENDING)])
        await self.collection.create_index(
            [("state.forgets", ASCENDING)], partialFilterExpression={"state.forgets": True}
        )

    async def load(self, ids: Iterable[str]) -> tuple[dict[str, Document[A]], dict[str, Exception]]:
        """Load documents in one `find`; an id without a document gives a blank aggregate.

        What cannot be read comes beside them, with the reason: it holds up no other document.
        """
        wanted = list(ids)
        found = {raw["_id"]: raw async for raw in self.collection.find({"_id": {"$in": wanted}})}
        documents: dict[str, Document[A]] = {}
        unreadable: dict[str, Exception] = {}
        for id_ in wanted:
            try:
                documents[id_] = self.read(found.get(id_), id_)
            except (ValueError, KeyError, TypeError) as error:
                unreadable[id_] = error
        return documents, unreadable

    def read(self, raw: Raw | None, id_: str) -> Document[A]:
        """Read one raw document."""
        if raw is None:
            return Document(aggregate=self.kind(id_)(id=id_))
        return Document(
            aggregate=self.aggregate(raw),
            version=raw["version"],
            state=raw["state"],
            handled={entry["id"]: entry for entry in raw["handled"]},
            outgoing=[Outgoing.from_document(kept) for kept in raw["outgoing"]],
        )

    def aggregate(self, raw: Raw) -> A:
        """Read only the aggregate of a raw document; raises `DocumentShutError`."""
        if "state" not in raw:
            raise DocumentShutError("The document cannot be opened.")
        kept: A = self._adapters[self.kind(raw["state"]["id"])].validate_python(raw["state"])
        return kept

    def state(self, aggregate: A) -> Raw:
        """Give the state of an aggregate in the form it is kept in; of a stub only what is kept."""
        state: Raw = self._adapters[type(aggregate)].dump_python(aggregate, mode="json")
        if aggregate.erased_at is None:
            return state
        return {field: value for field, value in state.items() if field in aggregate.KEPT}

    def kind(self, id_: str) -> type[A]:
        """Give what is kept under an id."""
        return next(kind for prefix, kind in self._kinds if id_.startswith(prefix))

    async def get(self, id_: str) -> tuple[A, int] | None:
        """Read one aggregate and its version, or None."""
        raw = await self.collection.find_one({"_id": id_})
        return (self.aggregate(raw), raw["version"]) if raw else None

    async def save(
        self, changed: Sequence[Document[A]], *, now: datetime, wall: datetime
    ) -> set[str]:
        """Write documents whose `version` is already the new one; return ids of those that lost.

        One unordered bulk of compare-and-sets. When fewer were written than sent, the stamp of
        this write tells the winners from the losers.
        """
        if not changed:
            return set()
        stamp = uuid4().hex
        raws = [self._raw(document, stamp, now, wall) for document in changed]
        if await self._write(raws) == len(raws):
            return set()
        ids = {raw["_id"] for raw in raws}
        ours = self.collection.find({"_id": {"$in": list(ids)}, "stamp": stamp}, {"_id": 1})
        lost = ids - {raw["_id"] async for raw in ours}
        LOST_RACES.inc(len(lost))
        return lost

    async def _write(self, raws: Sequence[Raw]) -> int:
        operations = [
            InsertOne(raw)
            if raw["version"] == 1
            else ReplaceOne({"_id": raw["_id"], "version": raw["version"] - 1}, raw)
            for raw in raws
        ]
        try:
            result = await self.collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details
            failures = [*details["writeErrors"], *details["writeConcernErrors"]]
            if any(failure["code"] != DUPLICATE_KEY for failure in failures):
                raise
            return int(details["nInserted"]) + int(details["nMatched"])
        return result.inserted_count + result.matched_count

    def _raw(self, document: Document[A], stamp: str, now: datetime, wall: datetime) -> Raw:
        if not document.aggregate.council:
            raise NobodysError("A document is of a council, or no key could close it.")
        raw: Raw = {
            "_id": document.aggregate.id,
            "version": document.version,
            "stamp": stamp,
            "updated_at": now,
            "state": document.state,
            "handled": document.remembered(wall),
            "outgoing": [message.document() for message in document.outgoing],
        }
        if due := [clock.due_at for clock in document.aggregate.clocks if clock.is_open]:
            raw["next_due_at"] = min(due)
        if document.outgoing:
            raw["unsent_since"] = wall
        return raw
