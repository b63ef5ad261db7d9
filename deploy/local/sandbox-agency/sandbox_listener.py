"""A seat in a consumer group: it listens, and commits no record before its work is done."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

Log = Callable[..., None]


class Offsets:
    """Which records are not settled yet, so that none is committed before it is."""

    def __init__(self) -> None:
        self._open: dict[TopicPartition, dict[int, None]] = {}
        self._next: dict[TopicPartition, int] = {}
        self._committed: dict[TopicPartition, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def take(self, partition: TopicPartition, offset: int) -> None:
        """Note a record as taken; offsets of a partition come in rising order."""
        self._open.setdefault(partition, {})[offset] = None
        self._next[partition] = offset + 1

    def answered(self, partition: TopicPartition, offset: int) -> None:
        """Note that a record asks for nothing more; unknown offsets are ignored."""
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


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Consumes one topic in a group of its own."""

    def __init__(self, consumer: AIOKafkaConsumer, log: Log) -> None:
        self._consumer, self._log = consumer, log
        self._offsets = Offsets()
        self.assigned = asyncio.Event()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Commit what is answered and let the rest be delivered again."""
        await self._commit()
        self._offsets.forget(revoked)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Tell the program that this topic is listened to."""
        if assigned:
            self.assigned.set()

    @abstractmethod
    async def run(self, stop: asyncio.Event) -> None:
        """Take what comes until `stop`."""

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
