"""Bugs put in on purpose, to see that the simulation finds what it is there to find."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pymongo import InsertOne, ReplaceOne

from decision.domain import Decision
from mash_shared.clocks import Clock
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.draft import Draft
from mash_shared.plumbing.outbox import Outbox
from mash_shared.policy.calendar import Calendar, DueTime
from notify.handlers import NotifyHandlers
from simulation.copies import Copy


def inbox() -> None:
    """A document does not look whether it has taken something in before."""
    take_one: Any = Draft._take_one

    def forgetful(draft: Any, arrival: Any) -> None:
        kept = draft.document.handled.pop(arrival.id, None)
        take_one(draft, arrival)
        if kept is not None:
            draft.document.handled[arrival.id] = kept

    setattr(Draft, "_take_one", forgetful)  # noqa: B010 - a class of ours is spoilt


def outbox() -> None:
    """Messages are sent, and not kept until they are confirmed."""
    as_kept: Any = Store._raw

    def without(store: Any, *given: Any) -> Any:
        raw = as_kept(store, *given)
        raw.pop("unsent_since", None)
        return raw | {"outgoing": []}

    setattr(Store, "_raw", without)  # noqa: B010 - a class of ours is spoilt


def relay() -> None:
    """Nobody sends again what was left behind."""

    async def nothing(_: Any) -> None:
        pass

    setattr(Outbox, "relay", nothing)  # noqa: B010 - a class of ours is spoilt


def commit_order() -> None:
    """An offset is committed before its record is handled."""

    async def first(copy: Any, lane: Any, wanted: Any) -> None:
        before = {place: copy.log.position(lane.group, place) for place in wanted}
        taken = [one for place in wanted for one in copy.log.read(lane.group, place, wanted[place])]
        copy.log.commit(lane.group, taken, before)
        if taken:
            await lane.listener.take(taken)

    setattr(Copy, "pump", first)  # noqa: B010 - a class of ours is spoilt


def compare_and_set() -> None:
    """A document is written over whatever somebody else wrote meanwhile."""

    async def write(store: Any, raws: Any) -> int:
        operations: list[Any] = [
            ReplaceOne({"_id": raw["_id"]}, raw)
            if raw["_id"] in store.collection.raws
            else InsertOne(raw)
            for raw in raws
        ]
        await store.collection.bulk_write(operations, ordered=False)
        return len(raws)

    setattr(Store, "_write", write)  # noqa: B010 - a class of ours is spoilt


def clock() -> None:
    """Elapsed time is added to the time on the wall, wrong by an hour twice a year."""
    right: Any = Calendar.due

    def naive(calendar: Calendar, start: datetime, duration: Any) -> DueTime:
        if duration.elapsed is None:
            due: DueTime = right(calendar, start, duration)
            return due
        wall = start.astimezone(ZoneInfo("Europe/London")) + duration.elapsed
        return DueTime(wall.astimezone(start.tzinfo), calendar.version)

    setattr(Calendar, "due", naive)  # noqa: B010 - a class of ours is spoilt


def kept_late() -> None:
    """A promise that was recorded as missed stays so, whatever came in time and was read late."""

    def nothing(*_: Any) -> None:
        pass

    setattr(Clock, "met_after_all", nothing)  # noqa: B010 - a class of ours is spoilt


def old_work() -> None:
    """Whoever decides goes by the first they heard of a contact's outstanding work."""
    right: Any = Decision.note_work

    def first(decision: Any, work: Any, **said: Any) -> bool:
        return decision.work is None and bool(right(decision, work, **said))

    setattr(Decision, "note_work", first)  # noqa: B010 - a class of ours is spoilt


def old_address() -> None:
    """Whoever writes to the referrer goes by the first they heard of them."""
    right: Any = NotifyHandlers.expect_notice

    def first(handlers: Any, notice: Any, recorded: Any) -> Any:
        return iter(()) if notice.edition else right(handlers, notice, recorded)

    setattr(NotifyHandlers, "expect_notice", first)  # noqa: B010 - a class of ours is spoilt


MUTANTS: Mapping[str, Callable[[], None]] = {
    "inbox": inbox,
    "outbox": outbox,
    "relay": relay,
    "commit-order": commit_order,
    "compare-and-set": compare_and_set,
    "clock": clock,
    "kept-late": kept_late,
    "old-work": old_work,
    "old-address": old_address,
}
