"""The broker in memory: a log per topic and partition, and what each group has committed."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mash_local.services import AGENCIES
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import BROKERS_TIME
from mash_shared.plumbing.topics import all_topics
from simulation.chance import Chance

Place = tuple[str, int]
PARTITIONS = {topic.name: topic.partitions for topic in all_topics(AGENCIES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One record, as the client library gives it; `timestamp` is when it was appended, in ms."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp: int
    timestamp_type: int = BROKERS_TIME


def partition_of(message: Outgoing) -> int:
    """Give the partition of its topic that a message's key decides."""
    return zlib.crc32(message.key or b"") % PARTITIONS[message.topic]


@dataclass
class Log:
    """Every topic of the catalogue; a record appended is never lost."""

    now: Any
    records: dict[Place, list[LogRecord]] = field(default_factory=dict)
    committed: dict[tuple[str, str, int], int] = field(default_factory=dict)
    appended: list[LogRecord] = field(default_factory=list)
    """Every record in the order of its coming, whatever its topic."""

    def append(self, message: Outgoing) -> LogRecord:
        """Put a message behind the last of its partition."""
        partition = partition_of(message)
        there = self.records.setdefault((message.topic, partition), [])
        at: datetime = self.now()
        record = LogRecord(
            topic=message.topic,
            partition=partition,
            offset=len(there),
            key=message.key,
            value=message.body,
            headers=message.headers,
            timestamp=int(at.timestamp() * 1000),
        )
        there.append(record)
        self.appended.append(record)
        return record

    def position(self, group: str, place: Place) -> int:
        """Give the offset at which a group goes on."""
        return self.committed.get((group, *place), 0)

    def behind(self, group: str, topics: Sequence[str]) -> Iterator[tuple[Place, int]]:
        """Give the partitions in which a group has something to read, and how much."""
        for topic in topics:
            for partition in range(PARTITIONS[topic]):
                place = (topic, partition)
                waiting = len(self.records.get(place, ())) - self.position(group, place)
                if waiting:
                    yield place, waiting

    def read(self, group: str, place: Place, most: int) -> list[LogRecord]:
        """Give the next records of a partition."""
        start = self.position(group, place)
        return self.records.get(place, [])[start : start + most]

    def commit(self, group: str, taken: Sequence[LogRecord], before: dict[Place, int]) -> None:
        """Move a group on, but for partitions that somebody else of the group has moved since."""
        for record in taken:
            place = (record.topic, record.partition)
            if self.position(group, place) in (before[place], record.offset):
                self.committed[(group, *place)] = record.offset + 1
                before[place] = record.offset + 1


@dataclass(frozen=True)
class LogBacklog:
    """What the groups of a process have not committed."""

    log: Log
    topics_by_group: Mapping[str, Sequence[str]]

    async def oldest_unread(self) -> datetime | None:
        """Give when the oldest record came that is not handled."""
        heads = [
            self.log.read(group, place, 1)[0].timestamp
            for group, topics in self.topics_by_group.items()
            for place, _ in self.log.behind(group, topics)
        ]
        return datetime.fromtimestamp(min(heads) / 1000, UTC) if heads else None


class LogProducer:
    """Stands where a process has its producer."""

    def __init__(self, log: Log, chance: Chance) -> None:
        self._log = log
        self._chance = chance

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Append messages in order; an outage may come before, between or behind them."""
        for message in messages:
            await self._chance.broker()
            self._log.append(message)
        if messages:
            crash.reach("C4")
            await self._chance.broker()
            crash.reach("C5")

    async def stop(self) -> None:
        """Hold nothing back."""
