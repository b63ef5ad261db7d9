"""Broker or database away: nothing is parked, nothing spins, readiness is red, all is caught up."""

import asyncio
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect

from mash_local.engines import Engines
from mash_shared.plumbing import listener as listening
from mash_shared.plumbing import producer as producing
from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.process import Process
from mash_shared.plumbing.producer import Producer
from toy.domain import noted
from toy.hub import Toy, until
from toy.workshop import arrival

pytestmark = [pytest.mark.engines, pytest.mark.crash]


async def health(process: Process, what: str = "ready") -> tuple[int, dict[str, bool]]:
    port = process._service.settings.ops_port
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/health/{what}")
    return answer.status_code, answer.json()


def counting(process: Process) -> list[str]:
    """Count how often the database is asked and the broker is spoken to."""
    calls: list[str] = []
    load, send = process._unit.store.load, process._producer.send

    async def counted_load(ids: Iterable[str]) -> Any:
        calls.append("load")
        return await load(ids)

    async def counted_send(messages: Any) -> None:
        calls.append("send")
        await send(messages)

    process._unit.store.load = counted_load  # type: ignore[method-assign]
    process._producer.send = counted_send  # type: ignore[method-assign]
    return calls


async def test_database_away(toy_to_break: Toy, breakable: Engines) -> None:
    toy = toy_to_break
    async with toy.running() as process:
        await toy.say(noted(toy.tag, "s", "before"))
        await toy.all_heard()
        assert (await health(process))[0] == 200

        calls = counting(process)
        await asyncio.to_thread(breakable.mongo.kill)
        await toy.say(*(noted(toy.tag, f"s{n}", "meanwhile") for n in range(20)))
        await asyncio.sleep(8)
        status, ready = await health(process)
        assert (status, ready["database"]) == (503, False)
        assert (await health(process, "live"))[0] == 200
        assert (await health(process, "serving"))[0] == 503
        assert 1 <= calls.count("load") <= 8
        assert await toy.lag(toy.process, [toy.noted]) == 20

        await asyncio.to_thread(breakable.mongo.restart)
        await toy.all_heard(seconds=60)
        assert (await health(process))[0] == 200
    assert await toy.read(toy.parked) == []
    assert await toy.lines("s") == ["before"]
    assert [await toy.lines(f"s{n}") for n in range(20)] == [["meanwhile"]] * 20


async def test_broker_away_while_a_batch_is_in_hand(toy_to_break: Toy, breakable: Engines) -> None:
    toy = toy_to_break
    async with toy.running() as process:
        publish = process._unit.outbox.publish
        killed = asyncio.Event()

        async def kill_first(parcels: Any, by: str) -> None:
            if not killed.is_set() and by == "message":
                killed.set()
                await asyncio.to_thread(breakable.kafka.kill)
            await publish(parcels, by=by)

        process._unit.outbox.publish = kill_first  # type: ignore[method-assign]
        await toy.say(noted(toy.tag, "s", "once"))
        await killed.wait()
        calls = counting(process)
        await asyncio.sleep(4)
        status, ready = await health(process)
        assert (status, ready["broker"]) == (503, False)
        assert (await health(process, "serving"))[0] == 200  # acts are taken (fault TM5)
        act = await process._unit.acts.perform(arrival(noted(toy.tag, "act", "while away")))
        assert act.outcome is Outcome.DONE
        assert 1 <= calls.count("send") <= 7

        await asyncio.to_thread(breakable.kafka.restart)
        await toy.all_heard(seconds=60)
        await until(lambda: everything_said(toy, 2), "message of the act", 30)
        assert (await health(process))[0] == 200
    assert await toy.lines("s") == ["once"]
    assert await toy.read(toy.parked) == []


async def everything_said(toy: Toy, number: int) -> bool:
    return len({one.key for one in await toy.read(toy.counted)}) == number


async def test_start_waits_for_a_broker_and_a_database_that_are_not_there(
    toy_to_break: Toy, breakable: Engines
) -> None:
    toy = toy_to_break
    await toy.say(noted(toy.tag, "s", "early"))
    await asyncio.to_thread(breakable.kafka.kill)
    await asyncio.to_thread(breakable.mongo.kill)
    process = Process(toy.service())
    starting = asyncio.create_task(process.start())
    try:
        await asyncio.sleep(1)
        assert not starting.done()
        status, ready = await health(process)
        assert (status, ready["started"]) == (503, False)

        await asyncio.to_thread(breakable.mongo.restart)
        await asyncio.sleep(7)
        assert not starting.done()
        await asyncio.to_thread(breakable.kafka.restart)
        await asyncio.wait_for(starting, 60)
        await toy.all_heard()
        assert (await health(process))[0] == 200
    finally:
        starting.cancel()
        await process.stop()
    assert await toy.lines("s") == ["early"]


@pytest.mark.parametrize(
    ("fault", "most"), [(RuntimeError("nobody foresaw this"), 2), (AutoReconnect("away"), 6)]
)
async def test_a_batch_given_back_comes_again_without_spinning(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, fault: Exception, most: int
) -> None:
    monkeypatch.setattr(listening, "GIVE_BACK_AFTER", 1.0)
    async with toy.running() as process:
        load = process._unit.store.load
        tries: list[int] = []
        healed = asyncio.Event()

        async def broken(ids: Iterable[str]) -> Any:
            tries.append(1)
            if not healed.is_set():
                raise fault
            return await load(ids)

        process._unit.store.load = broken  # type: ignore[method-assign]
        await toy.say(noted(toy.tag, "s", "once"))
        await asyncio.sleep(2)
        assert 1 <= len(tries) <= most
        healed.set()
        await toy.all_heard()
        assert process._subscribers.stuck() == []
    assert await toy.lines("s") == ["once"]
    assert await toy.read(toy.parked) == []


def plain(toy: Toy, text: str) -> Outgoing:
    return Outgoing(id=text, topic=toy.counted, key=b"k", headers=(), body=text.encode())


async def test_a_producer_that_is_thrown_away_leaves_nothing_behind(
    toy_to_break: Toy, breakable: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = toy_to_break
    monkeypatch.setattr(producing, "CONFIRM_WITHIN", 2.0)
    before = asyncio.all_tasks()
    producer = Producer(toy.kafka, "thrown-away")
    await producer.send([plain(toy, "before")])
    await asyncio.to_thread(breakable.kafka.kill)
    with pytest.raises(BrokerUnavailableError):
        await asyncio.wait_for(producer.send([plain(toy, "during")]), 60)
    assert producer._producer is None
    await until(lambda: asyncio.all_tasks() <= before, "end of every task it had", 60)
    monkeypatch.undo()  # so long as it may take to be confirmed by a broker that has just begun
    await asyncio.to_thread(breakable.kafka.restart)
    await producer.send([plain(toy, "after")])
    await producer.stop()
    said = [record.value.decode() for record in await toy.read(toy.counted)]
    assert (said[0], said[-1]) == ("before", "after")
