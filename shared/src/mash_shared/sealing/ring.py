"""The keys of contacts, each wrapped by its council's, in a database of their own (security H10).

A backup of the services' databases does not hold it, so a key that is gone here is gone from there.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from mash_shared.plumbing.documents import DUPLICATE_KEY
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.sealing.form import DataKey, Raw
from mash_shared.sealing.keys import KEY_BYTES, KeyRefusedError, KeyService
from mash_shared.vocabulary import ErasedError

DATABASE, COLLECTION = "mash-keys", "keys"
MOST_KEPT = 10_000
"""Keys that a process has in the clear at the most; some 3 MB."""
KEPT_SECONDS = 300.0
"""How long it has one in the clear after it asked for it."""

FOR_GOOD = WriteConcern(w="majority", j=True)
"""How a key is destroyed: not to come back when a server dies."""
DESTROYED = {"destroyed_at": {"$exists": True}}


def key_of(council: str, contact_id: str) -> str:
    """Name the key of a contact's documents, or of those of a council that are of no contact.

    Raises `ValueError` where it is of no council: nobody's key could close it.
    """
    if not council:
        raise ValueError("What is kept is of a council.")
    return f"contact/{contact_id}" if contact_id else f"council/{council}"


def search_key_of(council: str) -> str:
    """Name the key of a council's keyed hashes."""
    return f"search/{council}"


class KeyRing:
    """Gives keys in the clear, each kept for a while (S7); raises what the driver raises without.

    `moment` gives seconds that only go forward.
    """

    def __init__(
        self,
        collection: AsyncCollection[Raw],
        service: KeyService,
        *,
        moment: Callable[[], float] = time.monotonic,
    ) -> None:
        self._collection = collection
        self._service = service
        self._moment = moment
        self._kept: OrderedDict[str, tuple[float, DataKey]] = OrderedDict()

    async def prepare(self, councils: Iterable[str] = ()) -> None:
        """Raise `CannotRunError` unless there is the right key of every council, and of these.

        Under another key than before nothing could be read, and what is new would be lost to
        whoever comes with the right one.
        """
        theirs = await self._service.councils()
        if missing := sorted({*councils} - theirs):
            raise CannotRunError(f"COUNCIL_KEYS has no key of {', '.join(missing)}.")
        for council in sorted(theirs):
            names = {key_of(council, ""): council, search_key_of(council): council}
            if (await self.made(names)).keys() != names.keys():
                raise CannotRunError(f"COUNCIL_KEYS has another key of {council} than before.")

    async def ready(self) -> bool:
        """Whether keys can be got: the database of keys answers, and whoever unwraps them."""
        try:
            for council in await self._service.councils():
                name = key_of(council, "")
                raw = await self._collection.find_one({"_id": name})
                await self._service.unwrap(council, name, (raw or {})["wrapped"])
        except (PyMongoError, KeyRefusedError, KeyError):
            return False
        return True

    async def of(self, names: Collection[str]) -> dict[str, DataKey]:
        """Give the keys of these names; one that is not there, or is spoilt, is left out."""
        now = self._moment()
        there = {}
        for name in names:
            expires, key = self._kept.get(name, (now, None))
            if key is not None and expires > now:
                there[name] = key
        if missing := [name for name in dict.fromkeys(names) if name not in there]:
            there |= await self._fetched(missing, now)
        return there

    async def made(self, wanted: Mapping[str, str]) -> dict[str, DataKey]:
        """Give keys by name, made where there is none; `wanted` has the council of each.

        Raises `ErasedError` where one was destroyed: none is made under that name again.
        """
        there = await self.of(wanted)
        if missing := [name for name in wanted if name not in there]:
            await self._insert([await self._new(wanted[name], name) for name in missing])
            there |= await self.of(missing)
            absent = [name for name in missing if name not in there]
            gone = {"_id": {"$in": absent}} | DESTROYED
            if absent and await self._collection.find_one(gone):
                raise ErasedError
        return there

    def forget(self, name: str) -> None:
        """Have one no longer in the clear."""
        self._kept.pop(name, None)

    async def destroy(self, names: Collection[str]) -> None:
        """Destroy keys for ever: what stays under each name says only since when it is gone.

        The database lets no other process than intake do this. Majority and journal have it before
        it returns.
        """
        for name in names:
            self.forget(name)
        gone = {"$set": {"destroyed_at": datetime.now(UTC)}, "$unset": {"wrapped": ""}}
        still = {"_id": {"$in": [*names]}, "wrapped": {"$exists": True}}
        await self._collection.with_options(write_concern=FOR_GOOD).update_many(still, gone)

    async def _fetched(self, names: list[str], now: float) -> dict[str, DataKey]:
        raws = await self._collection.find({"_id": {"$in": names}}).to_list()
        keys = await asyncio.gather(*(self._unwrapped(raw) for raw in raws))
        found = {key.name: key for key in keys if key is not None}
        self._kept |= {name: (now + KEPT_SECONDS, key) for name, key in found.items()}
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    async def _unwrapped(self, raw: Raw) -> DataKey | None:
        name, council, wrapped = raw["_id"], raw["council"], raw.get("wrapped")
        if wrapped is None:
            return None
        try:
            return DataKey(name, council, await self._service.unwrap(council, name, wrapped))
        except KeyRefusedError:
            return None

    async def _new(self, council: str, name: str) -> dict[str, Any]:
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = await self._service.wrap(council, name, key)
        return {"_id": name, "council": council, "wrapped": wrapped, "made_at": datetime.now(UTC)}

    async def _insert(self, raws: list[dict[str, Any]]) -> None:
        """Put keys in; whoever was first with one has its say."""
        try:
            await self._collection.insert_many(raws, ordered=False)
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details
            failures = [*details["writeErrors"], *details["writeConcernErrors"]]
            if any(failure["code"] != DUPLICATE_KEY for failure in failures):
                raise
