"""The message door: a batch of records becomes arrivals, and every record is handled or parked."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from faststream.exceptions import NackMessage

from mash_shared.plumbing.arrival import Arrival, Outcome, Settled
from mash_shared.plumbing.bounds import DocumentFullError
from mash_shared.plumbing.envelope import ContractError
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import ARRIVALS, BATCH, PARKED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.parking import Parked, ParkReason
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.progress import Progress
from mash_shared.plumbing.receipts import Fate, Receipt, no_receipt, receipts
from mash_shared.plumbing.subscription import Reader, Record
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import trace_id
from mash_shared.plumbing.work import Work
from mash_shared.vocabulary import Lane

TRIES = (0.05, 0.2, 0.5)
"""Seconds before each further try of an arrival whose handler failed."""
GIVE_BACK_AFTER = 120.0
"""Seconds of outage after which a batch is given back to the broker, well before it evicts us."""
PAUSE_AFTER_FAULT = 2.0
"""Seconds before a batch is taken again that failed for a reason nobody foresaw."""
TRIES_ALONE = 5
"""How often a record that fails alone is tried before it is parked: what ails all may pass."""
Breathe = Callable[[], Awaitable[None]]

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Takes the batches of one lane; returns only when their offsets may be committed."""

    process: str
    group: str
    lane: Lane
    reader: Reader
    work: Work[Any]
    outbox: Outbox
    producer: Producer
    lanes: Lanes
    outages: Outages
    wall: Now
    receipt: Receipt = no_receipt
    progress: Progress = field(default_factory=Progress)

    async def take(self, records: Sequence[Record]) -> None:
        """Handle or park every record; raises `NackMessage` to be given the batch again."""
        crash.reach("C6")
        began = time.perf_counter()
        with self.progress.holding():
            async with self.lanes.hold(self.lane) as breathe:
                for some in self.progress.portions(records):
                    await self._take_in_time(some, breathe)
        crash.reach("C7")
        BATCH.labels("message", self.lane).observe(time.perf_counter() - began)

    async def _take_in_time(self, records: Sequence[Record], breathe: Breathe) -> None:
        try:
            async with asyncio.timeout(GIVE_BACK_AFTER):
                await self._take(records, breathe)
        except TimeoutError as error:
            out = self.outages.seen_within(GIVE_BACK_AFTER)
            if not out and len(records) > 1:
                self.progress.halve(len(records))
            if out or len(records) > 1:
                raise NackMessage from None
            await self._give_up(records[0], error)

    async def _take(self, records: Sequence[Record], breathe: Breathe) -> None:
        """Settle records; those that fail for a reason nobody foresaw are halved, to find which.

        What was settled before a fault finds itself in `handled`, so halves repeat nothing.
        """
        try:
            await self.outages.outlast(self.group, lambda: self._settle(records, breathe))
        except NackMessage:
            raise
        except Exception as error:  # noqa: BLE001 - one record must never stop a lane
            log.error(
                "batch_failed",
                group=self.group,
                records=len(records),
                error_type=type(error).__name__,
                where=where_raised(error),
            )
            if len(records) == 1:
                await self._give_up(records[0], error)
                return
            half = len(records) // 2
            await self._take(records[:half], breathe)
            await self._take(records[half:], breathe)

    async def _give_up(self, record: Record, error: Exception) -> None:
        """Park a record that fails alone; before that it is given back, and tried, some times."""
        place = f"{record.topic}/{record.partition}/{record.offset}"
        attempt = self.progress.tried(place)
        if attempt < TRIES_ALONE:
            await asyncio.sleep(PAUSE_AFTER_FAULT)
            raise NackMessage
        reason = f"{type(error).__name__} in {where_raised(error)}"
        fate = self._unread(record, error, reason, kind=ParkReason.FAILED, attempt=attempt)
        await self.outages.outlast(self.group, partial(self._tell, [fate]))

    async def _tell(self, fates: Sequence[Fate]) -> None:
        """Park what is to be parked, and give receipts; then offsets may be committed."""
        parked = [fate.parked for fate in fates if fate.parked is not None]
        given = receipts(fates, self.receipt, self.process)
        await self.producer.send([*(one.outgoing(self.process) for one in parked), *given])
        for given_up in parked:
            PARKED.labels(self.group, given_up.kind).inc()

    async def _settle(self, records: Sequence[Record], breathe: Breathe) -> None:
        arrivals: list[Arrival] = []
        sources: list[Record] = []
        fates: list[Fate] = []
        for record in records:
            try:
                read = self.reader.read(record, self.lane)
            except ContractError as error:
                fates.append(self._unread(record, error, str(error)))
            except Exception as error:  # noqa: BLE001 - whatever reading it may raise
                reason = f"reading it raised {type(error).__name__} in {where_raised(error)}"
                fates.append(self._unread(record, error, reason))
            else:
                arrivals.extend(read)
                sources.extend([record] * len(read))
        settled = await self._run(arrivals, breathe)
        by_arrival = {id(one.arrival): one for one in settled}
        for record, arrival in zip(sources, arrivals, strict=True):
            one = by_arrival[id(arrival)]
            self._log(record, one)
            fates.append(self._ended(record, one))
        await self._tell(fates)

    def _unread(
        self,
        record: Record,
        error: Exception,
        reason: str,
        *,
        kind: ParkReason = ParkReason.CONTRACT,
        attempt: int = 1,
    ) -> Fate:
        parked = self._park(record, kind, reason, attempt=attempt)
        return Fate(record=record, at=self.reader.came(record), parked=parked, error=error)

    def _ended(self, record: Record, settled: Settled) -> Fate:
        parked = None
        if settled.outcome is Outcome.REFUSED:
            full = isinstance(settled.error, DocumentFullError)
            kind = ParkReason.FULL if full else ParkReason.REFUSED
            parked = self._park(record, kind, str(settled.error), attempt=1)
        elif settled.outcome is Outcome.FAILED:
            reason, tries = _failure(settled), 1 + len(TRIES)
            parked = self._park(record, ParkReason.FAILED, reason, attempt=tries)
        at, error = settled.arrival.at, settled.error
        return Fate(record=record, at=at, settled=settled, parked=parked, error=error)

    async def _run(self, arrivals: Sequence[Arrival], breathe: Breathe) -> list[Settled]:
        """Run arrivals and publish; those that fail by their own fault get some more tries."""
        settled: list[Settled] = []
        waiting = list(arrivals)
        for pause in (*TRIES, None):
            batch = await self.work.run(waiting, breathe)
            await self.outbox.publish(batch.parcels, by="message")
            failed = [one for one in batch.settled if one.outcome is Outcome.FAILED]
            if not failed or pause is None:
                return settled + batch.settled
            settled += [one for one in batch.settled if one.outcome is not Outcome.FAILED]
            waiting = [one.arrival for one in failed]
            await asyncio.sleep(pause)
        return settled

    def _park(self, record: Record, kind: ParkReason, reason: str, *, attempt: int) -> Parked:
        log.warning(
            "message_parked",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            group=self.group,
            reason=reason,
            attempt=attempt,
        )
        return Parked(
            record=record,
            kind=kind,
            reason=reason,
            group=self.group,
            attempt=attempt,
            at=self.wall(),
        )

    def _log(self, record: Record, settled: Settled) -> None:
        arrival = settled.arrival
        ARRIVALS.labels(arrival.door, settled.outcome).inc()
        log.info(
            "message_handled",
            message_id=arrival.id,
            message_type=arrival.name,
            document_id=arrival.document_id,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            group=self.group,
            outcome=settled.outcome,
            trace_id=trace_id(arrival.traceparent),
        )


def _failure(settled: Settled) -> str:
    error = settled.error
    if error is None:
        return "unknown"
    return f"the handler failed with {type(error).__name__} in {where_raised(error)}"
