"""The door of people's acts: what arrives over HTTP at the same moment is one batch."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from mash_shared.plumbing.arrival import Arrival, Outcome, Settled
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import ARRIVALS, BATCH
from mash_shared.plumbing.outages import is_outage
from mash_shared.plumbing.outbox import Outbox, Parcel
from mash_shared.plumbing.tracing import trace_id
from mash_shared.plumbing.work import EndlessRaceError, Work
from mash_shared.vocabulary import Lane

AT_ONCE = 100

log = get_logger()


class HubUnavailableError(Exception):
    """The act was not taken; the person may send it again under the same key (503)."""


class Acts:
    """Answers as soon as the act is written; its messages follow at once, or by the relay."""

    def __init__(self, work: Work[Any], outbox: Outbox, lanes: Lanes) -> None:
        self._work = work
        self._outbox = outbox
        self._lanes = lanes
        self._queue: asyncio.Queue[tuple[Arrival, asyncio.Future[Settled]]] = asyncio.Queue()
        self._publishing: set[asyncio.Task[None]] = set()

    async def perform(self, arrival: Arrival) -> Settled:
        """Take one act in.

        Raises the refusal of a rule as it is, `HubUnavailableError` on an outage, and whatever
        the handler raised.
        """
        answer: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((arrival, answer))
        settled = await answer
        if settled.error is not None:
            raise settled.error
        return settled

    async def keep_taking(self) -> None:
        """Take batches of acts for ever."""
        while True:
            await self.take_waiting()

    async def take_waiting(self) -> asyncio.Task[None] | None:
        """Take what waits as one batch, once there is anything; gives what goes on publishing."""
        waiting = [await self._queue.get()]
        while not self._queue.empty() and len(waiting) < AT_ONCE:
            waiting.append(self._queue.get_nowait())
        return await self._take(waiting)

    async def _take(
        self, waiting: Sequence[tuple[Arrival, asyncio.Future[Settled]]]
    ) -> asyncio.Task[None] | None:
        began = time.perf_counter()
        async with self._lanes.hold(Lane.RED):
            try:
                batch = await self._work.run(arrival for arrival, _ in waiting)
            except Exception as error:  # noqa: BLE001 - somebody waits for every answer
                self._fail(waiting, error)
                return None
            answers = {id(arrival): answer for arrival, answer in waiting}
            for settled in batch.settled:
                _answer(answers[id(settled.arrival)], settled)
                _log(settled)
        BATCH.labels("act", Lane.RED).observe(time.perf_counter() - began)
        if not batch.parcels:
            return None
        task = asyncio.create_task(self._publish(batch.parcels))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)
        return task

    async def _publish(self, parcels: Sequence[Parcel]) -> None:
        await crash.reach_once_answered("C3")
        async with self._lanes.hold(Lane.RED):
            try:
                await self._outbox.publish(parcels, by="act")
            except BrokerUnavailableError as error:
                log.warning("left_to_the_relay", door="act", error_type=type(error).__name__)

    def _fail(
        self, waiting: Sequence[tuple[Arrival, asyncio.Future[Settled]]], error: Exception
    ) -> None:
        out = is_outage(error) or isinstance(error, EndlessRaceError)
        raised = HubUnavailableError(type(error).__name__) if out else error
        log.warning("acts_not_taken", error_type=type(error).__name__, where=where_raised(error))
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(raised)


def _answer(answer: asyncio.Future[Settled], settled: Settled) -> None:
    if not answer.done():
        answer.set_result(settled)


def _log(settled: Settled) -> None:
    arrival = settled.arrival
    ARRIVALS.labels(arrival.door, settled.outcome).inc()
    failed = settled.outcome is Outcome.FAILED and settled.error is not None
    log.info(
        "act_handled",
        message_id=arrival.id,
        message_type=arrival.name,
        document_id=arrival.document_id,
        outcome=settled.outcome,
        where=where_raised(settled.error) if failed and settled.error else None,
        trace_id=trace_id(arrival.traceparent),
    )
