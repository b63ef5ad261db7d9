"""The clock door: finds what is due; its cost is what is due, never what is open."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from pymongo.errors import PyMongoError

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Door, Outcome, Settled
from mash_shared.plumbing.backlog import AllRead, Backlog
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.documents import A, Raw
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import ARRIVALS, RAN_OUT_OVER_UNREAD
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.subscription import ClockHandler, Due
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.work import Work
from mash_shared.vocabulary import ClockKind, Refusal

SWEEP_EVERY = 1.0
SWEEP_AT_ONCE = 200
HOLD = 45.0
"""Seconds that a clock is held open at most while something from before its time lies unread."""
LOOK_AGAIN_AFTER = 0.5
"""Seconds before a document whose clock is held open is looked at again."""
TRY_AGAIN_AFTER = 30.0
"""Seconds before a document whose clock could not run out is tried again, behind all others."""

log = get_logger()


class NotDueError(Refusal):
    """A clock was met, ended or moved between the sweep and its running out: nothing is written."""


class Sweeper:
    """Lets due clocks run out, each exactly once however many sweepers there are (I8)."""

    def __init__(  # noqa: PLR0913 - what it works with, each once
        self,
        due: Sequence[Due],
        work: Work[A],
        outbox: Outbox,
        outages: Outages,
        now: Now,
        *,
        backlog: Backlog = AllRead(),  # noqa: B008 - it has no state
    ) -> None:
        self._handlers: Mapping[ClockKind, ClockHandler] = {line.kind: line.handler for line in due}
        self._work: Work[A] = work
        self._outbox = outbox
        self._outages = outages
        self._now = now
        self._backlog = backlog
        self._held: dict[str, float] = {}
        self._failed: dict[str, float] = {}

    async def keep_sweeping(self) -> None:
        """Sweep for ever."""
        while True:
            try:
                swept = await self._outages.outlast("clock", self.sweep)
            except PyMongoError as error:
                log.error(
                    "sweep_failed", error_type=type(error).__name__, where=where_raised(error)
                )
                swept = 0
            if swept < SWEEP_AT_ONCE:
                await asyncio.sleep(SWEEP_EVERY)

    async def sweep(self) -> int:
        """Let every due clock run out, up to a limit of documents; return how many were found."""
        now = self._now()
        self._forget_failures()
        due = {"next_due_at": {"$lte": now}, "_id": {"$nin": list(self._failed)}}
        found = self._work.store.collection.find(due).sort("next_due_at")
        raws = await found.limit(SWEEP_AT_ONCE).to_list(None)
        due_now = [
            (clock, self._arrival(aggregate.id, number, clock, now))
            for aggregate in self._read(raws)
            for number, clock in enumerate(aggregate.clocks)
            if clock.is_open and clock.due_at <= now
        ]
        arrivals = await self._not_held(due_now) if due_now else []
        if arrivals:
            crash.reach("C14")
            batch = await self._work.run(arrivals)
            self._report(batch.settled)
            await self._outbox.publish(batch.parcels, by="clock")
        return len(raws)

    async def _not_held(self, due: Sequence[tuple[Clock, Arrival]]) -> list[Arrival]:
        """Hold clocks open over what came before their time and lies unread, but not for ever."""
        moment = asyncio.get_running_loop().time()
        try:
            oldest = await self._backlog.oldest_unread()
        except BrokerUnavailableError:
            oldest = datetime.min.replace(tzinfo=UTC)
        ready: list[Arrival] = []
        self._held = {key: at for key, at in self._held.items() if moment - at < 2 * HOLD}
        for clock, arrival in due:
            key = _key(arrival)
            if oldest is None or oldest > clock.due_at:
                self._held.pop(key, None)
                ready.append(arrival)
            elif moment - self._held.setdefault(key, moment) < HOLD:
                self._failed[arrival.document_id] = moment + LOOK_AGAIN_AFTER
            else:
                RAN_OUT_OVER_UNREAD.inc()
                log.warning(
                    "clock_held_no_longer", kind=arrival.name, document_id=arrival.document_id
                )
                ready.append(arrival)
        return ready

    def _forget_failures(self) -> None:
        moment = asyncio.get_running_loop().time()
        self._failed = {id_: at for id_, at in self._failed.items() if at > moment}

    def _failed_now(self, id_: str) -> None:
        self._failed[id_] = asyncio.get_running_loop().time() + TRY_AGAIN_AFTER

    def _read(self, raws: Iterable[Raw]) -> Iterator[Aggregate]:
        for raw in raws:
            try:
                yield self._work.store.aggregate(raw)
            except (ValueError, KeyError, TypeError) as error:
                self._failed_now(raw["_id"])
                log.error(
                    "clock_unreadable", document_id=raw["_id"], error_type=type(error).__name__
                )

    def _arrival(self, id_: str, number: int, clock: Clock, now: datetime) -> Arrival:
        """Name this very clock: clocks are never taken away, so its number stays its own."""
        return Arrival(
            id=f"clock:{clock.kind}:{clock.of}:{clock.due_at.isoformat()}:{number}",
            name=f"clock.{clock.kind}",
            document_id=id_,
            change=partial(self._run_out, number, now),
            at=now,
            door=Door.CLOCK,
            traceparent=child_of(None),
            though_erased=True,
        )

    def _run_out(self, number: int, now: datetime, aggregate: Aggregate) -> Iterable[Message]:
        clock = aggregate.clocks[number]
        if not clock.is_open or clock.due_at > now:
            raise NotDueError("The clock has ended or moved.")
        handler = self._handlers.get(clock.kind)
        if handler is not None:
            yield from handler(aggregate, clock, now)
        clock.run_out(now)

    def _report(self, settled: Sequence[Settled]) -> None:
        for one in settled:
            arrival = one.arrival
            ARRIVALS.labels(arrival.door, one.outcome).inc()
            if isinstance(one.error, NotDueError):
                continue
            if one.outcome is not Outcome.DONE:
                self._failed_now(arrival.document_id)
            log.warning(
                "clock_ran_out",
                kind=arrival.name,
                document_id=arrival.document_id,
                outcome=one.outcome,
                error_type=type(one.error).__name__ if one.error else None,
            )


def _key(arrival: Arrival) -> str:
    return f"{arrival.document_id}|{arrival.id}"
