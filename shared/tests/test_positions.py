"""Where a group stands: known from the assignment on, and never stuck over what is not heard."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mash_shared.plumbing import process as living
from mash_shared.plumbing.backlog import KafkaBacklog
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.subscriber import Subscribers
from mash_shared.plumbing.subscription import Record
from mash_shared.plumbing.times import as_it_is
from toy.domain import noted
from toy.hub import Toy, until
from toy.stock import group, ours, put

pytestmark = pytest.mark.engines


@asynccontextmanager
async def asking(toy: Toy) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**clients(toy.kafka))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def committed(admin: AIOKafkaAdminClient, of: str) -> dict[TopicPartition, int]:
    """Give what a group has committed, as tools that watch lag see it."""
    found = await admin.list_consumer_group_offsets(of)
    return {place: at.offset for place, at in found.items() if at.offset >= 0}


async def test_a_partition_on_which_nothing_ever_came_has_a_position_and_no_lag(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tools showed "-" for it, which every sum takes as 0 (faults OP2, UE3)."""
    monkeypatch.setattr(living, "WATCH_EVERY", 0.05)
    red = TopicPartition(toy.noted_red, 0)
    async with asking(toy) as admin, toy.running():
        await until(lambda: _stands(admin, toy, red, 0), "position in an empty partition")
        assert await toy.lag(f"{toy.process}.red", [toy.noted_red]) == 0


async def _stands(admin: AIOKafkaAdminClient, toy: Toy, place: TopicPartition, at: int) -> bool:
    return (await committed(admin, f"{toy.process}.red")).get(place) == at


async def test_what_lies_there_before_the_first_commit_is_lag(toy: Toy) -> None:
    """The first record behind a consumer that is stuck is seen (fault UE3)."""
    goes_on = asyncio.Event()

    async def stuck(_: Sequence[Record]) -> None:
        await goes_on.wait()

    place = TopicPartition(toy.noted, 0)
    await put(toy, b"1", b"2")
    async with asking(toy) as admin, ours(toy, stuck) as subscribers:
        await subscribers.hold_positions()
        assert await committed(admin, group(toy)) == {place: 0}
        assert await toy.lag(group(toy), [toy.noted]) == 2
        goes_on.set()
        await until(lambda: _heard(toy), "commit of both")
        await subscribers.hold_positions()
        assert await committed(admin, group(toy)) == {place: 2}


async def test_a_position_that_is_there_is_left_alone(toy: Toy) -> None:
    """A copy that joins must not put the group back."""

    async def take(_: Sequence[Record]) -> None: ...

    await put(toy, b"1", b"2")
    async with ours(toy, take):
        await until(lambda: _heard(toy), "commit of both")
    async with asking(toy) as admin, ours(toy, take) as subscribers:
        await subscribers.hold_positions()
        assert await committed(admin, group(toy)) == {TopicPartition(toy.noted, 0): 2}


async def _heard(toy: Toy) -> bool:
    return await toy.lag(group(toy), [toy.noted]) == 0


@asynccontextmanager
async def transaction(toy: Toy) -> AsyncIterator[AIOKafkaProducer]:
    """Put a record on the toy's topic in a transaction that whoever enters must end."""
    producer = AIOKafkaProducer(**clients(toy.kafka), transactional_id=toy.tag)
    await producer.start()
    try:
        await producer.begin_transaction()
        await producer.send_and_wait(toy.noted, b"in a transaction", key=b"k")
        yield producer
    finally:
        await producer.stop()


async def test_what_is_not_committed_by_its_sender_is_neither_lag_nor_a_standstill(
    toy: Toy,
) -> None:
    """An agency's open or aborted transaction must not turn readiness red (fault AD4)."""
    heard: list[bytes] = []

    async def take(records: Sequence[Record]) -> None:
        heard.extend(one.value or b"" for one in records)

    async with ours(toy, take) as subscribers, transaction(toy) as producer:
        await put(toy, b"behind it")
        await until(lambda: _knows_of(subscribers, 2), "news of both records")
        assert subscribers.unread() == {group(toy): False}
        await producer.abort_transaction()
        await until(lambda: heard, "what lay behind it")
        await until(lambda: not subscribers.unread()[group(toy)], "end of the backlog")
        await producer.begin_transaction()
        await producer.send_and_wait(toy.noted, b"the last", key=b"k")
        await producer.abort_transaction()
        await until(lambda: _knows_of(subscribers, 5), "news of the last record")
        await until(lambda: not subscribers.unread()[group(toy)], "end of the backlog")
    assert heard == [b"behind it"]


def _knows_of(subscribers: Subscribers, many: int) -> bool:
    (consumer,) = subscribers._consumers()
    return all((consumer.highwater(place) or 0) >= many for place in consumer.assignment())


async def test_what_was_aborted_holds_no_clock_open(toy: Toy) -> None:
    """It lies there unread for good, unless something comes behind it."""
    backlog = KafkaBacklog(toy.kafka, {toy.process: (toy.noted,)}, as_it_is)
    async with transaction(toy) as producer:
        await producer.abort_transaction()
    assert await backlog.oldest_unread() is None
    await toy.say(noted(toy.tag, "s"))
    assert await backlog.oldest_unread() is not None
