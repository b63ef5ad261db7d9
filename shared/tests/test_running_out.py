"""Clocks that run out: each for itself, none twice, and none that was kept meanwhile."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages import Message
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.metrics import CLOCKS_MISSED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.subscription import Due
from mash_shared.plumbing.sweeper import HOLD, Sweeper
from mash_shared.testing import NOW, Desk, MemoryOutbox, memory_work
from mash_shared.vocabulary import ClockKind, ClockState, ContactId, CouncilId, Urgency

LATER = NOW + timedelta(hours=2)


def _clock(**changes: Any) -> Clock:
    given: dict[str, Any] = {
        "kind": ClockKind.AGENCY_CHECK,
        "of": "police",
        "started_at": NOW,
        "due_at": NOW + timedelta(hours=1),
        "policy_version": "p",
        "calendar_version": "c",
    }
    return Clock(**(given | changes))


def _start(*clocks: Clock) -> Any:
    def change(aggregate: Aggregate) -> Iterator[Message]:
        aggregate.contact_id, aggregate.council = ContactId("c1"), CouncilId("havering")
        aggregate.urgency = Urgency("amber")
        aggregate.clocks += clocks
        yield from ()

    return change


def _desk(*clocks: Clock) -> Desk[Aggregate]:
    desk = Desk(Aggregate, "a1", "enquiry")
    desk.do(_start(*clocks))
    return desk


def _sweeper(desk: Desk[Aggregate], *due: Due, **more: Any) -> Sweeper:
    work = memory_work(desk.store, "enquiry", LATER)
    return Sweeper(due, work, cast("Any", MemoryOutbox()), Outages(), lambda: LATER, **more)


def _missed() -> float:
    return float(CLOCKS_MISSED.labels(ClockKind.AGENCY_CHECK)._value.get())


def _states(desk: Desk[Aggregate]) -> list[ClockState]:
    return [clock.state for clock in desk.aggregate.clocks]


async def test_two_clocks_alike_run_out_each_for_itself() -> None:
    rang: list[Clock] = []

    def ring(_: Aggregate, clock: Clock, __: object) -> Iterator[Message]:
        rang.append(clock)
        yield from ()

    desk = _desk(_clock(), _clock())
    sweeper = _sweeper(desk, Due(ClockKind.AGENCY_CHECK, ring))
    assert await sweeper.sweep() == 1
    assert len(rang) == 2
    assert _states(desk) == [ClockState.MISSED, ClockState.MISSED]
    assert await sweeper.sweep() == 0


async def test_a_second_round_with_the_time_of_the_first_runs_out_as_well() -> None:
    desk = _desk(_clock())
    sweeper = _sweeper(desk)
    assert await sweeper.sweep() == 1
    desk.do(_start(_clock()))
    before = _missed()
    assert await sweeper.sweep() == 1
    assert await sweeper.sweep() == 0
    assert _states(desk) == [ClockState.MISSED, ClockState.MISSED]
    assert _missed() - before == 1


async def test_a_reminder_that_rang_is_no_missed_promise() -> None:
    desk = _desk(_clock(kind=ClockKind.CHASE, part=0.75))
    sweeper = _sweeper(desk)
    assert await sweeper.sweep() == 1
    assert _states(desk) == [ClockState.RUNG]
    assert CLOCKS_MISSED.labels(ClockKind.CHASE)._value.get() == 0
    assert await sweeper.sweep() == 0


async def test_a_promise_kept_while_the_sweeper_read_is_not_missed_and_nothing_is_written() -> None:
    desk = _desk(_clock())
    sweeper, before, read = _sweeper(desk), _missed(), sweeper_reads(desk)
    sweeper._read = read  # type: ignore[method-assign]
    await sweeper.sweep()
    assert _states(desk) == [ClockState.MET]
    assert _missed() == before
    assert desk.raw is not None
    assert desk.raw["version"] == 2


class Unread:
    """Something that came at a moment and lies unread."""

    def __init__(self, came: datetime | None) -> None:
        self.came = came

    async def oldest_unread(self) -> datetime | None:
        if self.came == UNKNOWN:
            raise BrokerUnavailableError
        return self.came


UNKNOWN = NOW + timedelta(days=9)


@pytest.mark.rule("I8")
@pytest.mark.parametrize("came", [NOW, NOW + timedelta(hours=1), UNKNOWN])
async def test_a_clock_is_held_over_what_came_before_its_time_but_not_for_ever(
    came: datetime,
) -> None:
    desk, backlog = _desk(_clock()), Unread(came)
    sweeper = _sweeper(desk, backlog=backlog)
    await sweeper.sweep()
    assert _states(desk) == [ClockState.OPEN]
    assert await sweeper.sweep() == 0
    sweeper._failed.clear()
    (key,) = sweeper._held
    sweeper._held[key] -= HOLD
    await sweeper.sweep()
    assert _states(desk) == [ClockState.MISSED]


@pytest.mark.parametrize("came", [None, NOW + timedelta(hours=1, seconds=1)])
async def test_a_clock_is_not_held_over_what_came_after_its_time(came: datetime | None) -> None:
    desk = _desk(_clock())
    await _sweeper(desk, backlog=Unread(came)).sweep()
    assert _states(desk) == [ClockState.MISSED]


def sweeper_reads(desk: Desk[Aggregate]) -> Any:
    """Read what is due, and keep the promise in the very next moment."""

    def keep(aggregate: Aggregate) -> Iterator[Message]:
        aggregate.end_clock(ClockKind.AGENCY_CHECK, "police", state=ClockState.MET, at=NOW)
        yield from ()

    def read(raws: list[Any]) -> list[Aggregate]:
        found = [desk.store.aggregate(raw) for raw in raws]
        desk.do(keep)
        return found

    return read
