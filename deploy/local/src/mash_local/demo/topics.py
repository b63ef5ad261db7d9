"""What stands on the broker's topics, read without disturbing anybody who listens to them."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mash_local.demo.evidence import Parked
from mash_shared.plumbing.broker import clients


async def parked(kafka: str) -> list[Parked]:
    """Read every dead-letter topic from its beginning to its present end."""
    records: list[Any] = []
    async with _reader(kafka, "dead-letter.") as (consumer, ends):
        while await _more(consumer, ends):
            batches = await consumer.getmany(timeout_ms=200)
            records += [record for batch in batches.values() for record in batch]
    return [_parked(record) for record in records]


async def counted(kafka: str, start: str) -> Counter[str]:
    """Count the records on each topic whose name begins so."""
    async with _reader(kafka, start) as (_, ends):
        sums: Counter[str] = Counter()
        for place, end in ends.items():
            sums[place.topic] += end
        return sums


@asynccontextmanager
async def _reader(
    kafka: str, start: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, Mapping[TopicPartition, int]]]:
    """Give a consumer in no group, at the beginning of these topics, and where they end now."""
    places = await _places(kafka, start)
    consumer = AIOKafkaConsumer(
        **clients(kafka), isolation_level="read_committed", enable_auto_commit=False
    )
    consumer.assign(places)
    await consumer.start()
    try:
        await consumer.seek_to_beginning(*places)
        yield consumer, await consumer.end_offsets(places)
    finally:
        await consumer.stop()


async def _places(kafka: str, start: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**clients(kafka))
    await admin.start()
    try:
        names = [name for name in await admin.list_topics() if name.startswith(start)]
        topics = await admin.describe_topics(names)
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in topics
        for partition in topic["partitions"]
    ]


async def _more(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    for place, end in ends.items():
        if await consumer.position(place) < end:
            return True
    return False


def _parked(record: Any) -> Parked:
    said = {name: value.decode(errors="replace") for name, value in record.headers if value}
    return Parked(
        topic=record.topic,
        kind=said.get("parked-kind", ""),
        reason=said.get("parked-reason", ""),
        origin=said.get("parked-origin", ""),
        contact_id=(record.key or b"").decode(errors="replace"),
    )
