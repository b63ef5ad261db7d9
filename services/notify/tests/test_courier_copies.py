"""Several couriers, slow providers, deaths and clock steps: one letter each, none stuck (I7)."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import repeat
from random import Random

import pytest

from mash_shared.vocabulary import ClockState
from notify.claims import CLAIM_HOLDS, SEND_WITHIN
from notify.courier import GRACE, HANDS
from notify.domain import Phase
from support.couriers import Round, SlowStore, ready
from support.virtual_time import in_virtual_time

STEP = timedelta(minutes=20)
ALL_TOLD_WITHIN = 3600.0


async def _until_all_are_told(here: Round) -> None:
    async with asyncio.timeout(ALL_TOLD_WITHIN):
        while any(raw["state"]["in_hand"] for raw in here.store.raws.values()):  # noqa: ASYNC110
            await asyncio.sleep(1)


def _twice(here: Round) -> list[str]:
    return [id_ for id_, times in Counter(here.post.taken).items() if times > 1]


@pytest.mark.rule("I7")
@pytest.mark.parametrize("step", [STEP, -STEP, timedelta()], ids=str)
def test_two_copies_with_a_slow_provider_write_to_everybody_once(step: timedelta) -> None:
    here = ready(*(f"c{number}" for number in range(60)))
    here.post.slow = repeat((11.0, 11.0))

    async def deliver() -> float:
        copies = [asyncio.create_task(here.courier(name).keep_delivering()) for name in "ab"]
        await asyncio.sleep(30)
        here.step = step
        await _until_all_are_told(here)
        for copy in copies:
            copy.cancel()
        return asyncio.get_running_loop().time()

    took = in_virtual_time(deliver())
    assert (len(here.post.taken), _twice(here)) == (60, [])
    assert took < 60 / (2 * HANDS) * 22 + 30, "ready notices were kept waiting beside an idle copy"


@pytest.mark.rule("I7")
def test_what_dead_copies_had_in_hand_hides_nothing_that_is_ready() -> None:
    here = ready(*(f"c{number}" for number in range(60)))

    async def deliver() -> float:
        here.post.slow = repeat((30.0, 0.0))
        for _ in range(3):
            dying = asyncio.create_task(here.courier("dying").keep_delivering())
            await asyncio.sleep(1)
            dying.cancel()
        here.post.slow = None
        alive = asyncio.create_task(here.courier("alive").keep_delivering())
        await asyncio.sleep(5)
        assert len(here.post.taken) == 60 - 3 * HANDS
        await _until_all_are_told(here)
        alive.cancel()
        return asyncio.get_running_loop().time()

    assert in_virtual_time(deliver()) < CLAIM_HOLDS + 10
    assert (len(here.post.taken), _twice(here)) == (60, [])


@pytest.mark.rule("I7")
def test_red_leaves_before_amber() -> None:
    here = ready("c1", "c2", "c3", lane="amber")
    for raws in (ready("c8", "c9").store.raws, here.store.raws):
        here.store.raws.update(dict(raws))

    async def deliver() -> None:
        await here.courier().deliver()

    in_virtual_time(deliver())
    assert {id_[:2] for id_ in here.post.taken[:2]} == {"c8", "c9"}


@pytest.mark.rule("J6")
def test_a_letter_taken_in_time_and_recorded_later_keeps_the_promise() -> None:
    here = ready()
    here.post.slow = repeat((1.0, 30.0))  # taken in a second; the answer comes half a minute later
    due_at = here.notice().clocks[0].due_at

    async def deliver() -> None:
        here.step = due_at - here.now() - timedelta(seconds=10)
        died = asyncio.create_task(here.courier().deliver())
        await asyncio.sleep(20)
        died.cancel()
        await asyncio.sleep(0)
        await here.courier().deliver()

    in_virtual_time(deliver())
    assert here.notice().phase is Phase.DELIVERED
    assert here.notice().clocks[0].state is ClockState.MET


@pytest.mark.rule("I7")
@pytest.mark.parametrize("seed", range(40))
def test_however_couriers_interleave_and_die_nobody_is_told_twice_and_nobody_never(
    seed: int,
) -> None:
    chance = Random(seed)  # noqa: S311 - chance, not secrets
    store = SlowStore(iter(lambda: chance.choice([0, 0.01, 0.3, 2.0]), None))
    here = ready(*(f"c{number}" for number in range(12)), store=store)
    slowness = (0.0, 0.1, 1.0, 22.0, 40.0, 60.0)
    here.post.slow = iter(lambda: (chance.choice(slowness), chance.choice(slowness)), None)
    here.post.goes_on = chance.uniform(0, CLAIM_HOLDS - SEND_WITHIN - GRACE)

    async def live(name: str, lives: list[float]) -> None:
        for seconds in lives:
            life = asyncio.create_task(here.courier(name).keep_delivering())
            await asyncio.wait([life], timeout=seconds)
            life.cancel()
            await asyncio.wait([life])
        await here.courier(name).keep_delivering()

    async def everything() -> None:
        copies = [
            asyncio.create_task(live(name, [chance.uniform(0, 100) for _ in range(3)]))
            for name in "abc"
        ]
        for _ in range(6):
            await asyncio.sleep(chance.uniform(0, 60))
            here.step += chance.choice([STEP, -STEP])
        here.post.slow = iter(lambda: (chance.choice(slowness[:4]), 0.0), None)
        await _until_all_are_told(here)
        for copy in copies:
            copy.cancel()

    in_virtual_time(everything())
    assert _twice(here) == []
    assert {raw["state"]["phase"] for raw in store.raws.values()} == {Phase.DELIVERED}
