"""A service that was down over a promise reads what came in time before the promise runs out."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from mash_shared.messages import Message
from mash_shared.plumbing.backlog import KafkaBacklog
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.subscription import Due
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.plumbing.times import as_it_is, wall_clock
from mash_shared.vocabulary import ClockKind, ClockState
from toy.domain import Noted, Sheet, note, noted, promise, ring
from toy.hub import Toy, until
from toy.workshop import workshop

pytestmark = pytest.mark.engines

DUE = (Due(ClockKind.ENQUIRY, ring),)
AHEAD = timedelta(seconds=4)


def ask(sheet: Sheet, message: Noted) -> Iterable[Message]:
    promise(sheet, due_at=datetime.now(UTC) + AHEAD)
    return note(sheet, message)


def answer(sheet: Sheet, message: Noted) -> Iterable[Message]:
    sheet.end_clock(ClockKind.ENQUIRY, state=ClockState.MET, at=message.occurred_at)
    return note(sheet, message)


async def test_what_came_in_time_is_read_before_the_promise_runs_out(toy: Toy) -> None:
    async with toy.running(ask):
        await toy.say(noted(toy.tag, "s", "asked"))
        await toy.all_heard()
    await toy.say(noted(toy.tag, "s", "answered"))
    due = datetime.fromisoformat((await toy.sheet("s"))["state"]["clocks"][0]["due_at"])
    assert datetime.now(UTC) < due, "the answer came too late for this test"
    await until(lambda: datetime.now(UTC) > due, "due time")
    backlog = KafkaBacklog(toy.kafka, {toy.process: (toy.noted,)}, as_it_is)
    async with workshop(toy) as ours:  # a first sweep, before anything is read
        first = Sweeper(DUE, ours.work, ours.outbox, Outages(), wall_clock, backlog=backlog)
        assert await first.sweep() == 1
    assert await toy.lines("s") == ["asked"]
    async with toy.running(answer, DUE):
        await toy.all_heard()
        assert await toy.lines("s") == ["asked", "answered"]
    (clock,) = (await toy.sheet("s"))["state"]["clocks"]
    assert clock["state"] == ClockState.MET


async def test_the_oldest_record_that_nobody_committed_is_found_and_dated_by_the_broker(
    toy: Toy,
) -> None:
    topics = (toy.noted, toy.noted_red)
    backlog = KafkaBacklog(toy.kafka, {toy.process: topics}, as_it_is)
    assert await backlog.oldest_unread() is None
    await toy.say(noted(toy.tag, "s", "first"))
    await asyncio.sleep(0.05)
    await toy.say(noted(toy.tag, "s", "second"))
    first, _ = await toy.read(toy.noted)
    oldest = await backlog.oldest_unread()
    assert oldest is not None
    assert oldest.timestamp() * 1000 == pytest.approx(first.timestamp, abs=1)
    async with toy.running():
        await toy.all_heard()
    assert await backlog.oldest_unread() is None
