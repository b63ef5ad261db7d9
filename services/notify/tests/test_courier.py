"""The courier: claimed before sent, looked up when unsure, never sent twice, nothing held up."""

import asyncio
from datetime import timedelta

import pytest

from mash_shared.testing import NOW
from mash_shared.vocabulary import ClockKind, ClockState
from notify.claims import CLAIM_HOLDS
from notify.domain import LATE_TRIES, Notice, Phase
from notify.handlers import (
    NO_ADDRESS,
    NO_LETTER,
    NOT_IN_TIME,
    REFUSED,
    UNFIT_ADDRESS,
    UNKNOWN_DELIVERY,
)
from notify.letters import NotAcceptedError
from support.couriers import Round, ready
from support.virtual_time import timeless

UNKNOWN_END = NotAcceptedError("Timeout", certain=False)
NOT_NOW = NotAcceptedError("Refused", certain=True)


class CourierDiedError(BaseException):
    """Stands for a kill at one point."""


async def _take_over(here: Round, name: str = "two") -> int:
    """Let a copy watch for as long as claims hold, and then deliver."""
    courier = here.courier(name)
    took = await courier.deliver()
    await asyncio.sleep(CLAIM_HOLDS + 1)
    return took + await courier.deliver()


@pytest.mark.rule("K1", "J6")
@timeless
async def test_what_is_ready_is_delivered_once() -> None:
    here = ready("c1", "c2")
    assert await here.courier().deliver() == 2
    assert await here.courier().deliver() == 0
    assert sorted(here.post.taken) == ["c1.outcome@hub.example", "c2.outcome@hub.example"]
    assert here.notice().phase is Phase.DELIVERED
    assert here.said() == ["notice.delivered.red.v1"] * 2
    assert here.post.asked == 0


@pytest.mark.rule("I7")
@timeless
async def test_what_is_claimed_by_another_is_left_alone_whatever_the_wall_clock_says() -> None:
    here = ready()
    here.post.failures = [CourierDiedError()]
    with pytest.raises(CourierDiedError):
        await here.courier("one").deliver()
    two = here.courier("two")
    assert await two.deliver() == 0
    here.step = timedelta(days=1)
    await asyncio.sleep(CLAIM_HOLDS - 1)
    assert await two.deliver() == 0
    assert (here.post.taken, here.post.asked) == ([], 0)
    await asyncio.sleep(2)
    assert await two.deliver() == 1


@pytest.mark.rule("I7")
@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("took_it", [True, False])
@timeless
async def test_after_a_death_the_provider_is_asked_before_anything_is_sent(
    name: str, *, took_it: bool
) -> None:
    here = ready()
    here.post.failures, here.post.takes_it_anyway = [CourierDiedError()], took_it
    with pytest.raises(CourierDiedError):
        await here.courier("one").deliver()
    await _take_over(here, name)
    assert here.post.asked > 0
    assert here.post.taken == ["c1.outcome@hub.example"]
    assert here.notice().phase is Phase.DELIVERED
    assert here.said() == ["notice.delivered.red.v1"]


@pytest.mark.rule("I7", "J6")
@timeless
async def test_a_copy_started_again_learns_at_once_what_had_gone_out() -> None:
    here = ready()
    here.post.failures, here.post.takes_it_anyway = [CourierDiedError()], True
    with pytest.raises(CourierDiedError):
        await here.courier().deliver()
    await asyncio.sleep(5)
    await here.courier().deliver()
    assert (here.notice().phase, here.notice().ended_at) == (Phase.DELIVERED, NOW)


@pytest.mark.rule("I7")
@timeless
async def test_where_nobody_can_be_asked_a_person_is() -> None:
    here = ready()
    here.post.failures, here.post.can_be_asked = [UNKNOWN_END], False
    await here.courier().deliver()
    assert (here.notice().phase, here.notice().claimed_by) == (Phase.CLAIMED, "")
    await _take_over(here)
    assert here.notice().by_person_because == UNKNOWN_DELIVERY
    assert here.said() == ["notice.failed.red.v1"]
    assert here.post.taken == []


@timeless
async def test_a_refusal_is_tried_again_without_asking() -> None:
    here = ready()
    here.post.failures = [NOT_NOW] * 3
    for attempt in range(1, 5):
        assert await here.courier().deliver() == 1
        assert here.notice().attempts == attempt
        assert await here.courier().deliver() == 0
        await asyncio.sleep(600)
    assert here.notice().phase is Phase.DELIVERED
    assert (here.post.asked, len(here.post.taken)) == (0, 1)


@timeless
async def test_a_refusal_for_good_goes_to_a_person() -> None:
    here = ready()
    here.post.failures = [NotAcceptedError("Refused", certain=True, final=True)]
    await here.courier().deliver()
    assert here.notice().by_person_because == REFUSED


@pytest.mark.rule("J6", "K1")
@pytest.mark.parametrize("failure", [NOT_NOW, UNKNOWN_END], ids=["not now", "unknown"])
@timeless
async def test_a_late_notice_that_is_not_taken_goes_to_a_person(failure: Exception) -> None:
    here = ready()
    raw = here.store.raws["c1"]
    (clock,) = raw["state"]["clocks"]
    assert clock["kind"] == ClockKind.REFERRER_TOLD
    clock["state"] = ClockState.MISSED
    here.post.failures = [failure] * 50
    courier = here.courier()
    for _ in range(1500):
        await courier.deliver()
        await asyncio.sleep(1)
    assert here.notice().by_person_because == NOT_IN_TIME
    assert here.notice().attempts in (LATE_TRIES, LATE_TRIES + 1)


@pytest.mark.rule("I7")
@timeless
async def test_an_answer_that_never_came_is_looked_up() -> None:
    here = ready()
    here.post.failures, here.post.takes_it_anyway = [UNKNOWN_END], True
    await here.courier().deliver()
    await here.courier().deliver()
    assert (here.post.asked, len(here.post.taken)) == (1, 1)
    assert here.notice().phase is Phase.DELIVERED


@pytest.mark.rule("I7")
@timeless
async def test_a_provider_that_never_answers_is_left_before_the_claim_has_run_out() -> None:
    here = ready()
    here.post.slow = iter([(1e9, 0.0)])
    await here.courier().deliver()
    assert asyncio.get_running_loop().time() < CLAIM_HOLDS
    assert here.notice().claimed_by == ""


@timeless
async def test_without_an_address_nothing_is_sent() -> None:
    here = ready(email=None)
    assert await here.courier().deliver() == 1
    assert here.notice().by_person_because == NO_ADDRESS
    assert here.post.taken == []
    assert here.said() == ["notice.failed.red.v1"]
    assert await here.courier().deliver() == 0


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("=?utf-8?q?=0aBcc=3ax=40other.example?=@a.example", NO_LETTER),
        ("=?utf-8?q?admin?=@street.example", UNFIT_ADDRESS),
        ("=?utf-8?q??=@street.example", UNFIT_ADDRESS),
        ("=?utf-8?q?a=40b.example=2c?=@street.example", UNFIT_ADDRESS),
    ],
)
@timeless
async def test_an_address_that_no_letter_can_bear_goes_to_a_person_and_holds_up_no_other(
    email: str, why: str
) -> None:
    here = ready("c1", email=email)
    here.store.raws.update(ready("c2").store.raws)
    assert await here.courier().deliver() == 2
    assert here.notice("c1").by_person_because in (why, UNFIT_ADDRESS, NO_LETTER)
    assert here.notice("c2").phase is Phase.DELIVERED
    assert here.post.taken == ["c2.outcome@hub.example"]


@timeless
async def test_a_notice_that_cannot_be_read_holds_up_no_other() -> None:
    here = ready("c1", "c2")
    here.store.raws["c1"]["state"]["phase"] = Phase.READY
    here.store.raws["c1"]["state"]["attempts"] = "many"
    assert await here.courier().deliver() == 1
    assert isinstance(here.notice("c2"), Notice)
    assert here.notice("c2").phase is Phase.DELIVERED
