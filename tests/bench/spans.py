"""Rates and spans, read from topics after the fact: the broker stamped every record as it came."""

import asyncio
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mash_shared.plumbing.broker import clients

AGENCIES = ("police", "health", "education", "probation", "domestic-abuse")


def both_lanes(topic: str) -> tuple[str, str]:
    """Give a topic and its red lane."""
    stem, _, version = topic.rpartition(".")
    return topic, f"{stem}.red.{version}"


REQUESTS = tuple(t for a in AGENCIES for t in both_lanes(f"agency.{a}.request.v1"))
REPLIES = tuple(t for a in AGENCIES for t in both_lanes(f"agency.{a}.reply.v1"))
COLLATED = both_lanes("enquiry.collated.v1")
TOLD = both_lanes("notice.delivered.v1")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A record as far as it is of interest here; `at` is the broker's time in seconds."""

    topic: str
    key: str
    at: float


async def places_of(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> list[TopicPartition]:
    """Give every partition of the topics."""
    client: Any = consumer._client  # the public face knows partitions of subscribed topics only
    await client.set_topics(list(topics))
    await client.force_metadata_update()
    return [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(client.cluster.partitions_for_topic(topic) or ())
    ]


async def stamps(kafka: str, topics: Sequence[str], since: float) -> list[Stamp]:
    """Read every record of the topics that the broker took since `since`."""
    consumer = AIOKafkaConsumer(
        **clients(kafka), isolation_level="read_committed", fetch_max_bytes=8 * 1024 * 1024
    )
    await consumer.start()
    try:
        places = await places_of(consumer, topics)
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        starts = await consumer.offsets_for_times(dict.fromkeys(places, int(since * 1000)))
        left = {place: ends[place] for place, start in starts.items() if start is not None}
        for place in places:
            consumer.seek(place, starts[place].offset if place in left else ends[place])
        found: list[Stamp] = []
        while left:
            for place, records in (await consumer.getmany(timeout_ms=1000)).items():
                found += [Stamp(place.topic, r.key.decode(), r.timestamp / 1000) for r in records]
                if place in left and records[-1].offset + 1 >= left[place]:
                    del left[place]
        return found
    finally:
        await consumer.stop()


async def rate(kafka: str, topics: Sequence[str], began: float, ended: float) -> float:
    """Give records a second in the steady state: the first third of the time is not counted."""
    since = began + (ended - began) / 3
    return await count(kafka, topics, since, ended) / (ended - since)


async def count(kafka: str, topics: Sequence[str], since: float, until: float) -> int:
    """Count the contacts about which the broker took a record in that time."""
    found = await stamps(kafka, topics, since)
    return len({stamp.key for stamp in found if stamp.at <= until})


def last_of_first(found: Iterable[Stamp], topics: Sequence[str]) -> dict[str, float]:
    """Give, by contact, when the last of the topics' first records about it came."""
    first: dict[tuple[str, str], float] = {}
    for stamp in found:
        if stamp.topic in topics:
            place = (stamp.key, stamp.topic)
            first[place] = min(first.get(place, math.inf), stamp.at)
    last: dict[str, float] = {}
    for (key, _), at in first.items():
        last[key] = max(last.get(key, 0.0), at)
    return last


@dataclass(frozen=True, kw_only=True)
class Span:
    """Milliseconds that something took."""

    count: int
    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Span":
        """Sum up; the 99th percentile is the nearest rank, with few samples the largest."""
        if not seconds:
            return cls(count=0, p50=math.nan, p99=math.nan)
        ranked = sorted(seconds)
        p99 = ranked[min(len(ranked), math.ceil(0.99 * len(ranked))) - 1]
        return cls(
            count=len(ranked),
            p50=round(statistics.median(ranked) * 1000, 1),
            p99=round(p99 * 1000, 1),
        )


async def asked_and_collated(
    kafka: str, authorised: Mapping[str, float], since: float
) -> tuple[Span, Span]:
    """Give both spans of the named contacts.

    Asked: from sending the authorisation over HTTP to the last request on its agency's topic.
    Collated: from the last reply on its agency's topic to the collated enquiry on its own.
    """
    found = await stamps(kafka, (*REQUESTS, *REPLIES, *COLLATED), since)
    requested = last_of_first(found, REQUESTS)
    replied = last_of_first(found, REPLIES)
    collated = last_of_first(found, COLLATED)
    asked = [requested[key] - at for key, at in authorised.items() if key in requested]
    put_together = [collated[key] - replied[key] for key in authorised if key in collated]
    return Span.of(asked), Span.of(put_together)


async def backlog(kafka: str, groups: Iterable[str], of: str = "") -> int:
    """Count records that these groups have not yet committed, of topics beginning with `of`."""
    admin = AIOKafkaAdminClient(**clients(kafka))
    consumer = AIOKafkaConsumer(**clients(kafka), isolation_level="read_committed")
    await admin.start()
    await consumer.start()
    try:
        known = await asyncio.gather(*map(admin.list_consumer_group_offsets, groups))
        offsets = [
            (place, max(0, at.offset))
            for group in known
            for place, at in group.items()
            if place.topic.startswith(of)
        ]
        # without the topics' metadata at hand the next call would take seconds
        await places_of(consumer, {place.topic for place, _ in offsets})
        ends = await consumer.end_offsets([place for place, _ in offsets])
        return sum(ends[place] - offset for place, offset in offsets)
    finally:
        await consumer.stop()
        await admin.close()
