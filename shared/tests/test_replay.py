"""`make replay`: parked records listed, shown masked, given back once, or put away."""

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mash_local.tokens import PUBLIC_KEYS, TokenIssuer
from mash_shared.audit.lines import COLLECTION, audit_database_of
from mash_shared.messages import Message
from mash_shared.parked.settings import NotToldError, parking_settings
from mash_shared.parked.settling import Why, given_back, replay, settlement
from mash_shared.parked.shelf import NotOnTheShelfError, Shelved, pick, read_shelf
from mash_shared.plumbing.logs import hashed
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.rights import PARKING
from toy.domain import Noted, Sheet, noted
from toy.hub import Toy, headers_of

SECRET = "Ada Example of 1 Example Street"
AWAY = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"


def buggy(_: Sheet, __: Noted) -> Iterable[Message]:
    raise ZeroDivisionError


def told(toy: Toy, role: str = "operations", **otherwise: str) -> dict[str, str]:
    """Give what the command is told, with the token of somebody who has a role."""
    has_one = (toy.folder / PUBLIC_KEYS).exists()
    issuer = TokenIssuer.load(toy.folder) if has_one else TokenIssuer.create(toy.folder)
    token = issuer.token(person="op-1", roles=[role], council="havering", now=datetime.now(UTC))
    said = {
        "KAFKA": toy.kafka, "MONGO_URL": toy.mongo_url, "POLICIES": str(toy.folder),
        "TOKEN_KEYS": str(issuer.public_keys), "TOKEN": token, **otherwise,
    }  # fmt: skip
    return {"COLUMNS": "300"} | {f"PARKING_{name}": value for name, value in said.items()}


async def command(toy: Toy, *words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the command line as a person does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mash_shared.parked", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=env or told(toy),
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def audited(toy: Toy, id_: str) -> list[dict[str, Any]]:
    """Give what the audit trail has about a record."""
    lines = toy.client[audit_database_of(PARKING)][COLLECTION]
    return await lines.find({"ids": id_}, sort=[("at", 1)]).to_list()


async def give_back(toy: Toy, *chosen: Shelved) -> None:
    """Do what the command does, without a process of its own."""
    producer = Producer(toy.kafka, "tests")
    await replay(producer, chosen, by="op-1", why=Why.MENDED)
    await producer.stop()


@pytest.mark.engines
async def test_replay_after_a_fix_works_once(toy: Toy) -> None:
    await toy.say(noted(toy.tag, "s", SECRET))
    async with toy.running(buggy):
        await toy.all_heard()
    (parked,) = await read_shelf(toy.kafka, toy.process)

    async with toy.running():
        all_of_it = ("replay", "--all", "--why", "mended", "--process", toy.process)
        assert await command(toy, *all_of_it) == (0, "1 given back.\n")
        await toy.all_heard()
        assert await toy.lines("s") == [SECRET]
        assert await read_shelf(toy.kafka, toy.process) == []

        refused = f"Nothing is parked as {parked.id}, or it is settled.\n"
        assert await command(toy, "replay", parked.id, "--why", "mended") == (1, refused)
        again = given_back(parked)  # as after a crash between giving back and settling
        await toy.put(again.topic, again.body, key=again.key, headers=again.headers)
        await toy.all_heard()
    assert await toy.lines("s") == [SECRET]
    assert len({headers_of(one)["ce_id"] for one in await toy.read(toy.counted)}) == 1


@pytest.mark.engines
async def test_what_fails_again_is_parked_as_a_new_one(toy: Toy) -> None:
    await toy.say(noted(toy.tag, "s", SECRET))
    async with toy.running(buggy):
        await toy.all_heard()
        (first,) = await read_shelf(toy.kafka, toy.process)
        await give_back(toy, first)
        await toy.all_heard()
    (second,) = await read_shelf(toy.kafka, toy.process)

    assert second.id == f"{toy.replayed}/0/0"
    assert second.word("origin") == first.word("origin") == toy.noted
    assert (second.key, second.body) == (first.key, first.body)
    async with toy.running():
        await give_back(toy, second)
        await toy.all_heard()
    assert await toy.lines("s") == [SECRET]


@pytest.mark.engines
async def test_list_show_and_discard_say_nothing_of_people(toy: Toy) -> None:
    await toy.say(noted(toy.tag, "s", SECRET))
    async with toy.running(buggy):
        await toy.all_heard()
    id_ = f"{toy.noted}/0/0"
    listed = await command(toy, "list", "--process", toy.process)
    shown = await command(toy, "show", id_, "--why", "fault")
    left = await command(toy, "discard", id_, "--why", "sent_anew")

    assert id_ in listed[1]
    assert "ZeroDivisionError" in listed[1]
    body = json.loads(shown[1])["body"]
    assert f"<text of {len(SECRET)} characters>" in body.values()
    assert body["contact_id"] == hashed("contact-of-s")
    assert "Ada" not in listed[1] + shown[1]
    assert left == (0, "1 discarded.\n")
    assert await read_shelf(toy.kafka, toy.process) == []
    *_, settled = await toy.read(toy.parked)
    said = headers_of(settled)
    assert (said["settles"], said["settled-as"], said["settled-by"]) == (id_, "discarded", "op-1")
    assert said["settled-because"] == "sent_anew"
    assert settled.value == b""
    lines = await audited(toy, id_)
    assert [(line["kind"], line["what"], line["why"]) for line in lines] == [
        ("search", "list_parked", None),
        ("read", "show_parked", "fault"),
        ("act", "discard_parked", "sent_anew"),
    ]
    assert {(line["who"], line["outcome"], *line["ids"][1:]) for line in lines} == {
        ("op-1", 200, hashed("contact-of-s"))
    }


@pytest.mark.engines
@pytest.mark.rule("S9")
async def test_nobody_settles_without_a_role_a_token_or_a_line(toy: Toy) -> None:
    await toy.say(noted(toy.tag, "s", SECRET))
    async with toy.running(buggy):
        await toy.all_heard()
    id_ = f"{toy.noted}/0/0"
    social_worker = told(toy, "social_worker")
    role = "Only head_of_mash or mash_manager or operations may look at parked records"
    tried = [
        ("show", social_worker, role),
        ("replay", social_worker, role),
        ("discard", social_worker, role),
        ("discard", told(toy, TOKEN=""), "A bearer token is needed"),
        ("discard", told(toy, TOKEN="op-1"), "The token cannot be read"),
        ("discard", told(toy, AUDIT_URL=AWAY), "The audit trail cannot be written"),
    ]
    for step, env, sentence in tried:
        status, said = await command(toy, step, id_, "--why", "fault", env=env)
        assert (status, said.startswith(sentence)) == (1, True), said
    assert await audited(toy, id_) == []
    [still] = await read_shelf(toy.kafka, toy.process)
    assert still.id == id_
    lines = toy.client[audit_database_of(PARKING)][COLLECTION]
    refused = await lines.find({"outcome": 403, "roles": ["social_worker"]}).to_list()
    assert {line["what"] for line in refused} >= {"show_parked", "replay_parked", "discard_parked"}


@pytest.mark.engines
async def test_a_null_header_and_no_key_survive_parking_and_replay(toy: Toy) -> None:
    await toy.put(toy.noted, b"{", key=None, headers=[("x-note", None), ("x-more", b"\xff")])
    async with toy.running():
        await toy.all_heard()
        (first,) = await read_shelf(toy.kafka, toy.process)
        await give_back(toy, first)
        await toy.all_heard()
    (second,) = await read_shelf(toy.kafka, toy.process)

    assert (second.key, second.body) == (None, b"{")
    assert list(second.headers)[:2] == [("x-note", None), ("x-more", b"\xff")]
    assert settlement(second, "discarded", "op-1", Why.FAULT).key is None
    with pytest.raises(NotOnTheShelfError, match="Nothing is parked"):
        pick([second], first.id)


def test_what_nobody_tells_is_that_of_the_newest_stack_that_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARKING_KAFKA", raising=False)
    with pytest.raises(NotToldError, match="make up"):
        parking_settings(tmp_path)
    for name, status in (("1", "ready"), ("2", "ready"), ("3", "stopped")):
        (tmp_path / name).mkdir()
        parking = {"kafka": f"open://broker:{name}", "mongo_url": "m", "policies": "p"}
        state = {"status": status, "parking": parking | {"token_keys": "keys.json"}}
        (tmp_path / name / "stack.json").write_text(json.dumps(state))
    assert parking_settings(tmp_path).kafka == "open://broker:2"
    monkeypatch.setenv("PARKING_KAFKA", "open://broker:9")
    with pytest.raises(NotToldError, match="mongo_url"):
        parking_settings(tmp_path)
    monkeypatch.setenv("PARKING_MONGO_URL", "m")
    monkeypatch.setenv("PARKING_POLICIES", "p")
    monkeypatch.setenv("PARKING_TOKEN_KEYS", "keys.json")
    assert parking_settings(tmp_path).kafka == "open://broker:9"
    monkeypatch.setenv("PARKING_ENVIRONMENT", "production")
    with pytest.raises(NotToldError, match="a broker that knows nobody is for tests"):
        parking_settings(tmp_path)
