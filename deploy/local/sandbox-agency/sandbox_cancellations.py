"""Requests that the hub takes back: write down, drop what waits, and only then commit."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from sandbox_lane import Desk, Lane
from sandbox_listener import Listener, Log


class Cancellations(Listener):
    """Consumes the cancellation topic, which serves the requests of every lane."""

    def __init__(
        self, consumer: AIOKafkaConsumer, desk: Desk, lanes: Sequence[Lane], *, log: Log
    ) -> None:
        super().__init__(consumer, log)
        self._desk, self._lanes = desk, lanes

    async def run(self, stop: asyncio.Event) -> None:
        """Take requests back until `stop`."""
        while not stop.is_set():
            batches = await self._consumer.getmany(timeout_ms=500, max_records=500)
            if records := [record for batch in batches.values() for record in batch]:
                self._take_back(records)
            await self._commit()

    def _take_back(self, records: Sequence[Any]) -> None:
        cancelled = {request_id for record in records if (request_id := self._desk.cancel(record))}
        # A lane may commit a request once its reply is dropped: the ledger must know it by then.
        self._desk.flush()
        for lane in self._lanes:
            lane.drop(cancelled)
        for record in records:
            place = (TopicPartition(record.topic, record.partition), record.offset)
            self._offsets.take(*place)
            self._offsets.answered(*place)
        self._log("cancellations_taken", requests=len(cancelled))
