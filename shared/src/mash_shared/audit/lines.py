"""The store of lines: they are added and found, and nothing else (security S9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.collection import AsyncCollection

from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.documents import Raw

COLLECTION = "lines"
SUFFIX = "-audit"


def audit_database_of(process: str) -> str:
    """Name the database of a process's audit trail."""
    return f"{database_of(process)}{SUFFIX}"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands among all: by its time, then by its key."""

    at: str
    key: str

    @classmethod
    def of(cls, line: Raw) -> Self:
        """Give the place of a line."""
        return cls(line["at"], line["_id"])

    @classmethod
    def read(cls, said: str) -> Self:
        """Read a place as `str` gave it: hexadecimal, so that it stands in an address as it is."""
        at, _, key = bytes.fromhex(said).decode(errors="replace").partition("|")
        return cls(at, key)

    def __str__(self) -> str:
        return f"{self.at}|{self.key}".encode().hex()


class Lines(Protocol):
    """Keeps lines for good; every method raises what the driver raises while it cannot be used."""

    async def prepare(self) -> None:
        """Create the indexes."""

    async def add(self, lines: Sequence[Raw]) -> None:
        """Add lines in their order; returns when a majority has journaled them."""

    async def last(self, chain: str) -> Raw | None:
        """Give the last line of a chain."""

    async def began_last(self, copy: str) -> Raw | None:
        """Give the first line of the newest chain of a copy of a process."""

    async def about(self, ids: Collection[str], most: int, before: Place | None) -> list[Raw]:
        """Give the newest lines that name one of some ids, the newest first."""


class MongoLines:
    """Lines in a collection; our user may insert and find there and do nothing else."""

    def __init__(self, collection: AsyncCollection[Raw]) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        """Create the indexes."""
        create = self._collection.create_index
        await create([("chain", ASCENDING), ("number", ASCENDING)], unique=True)
        await create([("copy", ASCENDING), ("at", DESCENDING)], sparse=True)
        await create([("ids", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)])

    async def add(self, lines: Sequence[Raw]) -> None:
        """Add lines in their order; raises `BulkWriteError` where a number is taken."""
        await self._collection.insert_many(lines, ordered=True)

    async def last(self, chain: str) -> Raw | None:
        """Give the last line of a chain."""
        return await self._collection.find_one({"chain": chain}, sort=[("number", DESCENDING)])

    async def began_last(self, copy: str) -> Raw | None:
        """Give the first line of the newest chain of a copy."""
        return await self._collection.find_one({"copy": copy}, sort=[("at", DESCENDING)])

    async def about(self, ids: Collection[str], most: int, before: Place | None) -> list[Raw]:
        """Give the newest lines that name one of some ids, the newest first."""
        query: Raw = {"ids": {"$in": sorted(ids)}}
        if before is not None:
            same = {"at": before.at, "_id": {"$lt": before.key}}
            query["$or"] = [{"at": {"$lt": before.at}}, same]
        order = [("at", DESCENDING), ("_id", DESCENDING)]
        return await self._collection.find(query, sort=order, limit=most).to_list()
