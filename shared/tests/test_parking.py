"""Poison of every kind is parked with its reason, and what lies behind it flows on."""

import asyncio
import gzip
from collections.abc import Iterable
from typing import Any

import pytest

from mash_shared.messages import Message
from mash_shared.plumbing.outgoing import BODY_LIMIT, Outgoing
from mash_shared.plumbing.parking import LARGEST_PARKED, Parked, ParkReason
from mash_shared.plumbing.times import wall_clock
from mash_shared.plumbing.tracing import child_of
from mash_shared.vocabulary import Refusal
from toy.domain import Noted, Sheet, note, noted
from toy.hub import Toy, headers_of

pytestmark = pytest.mark.engines

Wire = dict[str, Any]
SECRET = "Ada Example"


def wire(toy: Toy, **changed: Any) -> Wire:
    """A good record, but for what is changed; headers are changed by their name."""
    message = noted(toy.tag, "poisoned", SECRET)
    good = Outgoing.of(message, cause="poison", source="tests", traceparent=child_of(None))
    headers = {**dict(good.headers), **changed.pop("headers", {})}
    kept = [(name, value) for name, value in headers.items() if value is not ...]
    return {"value": good.body, "key": good.key, "headers": kept, **changed}


def poisons(toy: Toy) -> list[tuple[str, Wire]]:
    """Every kind of poison, and how the reason begins that it is to be parked with."""
    body = noted(toy.tag, "poisoned", SECRET).body()
    version_2 = toy.noted.replace(".v1", ".v2").encode()
    deep = b'{"depth":' + b"[" * 50_000 + b"]" * 50_000 + b"}"

    def body_with(old: bytes, new: bytes) -> Wire:
        return wire(toy, value=body.replace(old, new))

    def header(name: str, value: Any) -> Wire:
        return wire(toy, headers={name: value})

    return [
        ("the body is not JSON", wire(toy, value=b"{ not JSON")),
        ("the body is not JSON", wire(toy, value=deep)),
        ("the body is wrong", wire(toy, value=b"[1]")),
        ("field sheet is wrong: missing", body_with(b'"sheet"', b'"sheep"')),
        ("field council is wrong: string type", body_with(b'"toytown"', b"7")),
        ("field occurred_at is wrong: ", body_with(b'"occurred_at":"2', b'"occurred_at":"x')),
        ("header ce_type names a type that does not", header("ce_type", b"toy.unheard-of.v1")),
        ("version v2 is newer than v1", header("ce_type", version_2)),
        ("header ce_id is missing", header("ce_id", ...)),
        ("header ce_time is not a time in ISO 8601", header("ce_time", b"soon")),
        ("header ce_id has more than 200 characters", header("ce_id", b"x" * 201)),
        ("header ce_type names a type", header("ce_type", f"{toy.noted[:-2]}v²".encode())),
        ("header ce_type names a type", header("ce_type", toy.noted[:-1].encode() + b"9" * 5000)),
        ("header ce_source is null", header("ce_source", None)),
        ("header ce_subject is not UTF-8", header("ce_subject", b"\xff\xfe")),
        ("the record has no body", wire(toy, value=None)),
        (f"the body has {2**21} bytes, more than {BODY_LIMIT}", wire(toy, value=b"x" * 2**21)),
        ("the key is not the contact", wire(toy, key=b"somebody-else")),
        ("the key is not the contact", wire(toy, key=None)),
        ("the body names another recipient", body_with(toy.tag.encode(), b"elsewhere")),
    ]


async def test_every_kind_of_poison_is_parked_with_its_reason_and_the_rest_flows_on(
    toy: Toy,
) -> None:
    for number, (_, poison) in enumerate(poisons(toy)):
        await toy.put(toy.noted, **poison)
        await toy.say(noted(toy.tag, "good", str(number)))
    async with toy.running():
        async with asyncio.timeout(10):
            await toy.all_heard()
    parked = await toy.read(toy.parked)

    assert await toy.lines("good") == [str(number) for number in range(len(poisons(toy)))]
    assert await toy.sheet("poisoned") == {}
    reasons = [headers_of(one)["parked-reason"] for one in parked]
    for reason, (start, _) in zip(reasons, poisons(toy), strict=True):
        assert reason.startswith(start)
    assert SECRET not in str(reasons)


async def test_a_parked_record_is_kept_as_it_came_and_says_where_from(toy: Toy) -> None:
    poison = wire(toy, key=b"somebody-else", headers={"x-note": None, "x-name": b"\xff"})
    await toy.put(toy.noted, **poison)
    async with toy.running():
        await toy.all_heard()
    (parked,) = await toy.read(toy.parked)

    assert (parked.key, parked.value) == (poison["key"], poison["value"])
    assert list(parked.headers)[: len(poison["headers"])] == poison["headers"]
    said = headers_of(parked)
    assert said["parked-id"] == f"{toy.noted}/0/0"
    assert said["parked-origin"] == toy.noted
    assert said["parked-group"] == toy.process
    assert said["parked-kind"] == "contract"
    assert said["parked-attempt"] == "1"


async def test_a_compressed_giant_is_parked_by_its_digest(toy: Toy) -> None:
    """It fits the broker only because it is compressed; kept whole it would block for ever."""
    record = _record(value=b"x" * (LARGEST_PARKED + 1))
    parked = Parked(
        record=record, kind=ParkReason.CONTRACT, reason="r", group="g", attempt=1, at=wall_clock()
    ).outgoing(toy.process)

    assert parked.body is None
    assert dict(parked.headers)["parked-omitted"].startswith(b"body of 34")  # type: ignore[union-attr]
    assert len(gzip.compress(record.value)) < LARGEST_PARKED


async def test_poison_in_one_document_holds_up_no_other_document_of_the_batch(toy: Toy) -> None:
    def handler(sheet: Sheet, message: Noted) -> Iterable[Message]:
        if message.text == "poison":
            raise ZeroDivisionError(SECRET)
        return note(sheet, message)

    await toy.say(*(noted(toy.tag, f"s{n}", "before") for n in range(20)))
    await toy.say(noted(toy.tag, "s7", "poison"))
    await toy.say(*(noted(toy.tag, f"s{n}", "after") for n in range(20)))
    async with toy.running(handler):
        await toy.all_heard()
    (parked,) = await toy.read(toy.parked)

    for number in range(20):
        assert await toy.lines(f"s{number}") == ["before", "after"]
    said = headers_of(parked)
    assert said["parked-kind"] == "failed"
    assert said["parked-attempt"] == "4"
    assert said["parked-reason"].startswith("the handler failed with ZeroDivisionError in ")
    assert SECRET not in str(said)


async def test_what_the_domain_refuses_is_parked_and_leaves_no_trace(toy: Toy) -> None:
    def handler(sheet: Sheet, message: Noted) -> Iterable[Message]:
        said = note(sheet, message)
        if message.text == "forbidden":
            raise Refusal("This sheet takes no such note.")
        return said

    await toy.say(noted(toy.tag, "s", "allowed"), noted(toy.tag, "s", "forbidden"))
    async with toy.running(handler):
        await toy.all_heard()
    (parked,) = await toy.read(toy.parked)

    assert await toy.lines("s") == ["allowed"]
    assert headers_of(parked)["parked-reason"] == "This sheet takes no such note."
    assert headers_of(parked)["parked-kind"] == "refused"
    assert len(await toy.read(toy.counted)) == 1


async def test_a_record_is_parked_before_its_offset_is_committed(toy: Toy) -> None:
    seen: list[int] = []
    async with toy.running() as process:
        send = process._producer.send

        async def watched(messages: Any) -> None:
            if messages:
                seen.append(await toy.lag(toy.process, [toy.noted]))
                await send(messages)
                seen.append(await toy.lag(toy.process, [toy.noted]))

        process._producer.send = watched  # type: ignore[method-assign]
        await toy.put(toy.noted, **wire(toy, value=b"{"))
        await toy.all_heard()
    assert seen == [1, 1]


async def test_only_a_replay_topic_may_name_another_origin(toy: Toy) -> None:
    """An agency writes its reply topic: it must not speak as the hub's own topics."""
    foreign = wire(toy, headers={"replayed-from": b"enquiry.authorised.v1"})
    await toy.put(toy.noted, **foreign)
    async with toy.running():
        await toy.all_heard()

    assert await toy.lines("poisoned") == [SECRET]
    assert await toy.read(toy.parked) == []


def _record(value: bytes) -> Any:
    class Record:
        topic, partition, offset, key, headers = "t", 0, 0, b"k", ()

    record: Any = Record()
    record.value = value
    return record
