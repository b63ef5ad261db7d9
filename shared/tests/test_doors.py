"""Message, clock and act: three doors, one way in; and red goes before amber."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.plumbing import lanes as laning
from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.subscription import Due
from mash_shared.plumbing.sweeper import SWEEP_AT_ONCE, Sweeper
from mash_shared.plumbing.times import wall_clock
from mash_shared.plumbing.work import Work
from mash_shared.vocabulary import ClockKind, Lane
from toy.domain import Noted, Sheet, note, noted, promise, ring
from toy.hub import Toy, headers_of, until
from toy.workshop import Workshop, arrival, workshop

pytestmark = pytest.mark.engines

DUE = (Due(ClockKind.ENQUIRY, ring),)


def promising(sheet: Sheet, message: Noted, *, ahead: timedelta = timedelta()) -> Iterable[Message]:
    promise(sheet, due_at=datetime.now(UTC) + ahead)
    return note(sheet, message)


def open_clock(sheet: Sheet, message: Noted) -> Iterable[Message]:
    return promising(sheet, message, ahead=timedelta(days=1))


def sweeper(ours: Workshop, due: Iterable[Due] = DUE) -> Sweeper:
    return Sweeper(tuple(due), ours.work, ours.outbox, Outages(), wall_clock)


async def test_all_three_doors_lead_through_the_same_code(toy: Toy) -> None:
    async with toy.running(note, DUE) as process:
        act = arrival(noted(toy.tag, "s", "act"), promising, id_="act:1")
        assert (await process._unit.acts.perform(act)).outcome is Outcome.DONE
        assert (await process._unit.acts.perform(act)).outcome is Outcome.REPEATED
        await toy.say(noted(toy.tag, "s", "message"))
        await until(lambda: rang(toy, "s"), "clock that ran out")
        await until(lambda: said(toy, 3), "three messages")

    sheet = await toy.sheet("s")
    assert sorted(sheet["state"]["lines"]) == ["act", "message", "rang"]
    assert sheet["version"] == len(sheet["handled"]) == 3
    assert {"act", "clock"} < {kept["id"].split(":")[0] for kept in sheet["handled"]}
    assert "next_due_at" not in sheet
    states = [one.value.decode().count('"missed"') for one in await toy.read(toy.clocks)]
    assert states == [0, 1]


async def rang(toy: Toy, id_: str) -> bool:
    return "rang" in await toy.lines(id_)


async def said(toy: Toy, number: int) -> bool:
    return len(await toy.read(toy.counted)) == number


async def test_two_sweepers_let_each_clock_run_out_once(toy: Toy) -> None:
    async with workshop(toy) as one, workshop(toy) as other:
        await one.work.run(arrival(noted(toy.tag, f"s{n}"), promising) for n in range(60))
        first, second = sweeper(one), sweeper(other)
        for _ in range(3):
            await asyncio.gather(first.sweep(), second.sweep())
        assert await first.sweep() == 0

    for n in range(60):
        assert await toy.lines(f"s{n}") == ["", "rang"]
    bells = {
        headers_of(one)["ce_id"]
        for one in await toy.read(toy.counted)
        if b'"text":"rang"' in one.value
    }
    assert len(bells) == 60


async def test_a_clock_that_fails_holds_up_no_other_and_does_not_spin(toy: Toy) -> None:
    tried: list[str] = []

    def failing(sheet: Sheet, clock: Clock, at: datetime) -> Iterable[Message]:
        tried.append(sheet.id)
        if sheet.id == "bad":
            raise ZeroDivisionError
        return ring(sheet, clock, at)

    async with workshop(toy) as ours:
        names = ("bad", "good")
        await ours.work.run(arrival(noted(toy.tag, name), promising) for name in names)
        await toy.sheets.insert_one({"_id": "unreadable", "next_due_at": datetime(2020, 1, 1)})  # noqa: DTZ001 - as bad as it gets
        one = sweeper(ours, (Due(ClockKind.ENQUIRY, failing),))
        for _ in range(3):
            await one.sweep()
        assert sorted(tried) == ["bad", "good"]
        assert await toy.lines("good") == ["", "rang"]
        one._failed["bad"] = 0.0
        await one.sweep()
    assert sorted(tried) == ["bad", "bad", "good"]


async def test_sweep_and_relay_cost_what_is_due_and_not_what_is_open(toy: Toy) -> None:
    async with workshop(toy) as ours:
        many = [arrival(noted(toy.tag, f"open{n}"), open_clock) for n in range(400)]
        await ours.work.run(many)
        await toy.sheets.update_many({}, {"$set": {"outgoing": []}, "$unset": {"unsent_since": ""}})
        await ours.work.run(arrival(noted(toy.tag, f"due{n}"), promising) for n in range(7))

    asked = Asked()
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        toy.mongo_url, tz_aware=True, event_listeners=[asked]
    )
    async with client, workshop(toy) as ours:
        sheets = client[toy.process]["sheets"]
        outbox = Outbox(sheets, ours.producer, lambda: wall_clock() + timedelta(minutes=1))
        work = Work(Store(sheets, Sheet), outbox, toy.process, wall_clock, wall_clock)
        await outbox.relay()
        await Sweeper(DUE, work, outbox, Outages(), wall_clock).sweep()
        relay, sweep = asked.finds[0], asked.finds[1]
        plans = [await client[toy.process].command("explain", one) for one in (relay, sweep)]

    for plan in plans:
        stats = plan["executionStats"]
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
        assert "SORT'" not in str(plan["queryPlanner"]["winningPlan"])
        assert stats["totalDocsExamined"] <= 7
        assert stats["totalKeysExamined"] <= 8
    assert "unsent_since_1" in str(plans[0]["queryPlanner"]["winningPlan"])
    assert "next_due_at_1" in str(plans[1]["queryPlanner"]["winningPlan"])
    assert sweep["limit"] == SWEEP_AT_ONCE


class Asked(CommandListener):
    """Keeps every `find` as the driver sent it."""

    def __init__(self) -> None:
        self.finds: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            words = ("find", "filter", "sort", "limit")
            self.finds.append(
                {name: event.command[name] for name in words if name in event.command}
            )

    def succeeded(self, _: object) -> None:
        pass

    def failed(self, _: object) -> None:
        pass


async def test_amber_in_hand_waits_while_red_is_in_hand(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laning, "AMBER_WAITS", 60)
    order: list[str] = []
    lanes, started = Lanes(), asyncio.Event()

    def watched(sheet: Sheet, message: Noted) -> Iterable[Message]:
        order.append(sheet.id)
        if len(order) == 30:
            started.set()
        return note(sheet, message)

    async with workshop(toy) as ours:

        async def amber() -> None:
            async with lanes.hold(Lane.AMBER) as breathe:
                many = [arrival(noted(toy.tag, f"s{n}"), watched) for n in range(200)]
                await ours.work.run(many, breathe)
                order.append("amber written")

        async def red() -> None:
            await started.wait()
            async with lanes.hold(Lane.RED) as breathe:
                await ours.work.run([arrival(noted(toy.tag, "red"), watched)], breathe)
                order.append("red written")

        await asyncio.gather(amber(), red())
    assert order.index("red written") <= 42
    assert order[-1] == "amber written"


async def test_amber_waits_before_a_batch_and_endless_red_never_stops_it(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laning, "AMBER_WAITS", 1.0)
    async with toy.running() as process, process._unit.yielding.hold(Lane.RED):
        await toy.say(noted(toy.tag, "s", "amber"))
        await asyncio.sleep(0.7)
        assert await toy.lines("s") == []
        await toy.say(noted(toy.tag, "r", "red", lane=Lane.RED))
        await toy.all_heard(lane=Lane.RED)
        assert await toy.lines("r") == ["red"]
        await toy.all_heard()
    assert await toy.lines("s") == ["amber"]
    assert len(await toy.read(toy.counted_red)) == 1
