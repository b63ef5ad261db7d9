"""FastStream's side of the message door; every trap named here has a test (`test_traps.py`)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from mash_shared.plumbing import forgiving
from mash_shared.plumbing.broker import BrokerUrl, clients
from mash_shared.plumbing.faults import CannotRunError, crash
from mash_shared.plumbing.metrics import REBALANCES
from mash_shared.plumbing.prompt import PromptConsumer
from mash_shared.plumbing.subscription import Record

Take = Callable[[Sequence[Record]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What one lane of a process listens to, and how much it takes at once."""

    topics: tuple[str, ...]
    group: str
    instance: str
    at_once: int
    take: Take


class UnsafeSubscriberError(CannotRunError):
    """A subscriber is not set up to deliver at least once; the process refuses to start."""


class _Watch(ConsumerRebalanceListener):  # type: ignore[misc]
    """Counts rebalances; has no part in commits, which would step over records in hand."""

    async def on_partitions_revoked(self, revoked: Any) -> None:
        if revoked:
            crash.reach("C8")
            REBALANCES.labels("revoked").inc()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        if assigned:
            REBALANCES.labels("assigned").inc()


class Subscribers:
    """The consumers of a process: one a lane, in a group a lane, over all topics of that lane."""

    def __init__(self, broker: str, intakes: Sequence[Intake]) -> None:
        """`broker` is its URL, which is read when the consumers start."""
        self._url = broker
        self._broker = KafkaBroker(
            list(BrokerUrl.parse(broker).servers),
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            graceful_timeout=20.0,
            logger=None,
        )
        self._held: set[TopicPartition] = set()
        for intake in intakes:
            _subscribe(self._broker, intake)

    async def start(self) -> None:
        """Join the groups; raises `UnsafeSubscriberError` before anything is read."""
        assert_safe(self._broker)
        forgiving.install()
        await self._broker.connect()
        config: Any = self._broker.config.broker_config
        config.builder = partial(PromptConsumer, **config.builder.keywords | clients(self._url))
        await self._broker.start()

    async def stop(self) -> None:
        """Let batches in hand finish, then leave the groups."""
        await self._broker.stop()

    def stuck(self) -> list[str]:
        """Name groups whose consume task has died, which FastStream itself does not notice."""
        return [
            str(subscriber.group_id)  # type: ignore[attr-defined]
            for subscriber in self._broker.subscribers
            if any(task.done() for task in subscriber.tasks)  # type: ignore[attr-defined]
        ]

    async def reachable(self) -> bool:
        """Whether there are consumers, and the broker answers each within two seconds in all."""
        consumers = self._consumers()
        try:
            async with asyncio.timeout(2):
                for consumer in consumers:
                    await consumer.topics()
        except (KafkaError, OSError, TimeoutError):
            return False
        return bool(consumers)

    async def hold_positions(self) -> None:
        """Commit where reading begins in partitions of which the group has committed nothing.

        A topic on which nothing has come yet has a position then, and lag is never unknown. A
        batch committed at the same moment could be set back by it: it is then only repeated.
        """
        for consumer in self._consumers():
            for place in consumer.assignment() - self._held:
                if await consumer.committed(place) is None:
                    await consumer.commit(await consumer.beginning_offsets([place]))
                self._held.add(place)

    def unread(self) -> dict[str, bool]:
        """Say for each group whether records lie there that it has not taken in hand."""
        return {
            str(consumer._group_id): any(_lags(consumer, place) for place in consumer.assignment())  # noqa: SLF001
            for consumer in self._consumers()
        }

    def _consumers(self) -> list[Any]:
        found = (getattr(subscriber, "consumer", None) for subscriber in self._broker.subscribers)
        return [consumer for consumer in found if consumer is not None]

    def assigned(self) -> bool:
        """Whether every consumer has been given its partitions."""
        return all(consumer.assignment() for consumer in self._consumers())


def _lags(consumer: AIOKafkaConsumer, place: TopicPartition) -> bool:
    state = consumer._subscription.subscription.assignment.state_value(place)  # noqa: SLF001
    end = consumer.last_stable_offset(place)  # what lies behind is not committed by its sender
    return bool(state and state.has_valid_position and end is not None and state.position < end)


def sticky_assignor() -> type[StickyPartitionAssignor]:
    """Give an assignor of a consumer's own.

    What it remembers of the last assignment belongs to its class: shared, each lane of a process
    would claim the other's partitions.
    """
    return type("StickyPartitionAssignor", (StickyPartitionAssignor,), {})


def assert_safe(broker: KafkaBroker) -> None:
    """Refuse any subscriber that could lose a message (reliability settings)."""
    for subscriber in broker.subscribers:
        for fault, is_safe in _CHECKS.items():
            if not is_safe(subscriber):
                raise UnsafeSubscriberError(f"A subscriber {fault}.")


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "commits before its work is done": lambda subscriber: (
        subscriber.ack_policy is AckPolicy.NACK_ON_ERROR
        and not subscriber._connection_args["enable_auto_commit"]  # noqa: SLF001
    ),
    "skips what was there before it": lambda subscriber: (
        subscriber._connection_args["auto_offset_reset"] == "earliest"  # noqa: SLF001
    ),
    "reads what was never committed": lambda subscriber: (
        subscriber._connection_args["isolation_level"] == "read_committed"  # noqa: SLF001
    ),
    "has no group": lambda subscriber: bool(subscriber.group_id),
    "answers to a topic that the sender names": lambda subscriber: (
        subscriber._no_reply  # noqa: SLF001
    ),
    "skips records with headers it cannot read": lambda subscriber: (
        subscriber._call_options.parser is not None  # noqa: SLF001
    ),
}


def _subscribe(broker: KafkaBroker, intake: Intake) -> None:
    subscriber = broker.subscriber(
        *intake.topics,
        batch=True,
        max_records=intake.at_once,
        group_id=intake.group,
        group_instance_id=intake.instance,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
        partition_assignment_strategy=(sticky_assignor(),),
        session_timeout_ms=30_000,
        heartbeat_interval_ms=3_000,
        fetch_max_wait_ms=500,
        isolation_level="read_committed",
        listener=_Watch(),
        parser=_never_raises(lambda: subscriber),
        decoder=_as_it_came,
    )
    subscriber(_guarded(intake.take))


def _guarded(take: Take) -> Take:
    """Keep a stray `CancelledError` from ending the consume loop for good.

    FastStream builds a pydantic model of the parameters, so they are of no special type.
    """

    async def guarded(records: Any) -> None:
        try:
            await take(records)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise RuntimeError("a handler was cancelled, though nobody is stopping") from None

    return guarded


def _never_raises(subscriber: Callable[[], Any]) -> Callable[[Any], Awaitable[KafkaAckableMessage]]:
    """Give a parser that reads no header: a bad one must reach the listener, to be parked."""

    async def parse(records: tuple[Record, ...]) -> KafkaAckableMessage:
        first, last = records[0], records[-1]
        return KafkaAckableMessage(
            body=b"",
            headers={},
            raw_message=records,
            message_id=f"{first.topic}-{first.offset}-{last.offset}",
            consumer=subscriber().consumer,
        )

    return parse


async def _as_it_came(message: KafkaAckableMessage) -> Any:
    return message.raw_message
