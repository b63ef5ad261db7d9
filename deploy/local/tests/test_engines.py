from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError
from pymongo import MongoClient

from mash_local.engines import Engines
from mash_local.engines.engine import GivenEngine
from mash_local.process import answers
from mash_shared.plumbing.broker import BrokerUrl, clients

pytestmark = [pytest.mark.engines, pytest.mark.crash]
TOPIC = TopicPartition("engines.proof.v1", 0)


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with Engines() as both:
        yield both


def killable(engines: Engines) -> None:
    if isinstance(engines.kafka, GivenEngine) or isinstance(engines.mongo, GivenEngine):
        pytest.skip("engines that were given are not killed")


async def produce(address: str, value: bytes) -> None:
    async with AIOKafkaProducer(**clients(address), enable_idempotence=True) as producer:
        await producer.send_and_wait(TOPIC.topic, value, partition=0)


async def consume(address: str, count: int) -> list[tuple[bytes | None, int]]:
    async with AIOKafkaConsumer(**clients(address), isolation_level="read_committed") as consumer:
        consumer.assign([TOPIC])
        await consumer.seek_to_beginning(TOPIC)
        records = [await consumer.getone() for _ in range(count)]
        return [(record.value, record.timestamp_type) for record in records]


async def test_the_broker_keeps_its_records_and_its_address_when_killed(engines: Engines) -> None:
    killable(engines)
    address = engines.kafka.address
    admin = AIOKafkaAdminClient(**clients(address))
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC.topic, 1, 1)])
    await admin.close()
    await produce(address, b"before")
    engines.kafka.kill()
    engines.kafka.restart()
    assert engines.kafka.address == address
    await produce(address, b"after")
    append_time = 1
    assert await consume(address, 2) == [(b"before", append_time), (b"after", append_time)]


async def test_a_topic_nobody_made_is_refused(engines: Engines) -> None:
    async with AIOKafkaProducer(
        **clients(engines.kafka.address), request_timeout_ms=2000
    ) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.send_and_wait("nobody.made.v1", b"")


def test_the_database_keeps_its_documents_and_its_address_when_killed(engines: Engines) -> None:
    killable(engines)
    address = engines.mongo.address
    with MongoClient[dict[str, object]](address, w="majority", journal=True) as client:
        client["proof"]["kept"].insert_one({"_id": 1})
        engines.mongo.kill()
        engines.mongo.restart()
        assert engines.mongo.address == address
        assert client["proof"]["kept"].find_one() == {"_id": 1}


def test_a_paused_engine_goes_on(engines: Engines) -> None:
    killable(engines)
    engines.mongo.pause()
    with MongoClient[dict[str, object]](engines.mongo.address, timeoutMS=5000) as client:
        engines.mongo.resume()
        assert client.admin.command("ping")["ok"] == 1


def test_two_runs_do_not_disturb_each_other(engines: Engines) -> None:
    killable(engines)
    with Engines() as others:
        assert not set(others.addresses.values()) & set(engines.addresses.values())
        assert others.run.path != engines.run.path
        (server,) = BrokerUrl.parse(others.kafka.address).servers
    with MongoClient[dict[str, object]](engines.mongo.address) as client:
        assert client.admin.command("ping")["ok"] == 1
    assert not answers(f"http://{server}/")
