"""What aiokafka and PyMongo do when nobody tells them otherwise, and how ours are set."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
)

from mash_local.engines import Engines
from mash_shared.plumbing import prompt
from mash_shared.plumbing.broker import BrokerUnavailableError, clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.subscriber import Intake, Subscribers
from mash_shared.plumbing.subscription import Record
from mash_shared.plumbing.times import wall_clock
from mash_shared.plumbing.topics import LARGEST_RECORD, TopicsDifferError, assert_broker
from toy.hub import Toy, until
from toy.stock import ours, put

TOO_LARGE = b"x" * (LARGEST_RECORD + 1000)


@asynccontextmanager
async def idempotent(toy: Toy, **more: Any) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        **clients(toy.kafka), enable_idempotence=True, max_request_size=2**22, **more
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def test_by_default_a_producer_may_lose_and_double() -> None:
    parameters = inspect.signature(AIOKafkaProducer.__init__).parameters
    assert parameters["enable_idempotence"].default is False
    assert parameters["max_request_size"].default == 1_048_576
    assert AIOKafkaProducer.__init__.__kwdefaults__["acks"] not in ("all", -1)


@pytest.mark.engines
async def test_our_producer_is_idempotent_and_waits_for_all(toy: Toy) -> None:
    producer = Producer(toy.kafka, "ours")
    made = await producer._started()
    assert made._sender._acks == -1
    assert made._txn_manager is not None
    assert made._txn_manager.transactional_id is None
    await producer.stop()


def test_our_consumer_commits_by_hand_and_outlives_a_slow_batch() -> None:
    async def take(_: Any) -> None: ...

    intake = Intake(topics=("t",), group="g", instance="i", at_once=7, take=take)
    (made,) = Subscribers("open://nowhere:9092", [intake])._broker.subscribers
    settings = made._connection_args  # type: ignore[attr-defined]
    assert settings["enable_auto_commit"] is False
    assert settings["auto_offset_reset"] == "earliest"
    assert settings["session_timeout_ms"] == 30_000
    assert settings["group_instance_id"] == "i"
    assert [one.name for one in settings["partition_assignment_strategy"]] == ["sticky"]
    assert made.max_records == 7  # type: ignore[attr-defined]


@pytest.mark.engines
async def test_headers_must_be_a_list(toy: Toy) -> None:
    async with idempotent(toy) as producer:
        await producer.send_and_wait(toy.counted, b"1", headers=[("a", b"1"), ("b", None)])
        with pytest.raises(TypeError):
            await producer.send_and_wait(toy.counted, b"2", headers=(("a", b"1"),))  # type: ignore[arg-type]
    (kept,) = await toy.read(toy.counted)
    assert list(kept.headers) == [("a", b"1"), ("b", None)]


@pytest.mark.engines
async def test_an_idempotent_producer_is_lost_after_a_refused_record_but_ours_is_rebuilt(
    toy: Toy,
) -> None:
    """aiokafka issue 1017: the sequence is not taken back, so every later record is refused."""
    async with idempotent(toy) as producer:
        await producer.send_and_wait(toy.counted, b"1")
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(toy.counted, TOO_LARGE)
        with pytest.raises(OutOfOrderSequenceNumber):
            await asyncio.wait_for(producer.send_and_wait(toy.counted, b"2"), 10)

    ours = Producer(toy.kafka, "ours")
    await ours.send([_out(toy, b"3")])
    with pytest.raises(BrokerUnavailableError):
        await ours.send([_out(toy, TOO_LARGE)])
    await ours.send([_out(toy, b"4")])
    await ours.stop()
    assert [one.value for one in await toy.read(toy.counted)] == [b"1", b"3", b"4"]


@pytest.mark.engines
@pytest.mark.crash
async def test_a_record_of_an_idempotent_producer_never_expires(
    toy_to_break: Toy, breakable: Engines
) -> None:
    """So ours waits for confirmation only so long, and is thrown away then."""
    async with idempotent(toy_to_break, request_timeout_ms=300) as producer:
        await producer.send_and_wait(toy_to_break.counted, b"1")
        breakable.kafka.pause()
        try:
            waiting = asyncio.ensure_future(producer.send_and_wait(toy_to_break.counted, b"2"))
            await asyncio.sleep(1.5)  # longer, and the frozen broker loses its own session
            assert not waiting.done()
        finally:
            breakable.kafka.resume()
        await asyncio.wait_for(waiting, 30)


@pytest.mark.engines
async def test_the_broker_keeps_what_a_sender_compressed_as_it_came(toy: Toy) -> None:
    """Where a topic is to hold another form the broker unpacks what comes, however much it is."""
    admin = AIOKafkaAdminClient(**clients(toy.kafka))
    await admin.start()
    try:
        topic = ConfigResource(ConfigResourceType.TOPIC, toy.noted)
        (answer,) = await admin.describe_configs([topic])
    finally:
        await admin.close()
    assert ("compression.type", "producer") in [entry[:2] for entry in answer.resources[0][4]]


@pytest.mark.engines
async def test_a_batch_takes_what_came_after_its_first_record_was_fetched(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka asks for no more of a partition while a record of it lies unread."""
    monkeypatch.setattr(prompt, "ASK_AGAIN_MS", 2000)
    batches: list[list[bytes]] = []

    async def take(records: Sequence[Record]) -> None:
        batches.append([one.value or b"" for one in records])
        if len(batches) == 1:
            for value in (b"1", b"2"):
                await put(toy, value)
                await asyncio.sleep(0.3)

    async with ours(toy, take):
        await put(toy, b"0")
        await until(lambda: sum(map(len, batches)) == 3, "every record")
    assert batches == [[b"0"], [b"1", b"2"]]


@pytest.mark.engines
async def test_times_come_back_without_their_zone_but_not_from_ours(toy: Toy) -> None:
    moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    await toy.sheets.insert_one({"_id": "t", "at": moment})
    naive = toy.sheets.with_options(toy.sheets.codec_options.with_options(tz_aware=False))
    assert (await naive.find_one({"_id": "t"}) or {})["at"].tzinfo is None
    async with toy.running() as process:
        ours = process._client[toy.process][toy.sheets.name]
        assert (await ours.find_one({"_id": "t"}) or {})["at"] == moment
        concern = ours.write_concern.document
        assert (concern["w"], concern["j"]) == ("majority", True)
        assert ours.read_concern.level == "majority"


@pytest.mark.engines
async def test_a_missing_topic_or_broker_is_refused_at_start(toy: Toy) -> None:
    await assert_broker(toy.kafka, [toy.noted])
    with pytest.raises(TopicsDifferError, match=r"nowhere\.v1"):
        await assert_broker(toy.kafka, [toy.noted, "nowhere.v1"])
    with pytest.raises((BrokerUnavailableError, KafkaError)):
        await assert_broker("open://127.0.0.1:1", [toy.noted])


def test_time_is_aware() -> None:
    assert wall_clock().tzinfo is UTC


def _out(toy: Toy, body: bytes) -> Outgoing:
    return Outgoing(id="x", topic=toy.counted, key=b"k", headers=(), body=body)
