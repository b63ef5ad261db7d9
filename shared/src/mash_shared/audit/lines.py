"""The store of lines: they are added and found, and nothing else (security S9)."""

from collections.abc import Sequence
from typing import Protocol

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.collection import AsyncCollection

from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.documents import Raw

COLLECTION = "lines"
SUFFIX = "-audit"


def audit_database_of(process: str) -> str:
    """Name the database of a process's audit trail."""
    return f"{database_of(process)}{SUFFIX}"


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

    async def about(self, id_: str, most: int) -> list[Raw]:
        """Give the newest lines that name an id, the newest first."""


class MongoLines:
    """Lines in a collection; our user may insert and find there and do nothing else."""

    def __init__(self, collection: AsyncCollection[Raw]) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        """Create the indexes."""
        create = self._collection.create_index
        await create([("chain", ASCENDING), ("number", ASCENDING)], unique=True)
        await create([("copy", ASCENDING), ("at", DESCENDING)], sparse=True)
        await create([("ids", ASCENDING), ("at", DESCENDING)])

    async def add(self, lines: Sequence[Raw]) -> None:
        """Add lines in their order; raises `BulkWriteError` where a number is taken."""
        await self._collection.insert_many(lines, ordered=True)

    async def last(self, chain: str) -> Raw | None:
        """Give the last line of a chain."""
        return await self._collection.find_one({"chain": chain}, sort=[("number", DESCENDING)])

    async def began_last(self, copy: str) -> Raw | None:
        """Give the first line of the newest chain of a copy."""
        return await self._collection.find_one({"copy": copy}, sort=[("at", DESCENDING)])

    async def about(self, id_: str, most: int) -> list[Raw]:
        """Give the newest lines that name an id, the newest first."""
        found = self._collection.find({"ids": id_}, sort=[("at", DESCENDING)], limit=most)
        return await found.to_list()
