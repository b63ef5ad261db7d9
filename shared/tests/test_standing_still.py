"""A lane that stands still is seen from outside, and seen to go on again."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx
import pytest
from faststream.exceptions import NackMessage

from mash_shared.http.health import health
from mash_shared.plumbing import process as living
from mash_shared.plumbing.metrics import STALLED
from mash_shared.plumbing.process import Process
from mash_shared.plumbing.progress import STILL, Progress
from support.virtual_time import timeless
from toy.domain import noted
from toy.hub import Toy, until


async def _give_back_after(lane: Progress, seconds: float) -> None:
    with suppress(NackMessage), lane.holding():
        await asyncio.sleep(seconds)
        raise NackMessage


@timeless
async def test_a_batch_in_hand_for_a_minute_is_a_lane_that_stands_still() -> None:
    """Also where it is given back again and again: that is the same work (fault XA1)."""
    lane = Progress()
    await asyncio.sleep(1000)
    assert (lane.moves, lane.stood_still()) == (True, 0)
    for _ in range(4):
        await _give_back_after(lane, STILL / 4)
    assert (lane.moves, lane.stood_still()) == (False, STILL)
    with lane.holding():
        await asyncio.sleep(1)
        assert lane.stood_still() == STILL + 1
    assert (lane.moves, lane.stood_still()) == (True, 0)


@timeless
async def test_so_is_one_that_takes_nothing_of_what_lies_there() -> None:
    """The consumer may be dead although nobody holds a batch (fault KI1)."""
    lane = Progress()
    for _ in range(12):
        assert lane.moves
        lane.note_unread(unread=True)
        await asyncio.sleep(STILL / 12)
    assert (lane.moves, lane.stood_still()) == (False, STILL)
    lane.note_unread(unread=False)
    assert (lane.moves, lane.stood_still()) == (True, 0)


@timeless
async def test_what_was_given_back_and_went_to_another_copy_is_no_longer_waited_for() -> None:
    """While it is in hand, that nothing else lies there says nothing."""
    lane = Progress()
    await _give_back_after(lane, STILL)
    with lane.holding():
        lane.note_unread(unread=False)
        assert not lane.moves
    await _give_back_after(lane, STILL)
    assert not lane.moves
    lane.note_unread(unread=False)
    assert (lane.moves, lane.stood_still()) == (True, 0)


@timeless
async def test_one_that_settles_batches_moves_however_much_lies_there() -> None:
    """A backlog that is being read is no standstill."""
    lane = Progress()
    for _ in range(20):
        lane.note_unread(unread=True)
        with lane.holding():
            await asyncio.sleep(STILL / 6)
    assert lane.moves


class Answers:
    """What a process would answer, changed at will."""

    def __init__(self) -> None:
        self.broker = self.database = True

    async def live(self) -> Mapping[str, bool]:
        return {"consumers": True}

    async def ready(self) -> Mapping[str, bool]:
        return {"broker": self.broker, "database": self.database}

    async def serving(self) -> Mapping[str, bool]:
        return {"database": self.database}


async def _ask(app: Any, what: str) -> int:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ops") as client:
        return (await client.get(f"/health/{what}")).status_code


@pytest.mark.parametrize(
    ("away", "answers"),
    [
        ("", {"live": 200, "ready": 200, "serving": 200}),
        ("broker", {"live": 200, "ready": 503, "serving": 200}),
        ("database", {"live": 200, "ready": 503, "serving": 503}),
    ],
)
async def test_each_address_answers_from_its_own_checks(
    away: str, answers: Mapping[str, int]
) -> None:
    """Without the broker people's acts are still taken, and a load balancer sees it (TM5)."""
    checks = Answers()
    if away:
        setattr(checks, away, False)
    app = health(checks.live, checks.ready, checks.serving)  # type: ignore[arg-type]
    assert {what: await _ask(app, what) for what in answers} == answers


def _stalled(process: Process, group: str) -> float:
    return float(STALLED.labels(group)._value.get())


@pytest.mark.engines
async def test_the_metric_and_readiness_go_red_and_green_again(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the lane that stands is red, and the process is not said to be dead."""
    monkeypatch.setattr(living, "WATCH_EVERY", 0.05)
    monkeypatch.setattr("mash_shared.plumbing.progress.STILL", 0.5)
    async with toy.running() as process:
        load, goes_on = process._unit.store.load, asyncio.Event()

        async def stands(ids: Any) -> Any:
            await goes_on.wait()
            return await load(ids)

        process._unit.store.load = stands  # type: ignore[method-assign]
        assert (await process._ready())["lanes_moving"]
        await toy.say(noted(toy.tag, "s", "slow"))
        await until(lambda: _stalled(process, toy.process) > 0.5, "metric of a lane that stands")
        assert _stalled(process, f"{toy.process}.red") == 0
        ready = await process._ready()
        assert ready["sign_in"]
        assert [check for check, holds in ready.items() if not holds] == ["lanes_moving"]
        assert all((await process._live()).values())

        goes_on.set()
        await until(lambda: _stalled(process, toy.process) == 0, "metric of a lane that goes on")
        assert all((await process._ready()).values())
    assert await toy.lines("s") == ["slow"]
