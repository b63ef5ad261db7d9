"""One lane of the agency's request topic: take, write down, answer, and only then commit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from sandbox_answers import Reply, UnreadableRecordError, answer, read_cancellation, read_request
from sandbox_behaviour import BehaviourError, BehaviourFile
from sandbox_ledger import Ledger
from sandbox_listener import Listener, Log

RETRY_SECONDS = 1.0


class Desk:
    """Takes deliveries in and says what to answer, and when."""

    def __init__(
        self,
        agency: str,
        ledger: Ledger,
        behaviour: BehaviourFile,
        *,
        now: Callable[[], datetime],
        log: Log,
    ) -> None:
        self._agency, self._ledger, self._behaviour = agency, ledger, behaviour
        self._now, self._log = now, log

    def refresh(self) -> None:
        """Follow the behaviour file; one that is wrong is reported and the old one kept."""
        try:
            if self._behaviour.refresh():
                self._log("behaviour_read", rules=len(self._behaviour.rulebook.rules))
        except BehaviourError as error:
            self._log("behaviour_rejected", reason=str(error))

    def take(self, record: Any) -> list[tuple[float, Reply]]:
        """Write one delivery down; give each reply with the seconds to wait before it leaves."""
        try:
            request = read_request(self._agency, record.value, dict(record.headers))
        except UnreadableRecordError as error:
            self._pass_over("request_unreadable", record, error)
            return []
        now = self._now()
        chosen = self._behaviour.rulebook.behaviour_for(request)
        taken = self._ledger.take(request, record.value, at=now, behaviour=chosen)
        waited = (now - taken.at).total_seconds()
        replies = answer(self._agency, request, taken.behaviour, taken.at)
        return [(max(0.0, reply.delay_seconds - waited), reply) for reply in replies]

    def cancel(self, record: Any) -> str | None:
        """Write down that a request was taken back; give its id, or None if unreadable."""
        try:
            request_id = read_cancellation(self._agency, record.value)
        except UnreadableRecordError as error:
            self._pass_over("cancellation_unreadable", record, error)
            return None
        self._ledger.cancel(request_id, at=self._now())
        return request_id

    def flush(self) -> None:
        """Make the record of everything taken so far durable; call it before answering."""
        self._ledger.flush()

    def _pass_over(self, event: str, record: Any, error: UnreadableRecordError) -> None:
        self._log(
            event,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=str(error),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A request whose replies wait for their time."""

    partition: TopicPartition
    offset: int
    replies: Sequence[tuple[float, Reply]]

    @property
    def request_id(self) -> str:
        """The request that all of the replies answer."""
        return self.replies[0][1].request_id


class Lane(Listener):
    """Consumes one request topic; delayed replies wait beside the loop, never in it."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        producer: AIOKafkaProducer,
        desk: Desk,
        *,
        in_flight: int,
        log: Log,
    ) -> None:
        super().__init__(consumer, log)
        self._producer, self._desk, self._in_flight = producer, desk, in_flight
        self._waiting: dict[asyncio.Task[None], Held] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Take and answer until `stop`; what is not answered by then comes again next time."""
        try:
            while not stop.is_set():
                # With every place taken the consumer pauses but goes on polling: it keeps its seat.
                if len(self._offsets) >= self._in_flight:
                    self._consumer.pause(*self._consumer.assignment())
                elif paused := self._consumer.paused():
                    self._consumer.resume(*paused)
                batches = await self._consumer.getmany(timeout_ms=100, max_records=500)
                self._desk.refresh()
                await self._answer([record for batch in batches.values() for record in batch])
                await self._commit()
        finally:
            for task in self._waiting:
                task.cancel()

    def drop(self, request_ids: set[str]) -> None:
        """Let no waiting reply to these requests leave; their offsets count as answered."""
        for task, held in self._waiting.items():
            if held.request_id in request_ids:
                task.cancel()
                self._offsets.answered(held.partition, held.offset)

    async def _answer(self, records: Sequence[Any]) -> None:
        now: list[Reply] = []
        answered: list[tuple[TopicPartition, int]] = []
        later: list[Held] = []
        for record in records:
            place = (TopicPartition(record.topic, record.partition), record.offset)
            self._offsets.take(*place)
            replies = self._desk.take(record)
            if any(delay for delay, _ in replies):
                later.append(Held(*place, replies))
            else:
                now += [reply for _, reply in replies]
                answered.append(place)
        self._desk.flush()
        for held in later:
            task = asyncio.create_task(self._answer_later(held))
            self._waiting[task] = held
            task.add_done_callback(self._waiting.pop)
        await self._send(now)
        for place in answered:
            self._offsets.answered(*place)
        if records:
            self._log("batch_taken", requests=len(records), replied=len(now), delayed=len(later))

    async def _answer_later(self, held: Held) -> None:
        waited = 0.0
        for delay, reply in held.replies:
            await asyncio.sleep(max(0.0, delay - waited))
            waited = max(waited, delay)
            await self._send([reply])
        self._offsets.answered(held.partition, held.offset)

    async def _send(self, replies: Sequence[Reply]) -> None:
        """Send and wait for every confirmation; what fails is sent again under the same ids."""
        while replies:
            futures: list[asyncio.Future[Any]] = []
            try:
                for reply in replies:
                    sent = await self._producer.send(
                        reply.topic, reply.value, reply.key, headers=[*reply.headers]
                    )
                    futures += [sent]
            except KafkaError as error:
                self._log("reply_not_sent", error=type(error).__name__)
            outcomes = await asyncio.gather(*futures, return_exceptions=True)
            confirmed = [not isinstance(outcome, BaseException) for outcome in outcomes]
            confirmed += [False] * (len(replies) - len(confirmed))
            replies = [reply for reply, done in zip(replies, confirmed, strict=True) if not done]
            if replies:
                self._log("replies_not_confirmed", count=len(replies))
                await asyncio.sleep(RETRY_SECONDS)
