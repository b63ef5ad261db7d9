"""Doors that wait for an engine: what they write, and that the first success wakes them all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import pytest
from pymongo.errors import AutoReconnect
from structlog.testing import capture_logs

from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.metrics import OUTAGE
from mash_shared.plumbing.outages import LONGEST_WAIT, Outages
from support.virtual_time import timeless

DOORS = ("toy", "toy.red", "clock", "relay", "act", "courier.0")
BACK_AT = 330.0
"""Seconds after which the engine is back."""


def _now() -> float:
    return asyncio.get_running_loop().time()


def _engine(error: type[Exception] = AutoReconnect) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        if _now() < BACK_AT:
            raise error("away")
        return _now()

    return ask


async def _wait_apart(outages: Outages, ask: Callable[[], Awaitable[float]]) -> list[float]:
    """Begin to wait at every door, so that their sleeps end far apart; give when each was over."""
    waiting = []
    for number, door in enumerate(DOORS):
        waiting.append(asyncio.create_task(outages.outlast(door, ask)))
        await asyncio.sleep(number + 0.7)
    return await asyncio.gather(*waiting)


@timeless
async def test_the_first_success_wakes_every_door_that_sleeps() -> None:
    """A door would else sleep for up to 30 s after the engine was back (fault KI6)."""
    outages = Outages()
    over = await _wait_apart(outages, _engine())
    assert BACK_AT <= min(over) < BACK_AT + LONGEST_WAIT
    assert max(over) == min(over)
    assert not outages.is_out


@timeless
async def test_a_door_that_fails_again_sleeps_again() -> None:
    """One success while others still fail is no reason to spin."""
    outages, tries = Outages(), 0

    async def fails() -> None:
        nonlocal tries
        tries += 1
        assert tries < 60, "it spins"
        raise AutoReconnect

    failing = asyncio.create_task(outages.outlast("toy", fails))
    for _ in range(20):
        await asyncio.sleep(10)
        step = iter([AutoReconnect(), None])
        await outages.outlast("act", lambda step=step: _next(step))  # type: ignore[misc]
    assert not failing.done()
    failing.cancel()


async def _next(step: object) -> None:
    if error := next(step):  # type: ignore[call-overload]
        raise error


@pytest.mark.parametrize("error", [AutoReconnect, BrokerUnavailableError])
@timeless
async def test_an_outage_is_two_lines_at_each_door(error: type[Exception]) -> None:
    """Gone, and back with a count, however often it was tried meanwhile (fault KI5)."""
    with _lines() as lines:
        await Outages().outlast("toy", _engine(error))
    gone, back = lines
    assert (gone["event"], gone["door"], gone["error_type"]) == ("outage", "toy", error.__name__)
    assert (back["event"], back["door"]) == ("outage_over", "toy")
    assert BACK_AT <= back["seconds"] <= BACK_AT + LONGEST_WAIT
    assert BACK_AT / LONGEST_WAIT < back["count"] < 30


@timeless
async def test_a_door_that_is_stopped_waits_no_longer() -> None:
    outages = Outages()
    waiting = asyncio.create_task(outages.outlast("toy", _engine()))
    await asyncio.sleep(5)
    assert outages.is_out
    assert OUTAGE.labels("toy")._value.get() == 1
    waiting.cancel()
    await asyncio.wait([waiting])
    assert not outages.is_out
    assert OUTAGE.labels("toy")._value.get() == 0


def _lines() -> AbstractContextManager[list[dict[str, object]]]:
    return capture_logs()  # type: ignore[return-value]
