"""A collection as the store sees it: plain on this side, sealed on the other.

It answers the questions that our stores ask and no others. One that asks for a field that is sealed
is a mistake, and raises; what is looked up is asked for by its keyed hash.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, Self

from pymongo import InsertOne, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.results import BulkWriteResult

from mash_shared.plumbing.logs import get_logger
from mash_shared.sealing.form import HASHES, UNDER, DataKey, Plan, Raw, SealBrokenError
from mash_shared.sealing.ring import KeyRing, key_of, search_key_of

_STATE, _COUNCIL = "state.", "state.council"
_CLOSED = frozenset({"state", "handled", "outgoing", UNDER, HASHES})
_UNTOUCHED = frozenset({"$limit", "$group"})
_Order = Sequence[tuple[str, Any]]

log = get_logger()


class NotAskableError(TypeError):
    """A query names what is sealed, or looks something up without saying for which council."""


class KeyGoneError(ValueError):
    """A document would be written of which the key is gone; a new one would shut the others."""


class SealedCollection:
    """Seals what is written and opens what is read (S7)."""

    def __init__(self, collection: AsyncCollection[Raw], plan: Plan, ring: KeyRing) -> None:
        self._collection = collection
        self._plan = plan
        self._ring = ring
        self._looked_up = f"{_STATE}{plan.looked_up}" if plan.looked_up else ""
        self.name = collection.name

    def with_options(self, **options: Any) -> Self:
        """Give the same documents, written under another concern."""
        return type(self)(self._collection.with_options(**options), self._plan, self._ring)

    async def create_index(self, keys: _Order, **options: Any) -> str:
        """Create an index over what is plain, or hashed."""
        self._asked(options.get("partialFilterExpression", {}), {})
        ordered = [(self._name(field), order) for field, order in keys]
        return await self._collection.create_index(ordered, **options)

    def find(self, query: Raw, fields: Mapping[str, Any] | None = None) -> "Found":
        """Find documents; one that cannot be opened comes without its state."""
        return Found(partial(self._find, query, fields))

    async def find_one(self, query: Raw) -> Raw | None:
        """Find one document."""
        return next(iter(await self.find(query).limit(1).to_list()), None)

    async def aggregate(self, pipeline: Sequence[Raw], **options: Any) -> "Found":
        """Answer a pipeline over what is plain; a hash that was looked for comes back as it was."""
        hashes = await self._hashes([*_matches(pipeline)])
        stages = [self._stage(stage, hashes) for stage in pipeline]
        cursor = await self._collection.aggregate(stages, **options)
        known = {hash_: value for value, hash_ in hashes.items()}
        raws = [self._named_again(raw, known) for raw in await cursor.to_list()]

        async def as_found(_order: _Order, _most: int) -> list[Raw]:
            return raws

        return Found(as_found)

    async def bulk_write(
        self, operations: Sequence[InsertOne[Raw] | ReplaceOne[Raw]], *, ordered: bool
    ) -> BulkWriteResult:
        """Insert and replace whole documents; for new ones a key is made where there is none.

        Raises `KeyGoneError` for one that is there while its key is not.
        """
        raws: list[Raw] = [one._doc for one in operations]  # type: ignore[misc]  # noqa: SLF001
        keys = await self._keys_for(raws)
        sealed = [self._sealed(raw, keys) for raw in raws]
        again = [
            InsertOne(raw) if isinstance(one, InsertOne) else ReplaceOne(one._filter, raw)  # noqa: SLF001 - what the driver itself reads
            for one, raw in zip(operations, sealed, strict=True)
        ]
        return await self._collection.bulk_write(again, ordered=ordered)

    async def update_many(self, query: Raw, update: Raw) -> None:
        """Set and unset what is plain."""
        await self._collection.update_many(self._asked(query, {}), update)

    async def _keys_for(self, raws: Iterable[Raw]) -> dict[str, DataKey]:
        old, wanted = list[str](), dict[str, str]()
        for raw in raws:
            council = raw["state"]["council"]
            if raw["version"] == 1:
                wanted[_key_of(raw)] = council
            else:
                old.append(_key_of(raw))
            if self._plan.looked_up in raw["state"]:
                wanted[search_key_of(council)] = council
        return await self._ring.made(wanted) | await self._ring.of(old)

    def _sealed(self, raw: Raw, keys: Mapping[str, DataKey]) -> Raw:
        key = keys.get(_key_of(raw))
        if key is None:
            raise KeyGoneError("The key of this document is gone.")
        return self._plan.seal(raw, key, keys.get(search_key_of(raw["state"]["council"])))

    async def _find(
        self, query: Raw, fields: Mapping[str, Any] | None, order: _Order, most: int
    ) -> list[Raw]:
        asked = self._asked(query, await self._hashes([query]))
        wanted = None if fields is None else self._wanted(fields)
        cursor = self._collection.find(asked, wanted)
        if order:
            cursor = cursor.sort([(self._name(field), way) for field, way in order])
        raws = await cursor.limit(most).to_list()
        return await self._opened(raws) if wanted is None or UNDER in wanted else raws

    async def _opened(self, raws: Sequence[Raw]) -> list[Raw]:
        keys = await self._ring.of([raw[UNDER] for raw in raws if UNDER in raw])
        return [self._open(raw, keys.get(raw.get(UNDER, ""))) for raw in raws]

    def _open(self, raw: Raw, key: DataKey | None) -> Raw:
        try:
            if key is not None:
                return self._plan.open(raw, key)
            why = KeyGoneError.__name__
        except SealBrokenError as error:
            why = type(error).__name__
        log.error("document_shut", document_id=raw["_id"], error_type=why)
        shut = {field: value for field, value in raw.items() if field not in _CLOSED}
        return shut | {"outgoing": []} if "outgoing" in raw else shut

    async def _hashes(self, queries: Iterable[Raw]) -> dict[str, str]:
        """Give the keyed hash of all that some queries look up; they are of one council."""
        looking = [query for query in queries if self._looked_up in query]
        if not looking:
            return {}
        council = looking[0].get(_COUNCIL)
        if not isinstance(council, str) or any(q.get(_COUNCIL) != council for q in looking):
            raise NotAskableError("What is looked up is looked up for one council.")
        name = search_key_of(council)
        key = (await self._ring.made({name: council}))[name]
        return {value: key.hashed(value) for q in looking for value in q[self._looked_up]["$in"]}

    def _asked(self, query: Mapping[str, Any], hashes: Mapping[str, str]) -> Raw:
        asked: Raw = {}
        for field, wanted in query.items():
            if field == "$or":
                asked[field] = [self._asked(way, {}) for way in wanted]
            elif field == self._looked_up:
                asked[HASHES] = {"$in": [hashes[value] for value in wanted["$in"]]}
            else:
                asked[self._name(field)] = wanted
        return asked

    def _name(self, field: str) -> str:
        """Give the name under which a field is asked for; raises `NotAskableError`."""
        if field == self._looked_up:
            return HASHES
        if field.startswith(_STATE) and _field_of(field) not in self._plan.plain:
            raise NotAskableError(f"{field} is sealed: nothing can be asked about it.")
        return field

    def _wanted(self, fields: Mapping[str, Any]) -> Raw:
        """Give what is to be read: of what is sealed the whole field, and whose key opens it."""
        closed = {one for one in fields if one.startswith(_STATE)}
        closed = {one for one in closed if _field_of(one) not in self._plan.plain}
        wanted: Raw = {one: 1 for one in fields if one not in closed}
        wanted |= {f"{_STATE}{_field_of(one)}": 1 for one in closed}
        return wanted | {UNDER: 1} if closed or "outgoing" in fields else wanted

    def _stage(self, stage: Raw, hashes: Mapping[str, str]) -> Raw:
        ((operator, said),) = stage.items()
        if operator == "$match":
            return {operator: self._asked(said, hashes)}
        if operator == "$project":
            return {operator: {self._name(field): 1 for field in said}}
        if operator == "$unionWith":
            pipeline = [self._stage(one, hashes) for one in said["pipeline"]]
            return {operator: said | {"pipeline": pipeline}}
        if operator not in _UNTOUCHED:
            raise NotAskableError(f"{operator} is not asked of what is sealed.")
        return stage

    def _named_again(self, raw: Raw, known: Mapping[str, str]) -> Raw:
        if HASHES not in raw:
            return raw
        found_by = [known.get(hash_, hash_) for hash_ in raw[HASHES]]
        return raw | {"state": raw.get("state", {}) | {self._plan.looked_up: found_by}}


class _Look(Protocol):
    """Finds what was asked for, in this order, so many at the most; 0 is all."""

    async def __call__(self, order: _Order, most: int, /) -> list[Raw]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A question that is put when its answer is read."""

    look: _Look
    order: _Order = ()
    most: int = 0

    def sort(self, order: str | _Order) -> Self:
        """Have them in this order."""
        return replace(self, order=[(order, 1)] if isinstance(order, str) else order)

    def limit(self, most: int) -> Self:
        """Have so many at the most."""
        return replace(self, most=most)

    async def to_list(self, _length: int | None = None) -> list[Raw]:
        """Give all."""
        return await self.look(self.order, self.most)

    async def __aiter__(self) -> AsyncIterator[Raw]:
        for raw in await self.to_list():
            yield raw


def _matches(pipeline: Iterable[Raw]) -> Iterator[Raw]:
    for stage in pipeline:
        if "$match" in stage:
            yield stage["$match"]
        elif "$unionWith" in stage:
            yield from _matches(stage["$unionWith"]["pipeline"])


def _key_of(raw: Raw) -> str:
    """Name the key of a document: of an erased contact only stubs are kept, as the council's."""
    state = raw["state"]
    return key_of(state["council"], "" if state.get("erased_at") else state["contact_id"])


def _field_of(path: str) -> str:
    return path.removeprefix(_STATE).partition(".")[0]
