"""A consumer that neither sleeps over what has come nor asks for less than it needs."""

import asyncio
import math

from aiokafka import AIOKafkaConsumer, TopicPartition

from mash_shared.plumbing.subscription import Record

WAIT_FOR_ALL = 3600.0
"""Seconds after which a consumer would ask for new records of some of its partitions only."""
LONGEST_REST = 0.1
"""Seconds that a consumer rests at most between two batches."""
ASK_AGAIN_MS = 5
"""Milliseconds in which the broker tells what has come while a batch waited to be taken."""


class PromptConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """Gives a batch as soon as there is anything to give, and then all there is by then.

    FastStream sleeps for the batch time-out once more after an empty batch, in which time a
    record would lie unread; so no batch is ever empty. After a tenth of a second aiokafka asks for
    the partitions of which it holds no records; until that long poll ends nobody asks for the
    others, whose next record would lie unread for `fetch_max_wait_ms`; so it never asks for some.
    """

    _given_at = math.inf

    async def start(self) -> None:
        """Join the group."""
        await super().start()
        self._fetcher._prefetch_backoff = WAIT_FOR_ALL  # noqa: SLF001

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[Record]]:
        """Give records as soon as there are any, after a rest half as long as the last batch took.

        So batches grow with the load, and what each costs by itself is shared by more records.
        """
        await asyncio.sleep(
            min((asyncio.get_running_loop().time() - self._given_at) / 2, LONGEST_REST)
        )
        records: dict[TopicPartition, list[Record]] = await super().getmany(
            *partitions, max_records=max_records
        )
        left = (max_records or 0) - sum(map(len, records.values()))
        if records and left > 0:  # they lay here, and nobody has asked for more since they came
            more = await super().getmany(*partitions, timeout_ms=ASK_AGAIN_MS, max_records=left)
            for place, later in more.items():
                records.setdefault(place, []).extend(later)
        while not records:
            records = await super().getmany(
                *partitions, timeout_ms=max(timeout_ms, 1000), max_records=max_records
            )
        self._given_at = asyncio.get_running_loop().time()
        return records
