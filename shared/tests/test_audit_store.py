"""The audit trail on the real database: who may do what with a line, and `verify` (S9)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OKPKey
from pymongo import MongoClient
from pymongo.asynchronous.mongo_client import AsyncMongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure
from typer.testing import CliRunner

from mash_local.engines import Engines
from mash_shared.audit.__main__ import app
from mash_shared.audit.lines import COLLECTION, MongoLines, audit_database_of
from mash_shared.audit.spool import Spool
from mash_shared.audit.trail import Trail
from mash_shared.catalogue.users import make_users
from mash_shared.testing import NOW
from toy.hub import Toy

pytestmark = [pytest.mark.engines, pytest.mark.rule("S9")]
Kept = Collection[dict[str, Any]]
WHO = {"at": "2026-11-27T10:00:00.000000+00:00", "kind": "read", "ids": ["c" * 32]}


@pytest.fixture
def process(engines: Engines) -> Iterator[str]:
    name = f"toy-{uuid4().hex[:8]}"
    yield name
    with MongoClient[dict[str, Any]](engines.mongo.address) as client:
        client.drop_database(audit_database_of(name))


async def _write(url: str, process: str, *words: str) -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url, w="majority", journal=True)
    lines = MongoLines(client[audit_database_of(process)][COLLECTION])
    spool = Spool(None, process)
    trail = Trail(lines, service=process, copy=f"{process}-0", now=lambda: NOW, spool=spool)
    await trail.mend()
    for word in words:
        await trail.write({**WHO, "who": word})
    await client.close()


TAMPERING: list[Callable[[Kept], Any]] = [
    lambda kept: kept.update_one({"number": 2}, {"$set": {"who": "somebody else"}}),
    lambda kept: kept.replace_one({"number": 2}, {"who": "somebody else"}),
    lambda kept: kept.delete_one({"number": 2}),
    lambda kept: kept.drop(),
    lambda kept: kept.rename("away"),
    lambda kept: kept.find_one_and_delete({"number": 2}),
    lambda kept: [*kept.aggregate([{"$set": {"who": "x"}}, {"$merge": {"into": COLLECTION}}])],
    lambda kept: kept.database.command("collMod", COLLECTION, validator={}),
    lambda kept: kept.drop_indexes(),
    lambda kept: kept.database.client.drop_database(kept.database.name),
]


async def test_whoever_writes_lines_may_add_and_find_and_nothing_else(
    engines: Engines, process: str
) -> None:
    if not engines.mongo.knows_everybody:
        pytest.skip("this database knows nobody")
    make_users(engines.mongo.address, [process])
    make_users(engines.mongo.address, [process])  # provisioning is repeated
    theirs = engines.mongo.url_for(process)
    await _write(theirs, process, "a", "b", "c")
    with MongoClient[dict[str, Any]](theirs) as client:
        kept = client[audit_database_of(process)][COLLECTION]
        for harm in TAMPERING:
            with pytest.raises(OperationFailure) as refused:
                harm(kept)
            assert refused.value.code == 13, "Unauthorized"
        assert [line.get("who") for line in kept.find(sort=[("number", 1)])] == [None, *"abc"]


def _swap(kept: Kept) -> None:
    two, three = kept.find_one({"number": 2}), kept.find_one({"number": 3})
    assert two
    assert three
    kept.delete_many({"number": {"$in": [2, 3]}})
    place = ("number", "_id")
    kept.insert_one(three | {name: two[name] for name in place})
    kept.insert_one(two | {name: three[name] for name in place})


HARM: list[tuple[Callable[[Kept], Any], str]] = [
    (lambda kept: kept.update_one({"who": "b"}, {"$set": {"who": "x"}}), "line 3 is changed"),
    (lambda kept: kept.delete_one({"who": "b"}), "line 3 is missing"),
    (_swap, "line 2 is out of order"),
    (lambda kept: kept.delete_one({"who": "c"}), "line 4 is missing"),
    (lambda kept: kept.delete_many({"chain": kept.find_one({"who": "b"})["chain"]}), "missing"),  # type: ignore[index]
]
"""The last two take off the end of a chain, and a whole one, that a later chain names."""


@pytest.mark.parametrize(("harm", "said"), HARM)
async def test_verify_names_what_was_done(
    engines: Engines, process: str, harm: Callable[[Kept], Any], said: str
) -> None:
    url = engines.mongo.address
    await _write(url, process, "a", "b", "c")
    await _write(url, process)
    asked = ["verify", "--mongo", url, "--process", process]
    fine = CliRunner().invoke(app, asked)
    assert (fine.exit_code, "5 lines in 2 chains" in fine.output) == (0, True), fine.output
    with MongoClient[dict[str, Any]](url) as client:
        harm(client[audit_database_of(process)][COLLECTION])
    wrong = CliRunner().invoke(app, asked)
    assert wrong.exit_code == 1
    assert said in wrong.output


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    key = OKPKey.generate_key("Ed25519")
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    private.write_bytes(key.as_pem(private=True))
    public.write_bytes(key.as_pem(private=False))
    return private, public


async def test_a_checkpoint_finds_what_was_taken_off_the_end(
    engines: Engines, process: str, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    url, file = engines.mongo.address, tmp_path / "checkpoints"
    await _write(url, process, "a", "b", "c")
    here = ["--mongo", url, "--process", process]
    made = CliRunner().invoke(app, ["checkpoint", *here, "--key", str(keys[0])])
    assert made.exit_code == 0, made.output
    file.write_text(made.output)
    asked = ["verify", *here, "--checkpoints", str(file), "--key", str(keys[1])]
    assert CliRunner().invoke(app, asked).exit_code == 0
    with MongoClient[dict[str, Any]](url) as client:
        client[audit_database_of(process)][COLLECTION].delete_one({"who": "c"})
    assert CliRunner().invoke(app, ["verify", *here]).exit_code == 0, "the chain itself holds"
    wrong = CliRunner().invoke(app, asked)
    assert (wrong.exit_code, "line 4 is missing" in wrong.output) == (1, True)
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(audit_database_of(process))
    assert "line 4 is missing" in CliRunner().invoke(app, asked).output


def test_verify_of_nothing_is_no_success(engines: Engines) -> None:
    asked = ["verify", "--mongo", engines.mongo.address, "--process", "nobody"]
    assert CliRunner().invoke(app, asked).exit_code == 1


async def test_a_process_begins_a_chain_and_says_that_it_can_write(toy: Toy) -> None:
    async with toy.running() as process:
        kept = toy.client[audit_database_of(toy.process)][COLLECTION]
        assert (await process._ready())["audit"]
        await process._trail.write({**WHO, "who": "a"})
        lines = [line async for line in kept.find(sort=[("number", 1)])]
        assert [line["kind"] for line in lines] == ["began", "read"]
        await process._trail.write({**WHO, "who": "b", "at": "2026-11-28T10:00:00.000000+00:00"})
        about = [line["who"] for line in await process._trail.about({"c" * 32}, 5)]
        assert (about, await process._trail.about({"d" * 32}, 5)) == (["b", "a"], [])
