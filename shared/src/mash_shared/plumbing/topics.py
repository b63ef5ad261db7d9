"""Topics come from the catalogue and are made by one step before services start."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from mash_shared.messages import Message, all_messages
from mash_shared.plumbing.broker import BrokerUnavailableError, clients, knock
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.vocabulary import Lane

PARKED_KEPT = timedelta(days=365)
LED_WITHIN = 120
"""Seconds that the broker may take over giving every partition its leader."""
LARGEST_RECORD = 3 * 1024 * 1024
SERVICES = ("intake", "enquiry", "decision", "notify", "ops")
"""Processes that there is one of; an agency gateway is a process for each agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it must be; `largest_record` is in bytes."""

    name: str
    partitions: int
    retention: timedelta
    largest_record: int = LARGEST_RECORD


class TopicsDifferError(CannotRunError):
    """Topics or the broker are not as the catalogue needs them; the sentence names the first."""


def processes(agencies: Iterable[str]) -> tuple[str, ...]:
    """Name every process that listens."""
    return (*SERVICES, *(f"agency-gateway.{agency}" for agency in agencies))


def all_topics(agencies: Sequence[str]) -> tuple[Topic, ...]:
    """Every topic of the hub for the given agencies."""
    values = {"agency": agencies, "service": SERVICES, "process": processes(agencies)}
    topics = [
        Topic(name=name, partitions=message.partitions, retention=message.retention)
        for message in all_messages()
        for lane in message.lanes()
        for name in _names(message, lane, values)
    ]
    for process in processes(agencies):
        topics.append(
            Topic(
                name=dead_letter_topic(process),
                partitions=1,
                retention=PARKED_KEPT,
                largest_record=LARGEST_RECORD + 512 * 1024,
            )
        )
        topics.append(Topic(name=replay_topic(process), partitions=1, retention=timedelta(days=30)))
    return tuple(topics)


def _names(message: type[Message], lane: Lane, values: Mapping[str, Sequence[str]]) -> list[str]:
    if not message.parts():
        return [message.topic_in(lane)]
    (part,) = message.parts()
    return [message.topic_in(lane, **{part: value}) for value in values[part]]


async def provision(broker: str, topics: Sequence[Topic], replication: int) -> list[str]:
    """Create the topics that are missing; returns their names.

    Raises `TopicsDifferError` where one exists with another number of partitions, by which keys
    would no longer find the partition of their earlier messages.
    """
    admin = AIOKafkaAdminClient(**clients(broker), request_timeout_ms=60_000)
    try:
        await admin.start()
        there = set(await admin.list_topics())
        await _compare(admin, [topic for topic in topics if topic.name in there])
        missing = [topic for topic in topics if topic.name not in there]
        if missing:
            response = await admin.create_topics([_new(topic, replication) for topic in missing])
            failed = [
                (name, text) for name, code, text in response.topic_errors if code not in (0, 36)
            ]
            if failed:
                raise TopicsDifferError(f"Topic {failed[0][0]} was not created: {failed[0][1]}.")
        await _until_led(broker, topics)
        return [topic.name for topic in missing]
    finally:
        await admin.close()


async def _until_led(broker: str, topics: Sequence[Topic]) -> None:
    """Wait until every partition answers: who starts before finds topics without a leader."""
    partitions = [
        TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)
    ]
    consumer = AIOKafkaConsumer(**clients(broker), isolation_level="read_committed")
    await consumer.start()
    try:
        # all at once: the consumer would else ask for the metadata of one topic after another
        await consumer._client.set_topics([topic.name for topic in topics])  # noqa: SLF001
        async with asyncio.timeout(LED_WITHIN):
            while not await _all_answer(consumer, partitions):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise TopicsDifferError(f"Not every topic had a leader in {LED_WITHIN} s.") from None
    finally:
        await consumer.stop()


async def _all_answer(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> bool:
    try:
        return len(await consumer.end_offsets(partitions)) == len(partitions)
    except KafkaError:
        return False


async def _compare(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    if not topics:
        return
    wanted = {topic.name: topic.partitions for topic in topics}
    for described in await admin.describe_topics(list(wanted)):
        name, found = described["topic"], len(described["partitions"])
        if found != wanted[name]:
            raise TopicsDifferError(
                f"Topic {name} has {found} partitions, the catalogue says {wanted[name]}."
            )


def _new(topic: Topic, replication: int) -> NewTopic:
    return NewTopic(
        topic.name,
        topic.partitions,
        replication,
        topic_configs={
            "retention.ms": str(int(topic.retention.total_seconds() * 1000)),
            "cleanup.policy": "delete",
            # an agency may compress as it likes: the broker unpacks nothing (`unpacking.py`)
            "compression.type": "producer",
            "max.message.bytes": str(topic.largest_record),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": str(max(1, replication - 1)),
        },
    )


async def assert_broker(
    broker: str, topics: Iterable[str], *, sees: Collection[str] | None = None
) -> None:
    """Refuse to run where a topic is missing or the broker would make or lose one by itself.

    Nor where it shows us other topics than those we may see: `sees`, or all where it is None. A
    broker that knows nobody shows everything.

    Raises `TopicsDifferError`, `BrokerRefusesError` where it lets nobody of our name in, or
    `BrokerUnavailableError` where there is no broker to ask.
    """
    await knock(broker)
    try:
        await _assert_broker(broker, topics, sees)
    except (KafkaError, OSError) as error:
        raise BrokerUnavailableError(type(error).__name__) from error


async def _assert_broker(broker: str, topics: Iterable[str], sees: Collection[str] | None) -> None:
    admin = AIOKafkaAdminClient(**clients(broker))
    try:
        await admin.start()
        there = set(await admin.list_topics())
        if missing := sorted(set(topics) - there):
            raise TopicsDifferError(
                f"Topic {missing[0]} does not exist, or we may not see it; provision first."
            )
        if sees is not None and (foreign := sorted(there - set(sees))):
            raise TopicsDifferError(
                f"The broker shows us topic {foreign[0]}, which is none of ours: its access lists "
                "are not those of the catalogue; provision anew."
            )
        nodes = (await admin.describe_cluster())["brokers"]
        if not nodes:  # there, and fenced: nobody serves a partition yet
            raise BrokerUnavailableError("no broker is registered")
        node = str(nodes[0]["node_id"])
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, node)])
        settings = {entry[0]: entry[1] for answer in answers for entry in answer.resources[0][4]}
        for name in ("auto.create.topics.enable", "unclean.leader.election.enable"):
            if settings.get(name, "false") != "false":
                raise TopicsDifferError(f"The broker setting {name} must be false.")
    finally:
        await admin.close()
