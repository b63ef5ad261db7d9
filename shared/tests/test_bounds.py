"""No document comes near the size at which every write of it fails."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
import structlog
from prometheus_client import REGISTRY

from mash_shared.messages import Message
from mash_shared.plumbing.acts import Acts
from mash_shared.plumbing.arrival import Arrival, Door, Outcome, Settled
from mash_shared.plumbing.bounds import (
    LARGE,
    LITTLE,
    MB,
    MOST_CLOCKS,
    DocumentFullError,
    OutboxFullError,
)
from mash_shared.plumbing.documents import REMEMBER_HANDLED
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.parking import ParkReason
from mash_shared.plumbing.work import Batch, Work
from mash_shared.testing import NOW
from mash_shared.testing.memory import MemoryStore, memory_work
from toy.domain import Noted, Sheet, counted, note, noted, promise
from toy.hub import Toy, headers_of
from toy.workshop import arrival

DUE = datetime(2026, 3, 11, tzinfo=UTC)


@pytest.fixture
def store() -> MemoryStore[Sheet]:
    return MemoryStore(Sheet)


@pytest.fixture
def work(store: MemoryStore[Sheet]) -> Work[Sheet]:
    return memory_work(store, "toy")


def write(size: int, sheet: Sheet, message: Noted) -> Iterable[Message]:
    """Keep so many bytes, and say nothing large."""
    list(note(sheet, message))
    sheet.lines[-1] = message.text + "x" * (size - len(message.text))
    yield from ()


def pass_on(sheet: Sheet, message: Noted) -> Iterable[Message]:
    """Keep only a count, and pass on something large."""
    list(note(sheet, message))
    said = counted(sheet, message.occurred_at)
    yield said.model_copy(update={"text": "x" * (500 * 1024)})


def adding(size: int, *, text: str = "", door: Door = Door.MESSAGE) -> Arrival:
    return replace(arrival(noted("t", "s", text), partial(write, size)), door=door)


def outcomes(batch: Batch) -> list[Outcome]:
    return [one.outcome for one in batch.settled]


def texts(store: MemoryStore[Sheet]) -> list[str]:
    return [line[:3].strip("x") for line in store.raws["s"]["state"]["lines"]]


async def grown(work: Work[Sheet], size: int) -> None:
    """Have a document of some size, whatever it takes."""
    await work.run([adding(size, text="old", door=Door.CLOCK)])


async def refusal(work: Work[Sheet], one: Arrival) -> Settled:
    (settled,) = (await work.run([one])).settled
    return settled


@pytest.mark.parametrize("door", [Door.MESSAGE, Door.ACT])
async def test_what_would_fill_a_document_is_refused_and_leaves_no_trace(
    store: MemoryStore[Sheet], work: Work[Sheet], door: Door
) -> None:
    await grown(work, 11 * MB)
    before = store.raws["s"]
    settled = await refusal(work, adding(2 * MB, door=door))
    assert settled.outcome is Outcome.REFUSED
    assert isinstance(settled.error, DocumentFullError)
    assert str(settled.error) == "The record is full: it cannot take in more of this size."
    assert store.raws["s"] == before


async def test_what_adds_little_is_taken_until_nothing_is(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    await grown(work, 12 * MB)
    little = LITTLE - 1024
    assert outcomes(await work.run([adding(little), adding(2 * LITTLE), adding(little)])) == [
        "done",
        "refused",
        "done",
    ]
    await work.run([adding(2 * MB, door=Door.CLOCK)])
    assert (await refusal(work, adding(1))).outcome is Outcome.REFUSED


@pytest.mark.rule("I8")
async def test_a_clock_is_taken_however_full_the_document_is(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    await grown(work, 14 * MB)
    batch = await work.run([adding(1), adding(LITTLE, text="due", door=Door.CLOCK), adding(1)])
    assert sorted(outcomes(batch)) == ["done", "refused", "refused"]
    assert texts(store) == ["old", "due"]


async def test_what_makes_a_full_document_smaller_is_taken(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    def shorten(sheet: Sheet, _: Noted) -> Iterable[Message]:
        sheet.lines[0] = "short"
        return ()

    await grown(work, 15 * MB)
    assert (await refusal(work, arrival(noted("t", "s"), shorten))).outcome is Outcome.DONE
    assert texts(store) == ["sho"]


async def test_what_is_remembered_of_a_message_weighs_and_what_is_forgotten_does_not(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    await grown(work, 14 * MB)
    nothing = arrival(noted("t", "s"), lambda *_: ())
    assert (await refusal(work, nothing)).outcome is Outcome.REFUSED
    store.raws["s"]["state"]["lines"] = []
    long_ago = NOW - 2 * REMEMBER_HANDLED
    store.raws["s"]["handled"] = [{"id": f"{n:1000}", "at": long_ago} for n in range(15_000)]
    assert (await refusal(work, adding(MB))).outcome is Outcome.DONE


async def test_of_one_batch_what_fits_is_taken_and_only_the_rest_refused(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    batch = await work.run([adding(5 * MB, text=f"n{nth}") for nth in range(3)] + [adding(9)])
    ends = {one.arrival.id: one.outcome for one in batch.settled}
    assert list(ends.values()) == ["done", "done", "refused", "done"]
    assert texts(store) == ["n0", "n1", ""]


async def test_what_waits_for_the_broker_is_tried_again_in_its_order(
    store: MemoryStore[Sheet], work: Work[Sheet]
) -> None:
    said = [noted("t", "s", f"{nth}") for nth in range(60)]
    waiting = [arrival(one, note if nth % 4 else pass_on) for nth, one in enumerate(said * 3)]
    rounds = 0
    while waiting:
        batch = await work.run(waiting)
        await work._outbox.publish(batch.parcels, by="test")
        left = [one for one in batch.settled if one.outcome is not Outcome.DONE]
        assert all(one.outcome is Outcome.FAILED for one in left)
        assert all(isinstance(one.error, OutboxFullError) for one in left)
        waiting, rounds = [one.arrival for one in left], rounds + 1
    assert rounds == 2
    assert texts(store) == [one.text for one in said * 3]


@pytest.mark.rule("I8")
async def test_a_clock_waits_for_no_broker(work: Work[Sheet]) -> None:
    waiting = [arrival(noted("t", "s"), pass_on) for _ in range(30)]
    batch = await work.run([*waiting, adding(1, door=Door.CLOCK)])
    assert outcomes(batch)[-2:] == ["failed", "done"]


async def test_an_act_that_waits_for_the_broker_may_be_sent_again(work: Work[Sheet]) -> None:
    acts = [replace(arrival(noted("t", "s"), pass_on), door=Door.ACT) for _ in range(30)]
    batch = await work.run(acts)
    last = batch.settled[-1]
    assert last.outcome is Outcome.REFUSED
    assert isinstance(last.error, OutboxFullError)


async def test_a_person_gets_the_refusal_of_a_full_record(work: Work[Sheet]) -> None:
    acts = Acts(work, work._outbox, Lanes())
    await grown(work, 12 * MB)
    answer = asyncio.create_task(acts.perform(adding(MB, door=Door.ACT)))
    await acts.take_waiting()
    with pytest.raises(DocumentFullError):
        await answer


async def test_no_document_has_more_clocks_than_one_message_can_tell(work: Work[Sheet]) -> None:
    def promising(number: int, sheet: Sheet, message: Noted) -> Iterable[Message]:
        list(note(sheet, message))
        for _ in range(number):
            promise(sheet, due_at=DUE)
        return ()

    def more(number: int) -> Arrival:
        return arrival(noted("t", "s"), partial(promising, number))

    assert outcomes(await work.run([more(MOST_CLOCKS)])) == ["done"]
    assert outcomes(await work.run([more(1), more(0)])) == ["refused", "done"]


async def test_a_large_document_is_counted_and_named_once(work: Work[Sheet]) -> None:
    def times() -> float:
        return REGISTRY.get_sample_value("mash_large_documents_total") or 0

    before = times()
    with structlog.testing.capture_logs() as lines:
        await work.run([adding(3 * MB)])
        assert lines == []
        await work.run([adding(2 * MB)])
        await work.run([adding(MB)])
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("document_large", "warning")
    assert (line["document_id"], line["bytes"] > LARGE) == ("s", True)
    assert times() == before + 2
    assert (REGISTRY.get_sample_value("mash_largest_document_bytes") or 0) > 6 * MB


@pytest.mark.engines
async def test_a_message_that_would_fill_a_document_is_parked_as_full(toy: Toy) -> None:
    def fill(sheet: Sheet, message: Noted) -> Iterable[Message]:
        size = 11 * MB if message.text == "first" else 2 * MB
        return write(1 if message.text == "last" else size, sheet, message)

    await toy.say(*(noted(toy.tag, "s", text) for text in ("first", "more", "last")))
    async with toy.running(fill):
        await toy.all_heard()
    (parked,) = await toy.read(toy.parked)
    assert headers_of(parked)["parked-kind"] == ParkReason.FULL == "full"
    assert headers_of(parked)["parked-reason"] == str(DocumentFullError())
    assert len(await toy.lines("s")) == 2
