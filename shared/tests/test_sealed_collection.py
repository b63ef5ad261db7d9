"""Documents on the real database, as their store sees them and as they lie there (security S7)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient, InsertOne, ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from mash_local.engines import Engines
from mash_shared.plumbing.documents import DocumentShutError, Store
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.sealing.collection import KeyGoneError, NotAskableError, SealedCollection
from mash_shared.sealing.keys import KeyFile, drawn
from mash_shared.sealing.ring import KEPT_SECONDS, KeyRing
from mash_shared.vocabulary import ErasedError
from sealed.domain import PLAN, Paper, raw

pytestmark = pytest.mark.engines


@pytest.fixture
async def database(engines: Engines) -> AsyncIterator[AsyncDatabase[Any]]:
    async with AsyncMongoClient[dict[str, Any]](engines.mongo.address, tz_aware=True) as client:
        name = f"sealed-{uuid4().hex[:8]}"
        yield client[name]
        await client.drop_database(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "council-keys.json"
    path.write_text(drawn(["toytown"]))
    return path


def ring_in(database: AsyncDatabase[Any], file: Path, **more: Any) -> KeyRing:
    return KeyRing(database["keys"], KeyFile(file), **more)


def papers_in(database: AsyncDatabase[Any], file: Path) -> SealedCollection:
    return SealedCollection(database["papers"], PLAN, ring_in(database, file))


async def test_documents_are_found_by_what_they_are_looked_up_by(
    database: AsyncDatabase[Any], file: Path
) -> None:
    papers = papers_in(database, file)
    await papers.create_index([("state.found_by", 1)])
    one, two = raw("1", found_by=["name:a", "nhs:1"]), raw("2", found_by=["name:b"])
    await papers.bulk_write([InsertOne(one), InsertOne(two)], ordered=False)
    query = {"state.council": "toytown", "state.found_by": {"$in": ["nhs:1", "name:c"]}}
    assert await papers.find(query).to_list() == [one]
    assert [found async for found in papers.find({}).sort("_id").limit(1)] == [one]
    assert await papers.find({"_id": "2"}, {"state.words": 1}).to_list() == [
        {"_id": "2", "state": {"words": two["state"]["words"]}}
    ]
    pipeline = [
        {"$match": query},
        {"$limit": 5},
        {"$project": {"state.found_by": 1}},
        {"$unionWith": {"coll": "papers", "pipeline": [{"$match": {"state.council": "x"}}]}},
    ]
    (found,) = await (await papers.aggregate(pipeline)).to_list()
    known, other = found["state"]["found_by"]
    assert known.startswith("name:")
    assert (known != "name:a", other) == (True, "nhs:1")


@pytest.mark.parametrize(
    "query",
    [
        {"state.words": "x"},
        {"$or": [{"state.number": 1}]},
        {"state.found_by": {"$in": ["a"]}},
        {"state.council": {"$in": ["toytown"]}, "state.found_by": {"$in": ["a"]}},
    ],
)
async def test_nothing_is_asked_about_what_is_sealed(
    database: AsyncDatabase[Any], file: Path, query: dict[str, Any]
) -> None:
    papers = papers_in(database, file)
    with pytest.raises(NotAskableError):
        await papers.find(query).to_list()
    with pytest.raises(NotAskableError):
        await papers.aggregate([{"$match": query}])
    with pytest.raises(NotAskableError):
        await papers.find({}).sort("state.words").to_list()
    with pytest.raises(NotAskableError):
        await papers.aggregate([{"$unset": "state.words"}])
    with pytest.raises(NotAskableError):
        await papers.create_index([("state.words", 1)])


async def test_two_processes_that_make_one_key_have_the_same(
    database: AsyncDatabase[Any], file: Path
) -> None:
    ours, theirs = ring_in(database, file), ring_in(database, file)
    await theirs.made({"contact/c": "toytown"})
    there = await ours.made({"contact/c": "toytown", "contact/d": "toytown"})
    assert there == await theirs.of(["contact/c", "contact/d"])


async def test_a_key_is_kept_in_the_clear_for_a_while_and_can_be_forgotten(
    database: AsyncDatabase[Any], file: Path
) -> None:
    now = [0.0]
    ring = ring_in(database, file, moment=lambda: now[0])
    await ring.made({"contact/c": "toytown", "contact/d": "toytown"})
    await database["keys"].delete_many({})
    ring.forget("contact/d")
    assert (await ring.of(["contact/c", "contact/d"])).keys() == {"contact/c"}
    now[0] = KEPT_SECONDS
    assert await ring.of(["contact/c"]) == {}


async def test_only_so_many_keys_are_kept_in_the_clear(
    database: AsyncDatabase[Any], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mash_shared.sealing.ring.MOST_KEPT", 1)
    ring = ring_in(database, file)
    await ring.made({"contact/c": "toytown", "contact/d": "toytown"})
    await database["keys"].delete_many({})
    assert len(await ring.of(["contact/c", "contact/d"])) == 1


@pytest.mark.rule("S7")
async def test_without_its_key_a_document_is_shut_and_never_overwritten(
    database: AsyncDatabase[Any], file: Path
) -> None:
    papers = papers_in(database, file)
    await papers.bulk_write([InsertOne(raw("1", waiting=b"b"))], ordered=False)
    before = await database["papers"].find_one()
    await database["keys"].delete_one({"_id": "contact/c"})
    papers = papers_in(database, file)
    (shut,) = await papers.find({}).to_list()
    assert shut == {
        "_id": "1", "version": 1, "outgoing": [],
    }  # fmt: skip
    documents, unreadable = await Store(papers, Paper).load(["1"])  # type: ignore[arg-type]
    assert documents == {}
    assert isinstance(unreadable["1"], DocumentShutError)
    again = ReplaceOne({"_id": "1", "version": 1}, raw("1") | {"version": 2})
    with pytest.raises(KeyGoneError):
        await papers.bulk_write([again], ordered=False)
    assert await database["papers"].find_one() == before


async def test_under_another_councils_key_a_process_does_not_run(
    database: AsyncDatabase[Any], file: Path
) -> None:
    ring = ring_in(database, file)
    await ring.prepare(["toytown"])
    assert await ring.ready()
    with pytest.raises(CannotRunError, match="no key of nowhere"):
        await ring.prepare(["nowhere", "toytown"])
    await asyncio.to_thread(file.write_text, drawn(["toytown"]))
    other = ring_in(database, file)
    assert not await other.ready()
    with pytest.raises(CannotRunError, match="another key of toytown"):
        await other.prepare()


async def test_a_key_that_cannot_be_written_is_raised(
    database: AsyncDatabase[Any], file: Path
) -> None:
    await database.create_collection("keys", validator={"never": {"$exists": True}})
    with pytest.raises(BulkWriteError):
        await ring_in(database, file).made({"contact/c": "toytown"})


STUB = {"erased_at": "2026-03-11T10:00:00Z", "words": []}


@pytest.mark.rule("S18")
async def test_a_key_that_was_destroyed_is_made_by_nobody_again(
    database: AsyncDatabase[Any], file: Path
) -> None:
    papers, ring = papers_in(database, file), ring_in(database, file)
    await papers.bulk_write([InsertOne(raw("1"))], ordered=False)
    await ring.of(["contact/c"])
    await ring.destroy(["contact/c", "contact/never-there"])
    assert await ring.of(["contact/c"]) == {}, "it is dropped from memory as well"
    with pytest.raises(ErasedError):
        await ring_in(database, file).made({"contact/c": "toytown"})
    late = papers_in(database, file)
    with pytest.raises(ErasedError):
        await late.bulk_write([InsertOne(raw("2"))], ordered=False)
    (key,) = await database["keys"].find({"_id": "contact/c"}).to_list()
    assert key.keys() == {"_id", "council", "made_at", "destroyed_at"}
    assert await database["papers"].count_documents({}) == 1


@pytest.mark.rule("S18")
async def test_a_stub_is_under_the_councils_key_and_is_read_when_the_contacts_is_gone(
    database: AsyncDatabase[Any], file: Path
) -> None:
    papers, ring = papers_in(database, file), ring_in(database, file)
    await ring.prepare(["toytown"])
    await papers.bulk_write(
        [InsertOne(raw("1", found_by=["name:a"])), InsertOne(raw("2"))], ordered=False
    )
    stub = raw("1")
    stub |= {"version": 2, "state": stub["state"] | STUB}
    replaced = ReplaceOne({"_id": "1", "version": 1}, stub)
    await papers.bulk_write([replaced], ordered=False)
    await ring.destroy(["contact/c"])
    now = papers_in(database, file)
    assert await now.find({"_id": "1"}).to_list() == [stub]
    (shut,) = await now.find({"_id": "2"}).to_list()
    assert "state" not in shut
    query = {"state.council": "toytown", "state.found_by": {"$in": ["name:a"]}}
    assert await now.find(query).to_list() == []


@pytest.mark.rule("S18")
async def test_what_is_destroyed_once_is_destroyed_again_where_it_was_restored(
    database: AsyncDatabase[Any], file: Path
) -> None:
    ring = ring_in(database, file)
    await ring.made({"contact/c": "toytown"})
    before = await database["keys"].find_one({"_id": "contact/c"})
    assert before is not None
    await ring.destroy(["contact/c"])
    since = await database["keys"].find_one({"_id": "contact/c"})
    await ring.destroy(["contact/c"])
    assert await database["keys"].find_one({"_id": "contact/c"}) == since
    await database["keys"].replace_one({"_id": "contact/c"}, before)
    await ring.destroy(["contact/c"])
    assert await ring_in(database, file).of(["contact/c"]) == {}
