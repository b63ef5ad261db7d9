"""A courier's own claims: looked at again, given back, kept through outages (I7)."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from notify.claims import CLAIM_HOLDS
from notify.domain import Phase
from support.couriers import ready
from support.virtual_time import timeless


@pytest.mark.rule("I7")
@pytest.mark.parametrize("change", ["told by a person", "taken over"])
@timeless
async def test_the_claim_is_looked_at_again_right_before_sending(
    monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    here = ready()
    courier = here.courier()
    get = here.store.get

    async def changed_meanwhile(id_: str) -> Any:
        state = here.store.raws[id_]["state"]
        if change == "taken over":
            state["attempts"] += 1
        else:
            state["phase"], state["in_hand"] = Phase.BY_PERSON, False
        return await get(id_)

    monkeypatch.setattr(here.store, "get", changed_meanwhile)
    await courier.deliver()
    assert here.post.taken == []


@pytest.mark.rule("I7")
@timeless
async def test_a_copy_that_comes_to_send_too_late_gives_the_notice_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = ready()
    get = here.store.get

    async def stopped_for_long(id_: str) -> Any:
        await asyncio.sleep(CLAIM_HOLDS)
        return await get(id_)

    with monkeypatch.context() as slow:
        slow.setattr(here.store, "get", stopped_for_long)
        assert await here.courier().deliver() == 1
    assert (here.post.taken, here.notice().phase) == ([], Phase.READY)
    await asyncio.sleep(10)
    await here.courier().deliver()
    assert here.notice().phase is Phase.DELIVERED


@pytest.mark.rule("I7")
@timeless
async def test_what_an_outage_kept_from_being_recorded_is_recorded_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = ready()
    courier = here.courier()
    send = here.post.send

    async def then_the_database_goes(*args: Any, **more: Any) -> None:
        await send(*args, **more)
        outage.setattr(here.store, "load", _gone)

    with monkeypatch.context() as outage:
        outage.setattr(here.post, "send", then_the_database_goes)
        with pytest.raises(AutoReconnect):
            await courier.deliver()
    await asyncio.sleep(1)
    await courier.deliver()
    assert here.notice().phase is Phase.DELIVERED
    assert (len(here.post.taken), here.post.asked) == (1, 0)


async def _gone(*_: Any) -> Any:
    raise AutoReconnect


@pytest.mark.rule("I7")
@timeless
async def test_a_claim_whose_writing_was_not_confirmed_is_begun_anew_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = ready()
    courier = here.courier()
    with monkeypatch.context() as outage:
        outage.setattr(here.store, "get", _gone)
        with pytest.raises(AutoReconnect):
            await courier.deliver()
    await asyncio.sleep(2)
    assert await courier.deliver() == 1
    assert (here.notice().phase, here.post.asked) == (Phase.DELIVERED, 0)


@pytest.mark.rule("I7")
@timeless
async def test_a_letter_let_out_and_never_recorded_is_not_sent_again_by_the_same_copy() -> None:
    here = ready()
    here.post.failures, here.post.takes_it_anyway = [RuntimeError()], True
    courier = here.courier()
    with pytest.raises(RuntimeError):
        await courier.deliver()
    await asyncio.sleep(2)
    await courier.deliver()
    assert here.post.asked == 1
    assert (len(here.post.taken), here.notice().phase) == (1, Phase.DELIVERED)
