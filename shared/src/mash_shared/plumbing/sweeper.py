"""The clock door: finds what is due; its cost is what is due, never what is open."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from pymongo.errors import PyMongoError

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Door, Outcome, Settled
from mash_shared.plumbing.documents import A, Raw
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import ARRIVALS
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.subscription import ClockHandler, Due
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.work import Work
from mash_shared.vocabulary import ClockKind, Refusal

SWEEP_EVERY = 1.0
SWEEP_AT_ONCE = 200
TRY_AGAIN_AFTER = 30.0
"""Seconds before a document whose clock could not run out is tried again, behind all others."""

log = get_logger()


class NotDueError(Refusal):
    """A clock was met, ended or moved between the sweep and its running out: nothing is written."""


class Sweeper:
    """Lets due clocks run out, each exactly once however many sweepers there are (I8)."""

    def __init__(
        self, due: Sequence[Due], work: Work[A], outbox: Outbox, outages: Outages, now: Now
    ) -> None:
        self._handlers: Mapping[ClockKind, ClockHandler] = {line.kind: line.handler for line in due}
        self._work: Work[A] = work
        self._outbox = outbox
        self._outages = outages
        self._now = now
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
        arrivals = [
            self._arrival(aggregate.id, number, clock, now)
            for aggregate in self._read(raws)
            for number, clock in enumerate(aggregate.clocks)
            if clock.is_open and clock.due_at <= now
        ]
        if arrivals:
            crash.reach("C14")
            batch = await self._work.run(arrivals)
            self._report(batch.settled)
            await self._outbox.publish(batch.parcels, by="clock")
        return len(raws)

    def _forget_failures(self) -> None:
        moment = time.monotonic()
        self._failed = {id_: at for id_, at in self._failed.items() if at > moment}

    def _failed_now(self, id_: str) -> None:
        self._failed[id_] = time.monotonic() + TRY_AGAIN_AFTER

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
