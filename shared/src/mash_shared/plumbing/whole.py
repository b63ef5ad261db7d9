"""Reading all that is on partitions now, from their beginning to their end, in no group."""

from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from mash_shared.plumbing.subscription import Record


async def records(
    consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
) -> AsyncIterator[Record]:
    """Give the records that were there when it began."""
    consumer.assign(partitions)  # first, or each topic is looked up on its own
    ends = await consumer.end_offsets(partitions)
    starts = await consumer.beginning_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, starts[partition])
    filled = [partition for partition in partitions if starts[partition] < ends[partition]]
    while filled:
        for found in (await consumer.getmany(*filled, timeout_ms=1000)).values():
            for record in found:
                yield record
        filled = [one for one in filled if await consumer.position(one) < ends[one]]
