"""What counts is when the letter was taken, not when somebody wrote down that it was (J6)."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect

from mash_shared.plumbing.metrics import CLOCKS_MISSED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.testing import memory_work
from mash_shared.vocabulary import ClockKind, ClockState
from notify.claims import CLAIM_HOLDS, SEND_WITHIN
from notify.consumers import due
from notify.domain import TAKES_UP_TO, Phase
from notify.post import ANSWER_WITHIN
from support.couriers import HANDLERS, Round, ready
from support.virtual_time import timeless

BEFORE = timedelta(seconds=10)
"""How long before its promise runs out a letter is claimed."""


def _missed() -> float:
    return float(CLOCKS_MISSED.labels(ClockKind.REFERRER_TOLD)._value.get())


def _shortly_before(here: Round) -> datetime:
    """Put the wall clock to shortly before the promise runs out; give when that is."""
    due_at = here.notice().clocks[0].due_at
    here.step += due_at - here.now() - BEFORE
    return due_at


def _sweeping(here: Round) -> asyncio.Task[None]:
    work = memory_work(here.store, "notify")
    sweeper = Sweeper(due(HANDLERS), work, cast("Any", here.outbox), Outages(), here.now)
    return asyncio.create_task(sweeper.keep_sweeping())


async def _dies(life: asyncio.Task[Any]) -> None:
    life.cancel()
    with suppress(asyncio.CancelledError):
        await life


async def _until(here: Round, phase: Phase) -> None:
    async with asyncio.timeout(3600):
        while here.notice().phase is not phase:  # noqa: ASYNC110 - a document tells nobody
            await asyncio.sleep(1)


def _database_away_once_taken(here: Round, seconds: float) -> None:
    load, back_at = here.store.load, None

    async def away(ids: Any) -> Any:
        nonlocal back_at
        at = asyncio.get_running_loop().time()
        if here.post.taken:
            back_at = back_at or at + seconds
            if at < back_at:
                raise AutoReconnect
        return await load(ids)

    here.store.load = away  # type: ignore[method-assign]


@pytest.mark.rule("J6")
@timeless
async def test_an_outcome_written_after_the_promise_keeps_it_and_counts_as_no_miss() -> None:
    """Outcomes were written after the whole batch, and promises recorded missed (fault KI3)."""
    here, missed = ready(), _missed()
    due_at = _shortly_before(here)
    _database_away_once_taken(here, 120)
    sweeping = _sweeping(here)
    courier = asyncio.create_task(here.courier().keep_delivering())
    await _until(here, Phase.DELIVERED)
    assert here.now() > due_at + timedelta(seconds=SEND_WITHIN)
    assert here.notice().clocks[0].state is ClockState.MET
    assert _missed() == missed
    assert len(here.post.taken) == 1
    await _dies(courier)
    await _dies(sweeping)


@pytest.mark.rule("J6", "I7")
@timeless
async def test_nor_is_one_that_another_copy_finds_with_the_provider_long_after() -> None:
    """The first copy died over it; the claim is taken over a minute and a half later."""
    here, missed = ready(), _missed()
    here.post.slow = repeat((1.0, 30.0))
    due_at = _shortly_before(here)
    sweeping = _sweeping(here)
    dying = asyncio.create_task(here.courier("one").deliver())
    await asyncio.sleep(2)
    await _dies(dying)
    other = asyncio.create_task(here.courier("two").keep_delivering())
    await _until(here, Phase.DELIVERED)
    assert here.now() > due_at + timedelta(seconds=SEND_WITHIN)
    assert here.notice().clocks[0].state is ClockState.MET
    assert _missed() == missed
    assert len(here.post.taken) == 1
    await _dies(other)
    await _dies(sweeping)


@pytest.mark.rule("J6")
@timeless
async def test_a_letter_in_hand_that_nobody_sees_through_is_a_miss_all_the_same() -> None:
    here, missed = ready(), _missed()
    here.post.slow = repeat((1.0, 30.0))
    due_at = _shortly_before(here)
    sweeping = _sweeping(here)
    dying = asyncio.create_task(here.courier().deliver())
    await asyncio.sleep(2)
    await _dies(dying)
    async with asyncio.timeout(3600):
        while _missed() == missed:  # noqa: ASYNC110 - a metric tells nobody
            await asyncio.sleep(1)
    assert TAKES_UP_TO <= here.now() - due_at <= TAKES_UP_TO + timedelta(minutes=1)
    assert here.notice().clocks[0].state is ClockState.MISSED
    await _dies(sweeping)


def test_a_promise_waits_longer_than_a_dead_copy_s_claim_lasts() -> None:
    """First it must be seen for long enough, then asked about, then sent again."""
    assert TAKES_UP_TO.total_seconds() > CLAIM_HOLDS + ANSWER_WITHIN + SEND_WITHIN
