"""One record that nobody can handle among many that are good: it alone is parked."""

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from mash_shared.plumbing.listener import GIVE_BACK_AFTER, PAUSE_AFTER_FAULT, TRIES_ALONE
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.parking import ParkReason, dead_letter_topic
from support.virtual_time import timeless
from toy.batches import TOPIC, Desk, batch

GOOD = [f"good-{number}" for number in range(50)]
AMONG_GOOD = [*GOOD[:17], "bad", *GOOD[17:]]
PLACE = f"{TOPIC}/2/717"


class Odd:
    """Something unforeseen that befalls whatever holds the bad sheet, so many times."""

    def __init__(self, times: int = 500) -> None:
        self.left = times
        self.alone = 0

    def raises(self, ids: Sequence[str]) -> None:
        """Raise."""
        if "bad" in ids and self.left:
            self.alone += len(ids) == 1
            self.left -= 1
            raise ZeroDivisionError

    def hangs(self, ids: Sequence[str]) -> Awaitable[None] | None:
        """Take longer than a batch may take."""
        if "bad" in ids and self.left:
            self.alone += len(ids) == 1
            self.left -= 1
            return asyncio.sleep(GIVE_BACK_AFTER * 2)
        return None


@pytest.mark.parametrize("how", ["raises", "hangs"])
@timeless
async def test_the_culprit_is_parked_with_its_place_and_the_good_are_handled(how: str) -> None:
    """What befalls a whole batch is halved until the culprit is alone (fault XA1)."""
    odd = Odd()
    desk = Desk(getattr(odd, how))
    await desk.deliver(batch(AMONG_GOOD))
    assert desk.lines == dict.fromkeys(GOOD, 1)
    assert odd.alone == TRIES_ALONE == 5
    (parked,) = desk.parking.sent
    assert parked.topic == dead_letter_topic("toy")
    said = {name: value.decode() for name, value in parked.headers if name.startswith("parked-")}
    assert said["parked-id"] == PLACE
    assert said["parked-kind"] == ParkReason.FAILED
    assert said["parked-attempt"] == "5"
    assert ("ZeroDivisionError" if how == "raises" else "TimeoutError") in said["parked-reason"]


@pytest.mark.parametrize("how", ["raises", "hangs"])
@timeless
async def test_what_passes_before_the_last_try_parks_nothing(how: str) -> None:
    """A record fails alone for a while because all do: it is given back, with a pause."""
    odd = Odd(TRIES_ALONE - 1)
    desk = Desk(getattr(odd, how))
    began = asyncio.get_running_loop().time()
    await desk.deliver(batch(["bad"]))
    assert asyncio.get_running_loop().time() - began >= odd.alone * PAUSE_AFTER_FAULT
    assert (desk.lines, desk.parking.sent) == ({"bad": 1}, [])
    assert desk.deliveries == TRIES_ALONE


@timeless
async def test_nobody_is_a_culprit_because_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What took too long during an outage is given back whole, however often."""
    odd = Odd(2 * TRIES_ALONE)
    desk = Desk(odd.hangs)
    monkeypatch.setattr(Outages, "seen_within", lambda *_: True)
    await desk.deliver(batch(["bad"]))
    assert (desk.lines, desk.parking.sent) == ({"bad": 1}, [])


@timeless
async def test_a_lane_takes_whole_batches_again_after_its_culprit() -> None:
    """Portions that were made smaller to find a culprit stay so no longer than its batch."""
    sizes: list[int] = []
    odd = Odd()

    def watched(ids: Sequence[str]) -> Awaitable[None] | None:
        sizes.append(len(ids))
        return odd.hangs(ids)

    desk = Desk(watched)
    await desk.deliver(batch(AMONG_GOOD))
    assert min(sizes) == 1
    sizes.clear()
    await desk.deliver(batch([f"later-{number}" for number in range(51)], first=900))
    assert sizes == [51]
