"""One lane of the agency's request topic: take, write down, answer, and only then commit."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from sandbox_answers import Reply, UnreadableRequestError, answer, read_request
from sandbox_behaviour import BehaviourError, BehaviourFile
from sandbox_ledger import Ledger

Log = Callable[..., None]
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
        except UnreadableRequestError as error:
            self._log(
                "request_unreadable",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                reason=str(error),
            )
            return []
        now = self._now()
        chosen = self._behaviour.rulebook.behaviour_for(request)
        taken = self._ledger.take(request, record.value, at=now, behaviour=chosen)
        waited = (now - taken.at).total_seconds()
        replies = answer(self._agency, request, taken.behaviour, taken.at)
        return [(max(0.0, reply.delay_seconds - waited), reply) for reply in replies]

    def flush(self) -> None:
        """Make the record of everything taken so far durable; call it before answering."""
        self._ledger.flush()


class Offsets:
    """Which requests are not answered yet, so that none is committed before its answer."""

    def __init__(self) -> None:
        self._open: dict[TopicPartition, dict[int, None]] = {}
        self._next: dict[TopicPartition, int] = {}
        self._committed: dict[TopicPartition, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def take(self, partition: TopicPartition, offset: int) -> None:
        """Note a request as taken; offsets of a partition come in rising order."""
        self._open.setdefault(partition, {})[offset] = None
        self._next[partition] = offset + 1

    def answered(self, partition: TopicPartition, offset: int) -> None:
        """Note that every reply to a request is confirmed; unknown offsets are ignored."""
        self._open.get(partition, {}).pop(offset, None)

    def to_commit(self) -> dict[TopicPartition, int]:
        """Give the positions that may be committed and are not yet."""
        positions = {
            partition: next(iter(self._open[partition]), following)
            for partition, following in self._next.items()
        }
        return {tp: at for tp, at in positions.items() if self._committed.get(tp) != at}

    def committed(self, positions: dict[TopicPartition, int]) -> None:
        """Note positions as committed."""
        self._committed.update(positions)

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Drop partitions that are no longer ours."""
        for partition in partitions:
            for table in (self._open, self._next, self._committed):
                table.pop(partition, None)


class Lane(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
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
        self._consumer, self._producer, self._desk = consumer, producer, desk
        self._in_flight, self._log = in_flight, log
        self._offsets = Offsets()
        self._waiting: set[asyncio.Task[None]] = set()
        self.assigned = asyncio.Event()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Commit what is answered and let the rest be delivered again."""
        await self._commit()
        self._offsets.forget(revoked)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Tell the program that this lane listens."""
        if assigned:
            self.assigned.set()

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

    async def _answer(self, records: Sequence[Any]) -> None:
        now: list[Reply] = []
        answered: list[tuple[TopicPartition, int]] = []
        later: list[tuple[TopicPartition, int, list[tuple[float, Reply]]]] = []
        for record in records:
            place = (TopicPartition(record.topic, record.partition), record.offset)
            self._offsets.take(*place)
            replies = self._desk.take(record)
            if any(delay for delay, _ in replies):
                later.append((*place, replies))
            else:
                now += [reply for _, reply in replies]
                answered.append(place)
        self._desk.flush()
        for partition, offset, replies in later:
            task = asyncio.create_task(self._answer_later(partition, offset, replies))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        await self._send(now)
        for place in answered:
            self._offsets.answered(*place)
        if records:
            self._log("batch_taken", requests=len(records), replied=len(now), delayed=len(later))

    async def _answer_later(
        self, partition: TopicPartition, offset: int, replies: list[tuple[float, Reply]]
    ) -> None:
        waited = 0.0
        for delay, reply in replies:
            await asyncio.sleep(max(0.0, delay - waited))
            waited = max(waited, delay)
            await self._send([reply])
        self._offsets.answered(partition, offset)

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

    async def _commit(self) -> None:
        positions = self._offsets.to_commit()
        if not positions:
            return
        try:
            await self._consumer.commit(positions)
        except (KafkaError, IllegalStateError) as error:
            self._log("commit_failed", error=type(error).__name__)
        else:
            self._offsets.committed(positions)
