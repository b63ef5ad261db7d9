"""`make replay`: parked records listed, shown masked, given back once, or put away."""

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_shared.messages import Message
from mash_shared.parked.address import default_broker
from mash_shared.parked.masking import masked, masked_body, masked_headers
from mash_shared.parked.settling import given_back, replay, settlement
from mash_shared.parked.shelf import NotOnTheShelfError, Shelved, pick, read_shelf
from mash_shared.plumbing.logs import hashed
from mash_shared.plumbing.producer import Producer
from toy.domain import Noted, Sheet, noted
from toy.hub import Toy, headers_of

SECRET = "Ada Example of 1 Example Street"


def buggy(_: Sheet, __: Noted) -> Iterable[Message]:
    raise ZeroDivisionError


async def command(toy: Toy, *words: str) -> tuple[int, str]:
    """Run the command line as a person does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mash_shared.parked", "--kafka", toy.kafka, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"COLUMNS": "300"},
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def give_back(toy: Toy, *chosen: Shelved) -> None:
    """Do what the command does, without a process of its own."""
    producer = Producer(toy.kafka, "tests")
    await replay(producer, chosen, by="op-1")
    await producer.stop()


@pytest.mark.engines
async def test_replay_after_a_fix_works_once(toy: Toy) -> None:
    await toy.say(noted(toy.tag, "s", SECRET))
    async with toy.running(buggy):
        await toy.all_heard()
    (parked,) = await read_shelf(toy.kafka, toy.process)

    async with toy.running():
        all_of_it = ("replay", "--all", "--by", "op-1", "--process", toy.process)
        assert await command(toy, *all_of_it) == (0, "1 given back.\n")
        await toy.all_heard()
        assert await toy.lines("s") == [SECRET]
        assert await read_shelf(toy.kafka, toy.process) == []

        refused = f"Nothing is parked as {parked.id}, or it is settled.\n"
        assert await command(toy, "replay", parked.id, "--by", "op-1") == (1, refused)
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
    shown = await command(toy, "show", id_)
    left = await command(toy, "discard", id_, "--by", "op-1", "--reason", "sent twice")

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
    assert said["settled-because"] == "sent twice"
    assert settled.value == b""


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
    assert settlement(second, "discarded", "op-1").key is None
    with pytest.raises(NotOnTheShelfError, match="Nothing is parked"):
        pick([second], first.id)


def test_masking_keeps_what_has_the_form_of_its_field_and_hides_everything_else() -> None:
    id_ = "5f" * 16
    said = {
        "contact_id": id_,
        "enquiry_id": "Ada Fenwick",
        "council": "havering and the family lives there",
        "children": [{"full_name": SECRET, "nhs_number": 9990000000, "unborn": True}],
        "urgency": "red",
        "occurred_at": "2026-11-27T10:00:00+00:00",
        "due_at": "tomorrow",
        "version": "7 Quarry Lane",
        SECRET: {"lane": "red"},
        "text": None,
    }
    assert masked(said) == {
        "contact_id": id_,
        "enquiry_id": hashed("Ada Fenwick"),
        "council": "<text of 35 characters>",
        "children": [
            {
                "full_name": f"<text of {len(SECRET)} characters>",
                "nhs_number": "<number>",
                "unborn": True,
            }
        ],
        "urgency": "red",
        "occurred_at": "2026-11-27T10:00:00+00:00",
        "due_at": "<text of 8 characters>",
        "<field 8, 7 characters>": "<text of 13 characters>",
        f"<field 9, {len(SECRET)} characters>": {"lane": "red"},
        "text": None,
    }


@given(name=st.text(min_size=1, max_size=40), value=st.text(min_size=1, max_size=60))
def test_no_name_or_value_of_anybodys_making_is_shown(name: str, value: str) -> None:
    secret = f"Ada {value}"
    shown = json.dumps(
        [
            masked({f"{name} Fenwick": secret, **dict.fromkeys(("contact_id", "council"), secret)}),
            masked_headers([(f"Fenwick {name}", secret.encode()), ("ce_id", secret.encode())]),
            masked_headers([("ce_type", secret.encode()), ("traceparent", secret.encode())]),
        ]
    )
    assert "Ada" not in shown
    assert "Fenwick" not in shown


def test_of_what_is_no_message_only_its_size_is_shown() -> None:
    assert SECRET not in masked_body(SECRET.encode())
    assert masked_body(b"{").startswith("<1 bytes, not JSON, sha256 021fb596")
    assert masked_body(None) == "<no body>"
    assert masked_body(b"[" * 100_000).startswith("<100000 bytes, not JSON")


def test_the_broker_is_that_of_the_newest_stack_that_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MASH_KAFKA", raising=False)
    assert default_broker(tmp_path) is None
    for name, status in (("1", "ready"), ("2", "ready"), ("3", "stopped")):
        (tmp_path / name).mkdir()
        state = {"status": status, "parking": f"broker:{name}"}
        (tmp_path / name / "stack.json").write_text(json.dumps(state))
    assert default_broker(tmp_path) == "broker:2"
    monkeypatch.setenv("MASH_KAFKA", "broker:given")
    assert default_broker(tmp_path) == "broker:given"
