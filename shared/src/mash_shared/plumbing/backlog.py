"""What has come and is not yet read: no clock runs out over an answer that lies unread."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mash_shared.plumbing.broker import BrokerUnavailableError, clients

ANSWERS_WITHIN = 5.0
"""Seconds in which the broker has to say what lies unread."""


class Backlog(Protocol):
    """What a process has still to read."""

    async def oldest_unread(self) -> datetime | None:
        """Give the run's time at which the oldest record came that is not handled, None for none.

        Raises `BrokerUnavailableError` where nobody can say.
        """
        ...


class AllRead:
    """The backlog of what hears nothing."""

    async def oldest_unread(self) -> datetime | None:
        """Give nothing."""
        return None


class KafkaBacklog:
    """What the groups of a process have not committed; all its copies share the groups."""

    def __init__(
        self,
        broker: str,
        topics_by_group: Mapping[str, Sequence[str]],
        run_time: Callable[[datetime], datetime],
    ) -> None:
        self._broker = broker
        self._topics_by_group = topics_by_group
        self._run_time = run_time

    async def oldest_unread(self) -> datetime | None:
        """Look at the first uncommitted record of every partition; the broker dated them."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN), AsyncExitStack() as stack:
                admin = AIOKafkaAdminClient(**clients(self._broker))
                stack.push_async_callback(admin.close)
                await admin.start()
                reader = AIOKafkaConsumer(
                    **clients(self._broker),
                    isolation_level="read_committed",
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                )
                stack.push_async_callback(reader.stop)
                await reader.start()
                came = await _oldest(reader, await self._committed(admin, reader))
        except (KafkaError, OSError, TimeoutError) as error:
            raise BrokerUnavailableError(type(error).__name__) from error
        return None if came is None else self._run_time(came)

    async def _committed(
        self, admin: AIOKafkaAdminClient, reader: AIOKafkaConsumer
    ) -> dict[TopicPartition, int]:
        topics = [topic for some in self._topics_by_group.values() for topic in some]
        # all at once: the consumer would else ask for the metadata of one topic after another
        await reader._client.set_topics(topics)  # noqa: SLF001
        offsets: dict[TopicPartition, int] = {}
        for group, some in self._topics_by_group.items():
            known = await admin.list_consumer_group_offsets(group)
            for topic in some:
                for number in reader.partitions_for_topic(topic) or ():
                    place = TopicPartition(topic, number)
                    offsets[place] = known[place].offset if place in known else 0
        return offsets


async def _oldest(
    reader: AIOKafkaConsumer, committed: dict[TopicPartition, int]
) -> datetime | None:
    ends = await reader.end_offsets(list(committed))
    behind = [place for place, offset in committed.items() if max(offset, 0) < ends[place]]
    if not behind:
        return None
    reader.assign(behind)
    for place in behind:
        reader.seek(place, max(committed[place], 0))
    first: dict[TopicPartition, int] = {}
    while left := [place for place in behind if place not in first]:
        found: dict[Any, Any] = await reader.getmany(*left, timeout_ms=300)
        if not found:  # what is left holds marks of transactions only
            break
        for place, records in found.items():
            first.setdefault(place, records[0].timestamp)
    return datetime.fromtimestamp(min(first.values()) / 1000, UTC) if first else None
