"""One document, one write: losers run again, and what cannot be written fails alone."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from pymongo import InsertOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.outages import is_outage
from toy.domain import Noted, Sheet, note, noted
from toy.hub import Toy, headers_of
from toy.workshop import arrival, workshop


@pytest.mark.engines
async def test_losers_of_a_compare_and_set_run_again_and_only_they(toy: Toy) -> None:
    calls: Counter[str] = Counter()

    def counting(sheet: Sheet, message: Noted) -> Iterable[Message]:
        calls[sheet.id] += 1
        return note(sheet, message)

    async with workshop(toy) as ours, workshop(toy) as theirs:
        load = ours.store.load

        async def load_then_be_overtaken(ids: Iterable[str]) -> Any:
            loaded = await load(ids)
            if not calls:
                await theirs.work.run(arrival(noted(toy.tag, f"s{n}", "theirs")) for n in (0, 3))
            return loaded

        await ours.work.run([arrival(noted(toy.tag, f"s{n}", "first")) for n in range(3)])
        ours.store.load = load_then_be_overtaken  # type: ignore[method-assign]
        batch = await ours.work.run(
            [arrival(noted(toy.tag, f"s{n}", "ours"), counting) for n in range(6)]
        )

    assert calls == {"s0": 2, "s1": 1, "s2": 1, "s3": 2, "s4": 1, "s5": 1}
    assert {one.outcome for one in batch.settled} == {Outcome.DONE}
    assert len(batch.settled) == 6
    assert await toy.lines("s0") == ["first", "theirs", "ours"]
    assert await toy.lines("s3") == ["theirs", "ours"]
    assert await toy.lines("s5") == ["ours"]


@pytest.mark.engines
async def test_two_processes_that_write_the_same_documents_lose_nothing(toy: Toy) -> None:
    async with workshop(toy) as one, workshop(toy) as other:

        async def writer(work: Any, name: str) -> None:
            for number in range(20):
                await work.run(
                    arrival(noted(toy.tag, f"s{n}", f"{name}{number}")) for n in range(5)
                )

        await asyncio.gather(writer(one.work, "a"), writer(other.work, "b"))

    for n in range(5):
        sheet = await toy.sheet(f"s{n}")
        lines = sheet["state"]["lines"]
        assert [line for line in lines if line[0] == "a"] == [f"a{number}" for number in range(20)]
        assert [line for line in lines if line[0] == "b"] == [f"b{number}" for number in range(20)]
        assert sheet["version"] == len(sheet["handled"]) == 40
        assert len({kept["id"] for kept in sheet["outgoing"]}) == 40


UNWRITABLE = {"too large": ("x" * (17 * 1024 * 1024), "refused"), "not UTF-8": ("\ud800", "failed")}


@pytest.mark.engines
@pytest.mark.parametrize(("text", "outcome"), UNWRITABLE.values(), ids=UNWRITABLE)
async def test_what_cannot_be_written_fails_alone(toy: Toy, text: str, outcome: str) -> None:
    def grow(sheet: Sheet, message: Noted) -> Iterable[Message]:
        list(note(sheet, message))
        if message.text == "grow":
            sheet.lines.append(text)
        return ()

    texts = ["a", "b", "grow", "c"]
    async with workshop(toy) as ours:
        batch = await ours.work.run(
            [arrival(noted(toy.tag, f"s{n}", text), grow) for n, text in enumerate(texts)]
        )
    outcomes = {one.arrival.document_id: one.outcome for one in batch.settled}
    assert outcomes == {"s0": "done", "s1": "done", "s2": outcome, "s3": "done"}
    assert await toy.sheet("s2") == {}
    assert await toy.lines("s3") == ["c"]


@pytest.mark.engines
async def test_a_document_that_cannot_be_read_fails_alone_and_its_record_is_parked(
    toy: Toy,
) -> None:
    state = {"id": "broken", "contact_id": "c", "council": "toytown", "lines": 7}
    broken = {"_id": "broken", "version": 1, "state": state, "handled": [], "outgoing": []}
    await toy.opened.bulk_write([InsertOne(broken)], ordered=False)
    await toy.say(*(noted(toy.tag, name, "note") for name in ("good", "broken", "better")))
    async with toy.running():
        await toy.all_heard()
    (parked,) = await toy.read(toy.parked)

    assert await toy.lines("good") == await toy.lines("better") == ["note"]
    assert headers_of(parked)["parked-reason"].startswith("the handler failed with ValidationError")
    assert (await toy.sheet("broken"))["state"]["lines"] == 7


@pytest.mark.engines
async def test_a_write_that_succeeded_though_it_raised_is_found_handled(toy: Toy) -> None:
    async with toy.running() as process:
        write = process._unit.store._write
        failures = []

        async def write_and_raise(raws: Any) -> int:
            written = await write(raws)
            if not failures:
                failures.append(AutoReconnect("no answer"))
                raise failures[0]
            return written

        process._unit.store._write = write_and_raise  # type: ignore[method-assign]
        await toy.say(noted(toy.tag, "s", "once"))
        await toy.all_heard()

    assert failures
    assert await toy.lines("s") == ["once"]
    assert (await toy.sheet("s"))["version"] == 1
    assert len(await toy.read(toy.counted)) == 1
    assert await toy.read(toy.parked) == []


def refused(code: int) -> BulkWriteError:
    return BulkWriteError({"writeErrors": [{"code": code}], "writeConcernErrors": []})


@pytest.mark.parametrize(
    ("error", "out"),
    [
        (ServerSelectionTimeoutError(), True),
        (NotPrimaryError(), True),
        (OperationFailure("not signed in", 18), True),
        (OperationFailure("no rights", 13), True),
        (OperationFailure("disk full", 14031), True),
        (OperationFailure("too large", 10334), False),
        (refused(14031), True),
        (refused(11000), False),
        (refused(121), False),
        (ValueError(), False),
    ],
)
def test_an_outage_is_told_from_the_fault_of_one_document(error: Exception, *, out: bool) -> None:
    assert is_outage(error) is out
