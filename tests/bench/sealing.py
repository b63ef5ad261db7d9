"""`PYTHONPATH=tests python tests/bench/sealing.py`: what sealing costs one document."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bson
from pymongo import AsyncMongoClient, InsertOne, ReplaceOne

from mash_shared.sealing.collection import SealedCollection
from mash_shared.sealing.form import DataKey, Plan
from mash_shared.sealing.keys import KeyFile, drawn
from mash_shared.sealing.ring import KeyRing
from support.front_door import recorded
from support.session import running_database
from support.stored import KINDS

MANY, BATCH = 2000, 40
Raw = dict[str, Any]


def _documents() -> list[Raw]:
    """Give contacts that differ in their names alone."""
    one = recorded().raw
    assert one is not None
    named = (f"contact-{number}" for number in range(MANY))
    return [
        one | {"_id": name, "version": 1, "state": one["state"] | {"id": name, "contact_id": name}}
        for name in named
    ]


def _took(times: int, step: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - began) / times * 1e6


async def _lasted(step: Callable[[list[Raw]], Awaitable[Any]], raws: list[Raw]) -> str:
    began, worked = time.perf_counter(), time.process_time()
    for first in range(0, MANY, BATCH):
        await step(raws[first : first + BATCH])
    lasted, took = time.perf_counter() - began, time.process_time() - worked
    return f"{lasted / MANY * 1e6:.0f} ({took / MANY * 1e6:.0f} of our own)"


def _alone(raw: Raw) -> None:
    plan = Plan.of("intake", KINDS["intake"])
    council = raw["state"]["council"]
    key, search = (DataKey(name, council, bytes(32)) for name in ("contact/c", "search"))
    closed = plan.seal(raw, key, search)
    sizes = len(bson.encode(raw)), len(bson.encode(closed))
    print(f"one contact: {sizes[0]} bytes plain, {sizes[1]} sealed")
    print(f"  sealed in {_took(MANY, lambda: plan.seal(raw, key, search)):.0f} us", end=", ")
    print(f"opened in {_took(MANY, lambda: plan.open(closed, key)):.0f} us")


async def _kept(title: str, collection: Any, raws: list[Raw], fresh: Callable[[], Any]) -> None:
    async def insert(some: list[Raw]) -> None:
        await collection.bulk_write([InsertOne({**one}) for one in some], ordered=False)

    async def replace(some: list[Raw]) -> None:
        again = [ReplaceOne({"_id": one["_id"]}, one | {"version": 2}) for one in some]
        await collection.bulk_write(again, ordered=False)

    async def read(some: list[Raw]) -> None:
        await fresh().find({"_id": {"$in": [one["_id"] for one in some]}}).to_list()

    steps = {"new": insert, "again": replace, "read": read}
    took = [f"{name} {await _lasted(step, raws)}" for name, step in steps.items()]
    print(f"{title}, {BATCH} at a time, us a document: {', '.join(took)}")


async def _on_the_database(url: str, file: KeyFile, raws: list[Raw]) -> None:
    async with AsyncMongoClient[Raw](url, w="majority", journal=True, tz_aware=True) as client:
        plain, kept = client["plain"]["contacts"], client["intake"]["contacts"]
        plan = Plan.of("intake", KINDS["intake"])

        def fresh() -> SealedCollection:
            return SealedCollection(kept, plan, KeyRing(client["mash-keys"]["keys"], file))

        await _kept("plain", plain, raws, lambda: plain)
        await _kept("sealed, no key kept from before", fresh(), raws, fresh)
        sealed = fresh()
        await sealed.find({}).to_list()

        async def read(some: list[Raw]) -> None:
            await sealed.find({"_id": {"$in": [one["_id"] for one in some]}}).to_list()

        print(f"sealed, keys in the clear already, us a document: read {await _lasted(read, raws)}")


def main() -> None:
    """Measure, and print."""
    raws = _documents()
    _alone(raws[0])
    with TemporaryDirectory() as folder, contextmanager(running_database)() as mongo:
        keys = Path(folder) / "council-keys.json"
        keys.write_text(drawn([raws[0]["state"]["council"]]))
        asyncio.run(_on_the_database(mongo.address, KeyFile(keys), raws))


if __name__ == "__main__":
    main()
