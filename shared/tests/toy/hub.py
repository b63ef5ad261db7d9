"""One toy service on the real engines, with topics, groups and a database of its own."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from pymongo import AsyncMongoClient

from mash_local.ports import free_ports
from mash_shared.audit.lines import audit_database_of
from mash_shared.messages.clock import ClockChanged
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.plumbing.process import Process
from mash_shared.plumbing.settings import ServiceSettings
from mash_shared.plumbing.subscription import Due, Handler, Subscription
from mash_shared.plumbing.topics import PARKED_KEPT, Topic, provision
from mash_shared.plumbing.tracing import child_of
from mash_shared.sealing.opening import open_ring, sealed
from mash_shared.service import Built, Service
from mash_shared.vocabulary import Lane
from toy.domain import Counted, Noted, Sheet, note

PATIENCE = 20.0
_KEYS = json.dumps({"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]})

_COUNCIL_KEYS = json.dumps(
    {key: [b64encode(bytes(32)).decode()] for key in ("toytown", "havering")}
)


async def until(ready: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until something is true, and return it."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        value = ready()
        value = await value if asyncio.iscoroutine(value) else value
        if value:
            return value
        assert loop.time() < deadline, f"after {seconds} s there is still no {what}"
        await asyncio.sleep(0.05)


@dataclass(kw_only=True)
class Toy:
    kafka: str
    mongo_url: str
    folder: Path
    tag: str = field(default_factory=lambda: uuid4().hex[:8])

    def __post_init__(self) -> None:
        self.process = f"toy-{self.tag}"
        self.noted = Noted.topic_in(Lane.AMBER, toy=self.tag)
        self.noted_red = Noted.topic_in(Lane.RED, toy=self.tag)
        self.counted = Counted.topic_in(Lane.AMBER, toy=self.tag)
        self.counted_red = Counted.topic_in(Lane.RED, toy=self.tag)
        self.clocks = ClockChanged.topic_in(Lane.AMBER, service=self.process)
        self.parked = dead_letter_topic(self.process)
        self.replayed = replay_topic(self.process)
        self.keys = self.folder / "keys.json"
        self.keys.write_text(_KEYS)
        self.council_keys = self.folder / "council-keys.json"
        self.council_keys.write_text(_COUNCIL_KEYS)
        self.time_file = self.folder / "time"
        self.client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            self.mongo_url, tz_aware=True, w="majority"
        )
        self.sheets = self.client[self.process]["sheets"]
        service = self.service()
        self.opened = sealed(self.client, service, open_ring(self.client, service.settings))
        """The sheets as their service reads and writes them."""
        self._producer: AIOKafkaProducer | None = None

    async def make_topics(self, *, partitions: int = 1) -> None:
        laned = (self.noted, self.noted_red, self.counted, self.counted_red)
        topics = [(name, partitions) for name in laned]
        topics += [(name, 1) for name in (self.clocks, self.parked, self.replayed)]
        await provision(
            self.kafka,
            [Topic(name=name, partitions=n, retention=PARKED_KEPT) for name, n in topics],
            1,
        )

    def settings(self, **more: Any) -> ServiceSettings:
        api_port, ops_port = free_ports(2)
        given: dict[str, Any] = {
            "kafka": self.kafka,
            "mongo_url": self.mongo_url,
            "api_port": api_port,
            "ops_port": ops_port,
            "policies": self.folder,
            "token_keys": self.keys,
            "council_keys": self.council_keys,
            "broker_rights": "any",  # its topics are not the catalogue's
        }
        return ServiceSettings(**(given | more))

    def service(
        self, handler: Handler = note, due: Sequence[Due] = (), **settings: Any
    ) -> Service[Sheet]:
        parts = {"toy": self.tag}
        return Service(
            process=self.process,
            settings=self.settings(**settings),
            aggregate=Sheet,
            collection="sheets",
            subscriptions=(Subscription(Noted, handler, "sheet", parts=parts),),
            build=lambda *_: Built(api=FastAPI),
            due=due,
        )

    @asynccontextmanager
    async def running(
        self, handler: Handler = note, due: Sequence[Due] = (), **settings: Any
    ) -> AsyncIterator[Process]:
        """Run the toy service in this very process."""
        process = Process(self.service(handler, due, **settings))
        try:
            await process.start()
            await until(process._subscribers.assigned, "assignment")
            yield process
        finally:
            await process.stop()

    async def say(self, *messages: Noted) -> list[str]:
        """Put messages on their topics as another service would; return their ids."""
        sent = [
            Outgoing.of(one, cause=uuid4().hex, source="tests", traceparent=child_of(None))
            for one in messages
        ]
        for one in sent:
            await self.put(one.topic, one.body, key=one.key, headers=one.headers)
        return [one.id for one in sent]

    async def put(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Iterable[Any]
    ) -> None:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **clients(self.kafka), acks="all", max_request_size=4 * 1024 * 1024
            )
            await producer.start()
            self._producer = producer
        await self._producer.send_and_wait(topic, value, key=key, headers=[*headers])

    async def read(self, *topics: str) -> list[ConsumerRecord[bytes, bytes]]:
        """Read everything that is on some topics now, each partition in its order."""
        consumer = AIOKafkaConsumer(
            **clients(self.kafka),
            isolation_level="read_committed",
            max_partition_fetch_bytes=2**23,
        )
        await consumer.start()
        try:
            partitions = await _partitions(consumer, topics)
            consumer.assign(partitions)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(partitions)
            found: list[ConsumerRecord[bytes, bytes]] = []
            while any([await consumer.position(one) < ends[one] for one in partitions]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return found
        finally:
            await consumer.stop()

    async def heard(self, *, lane: Lane = Lane.AMBER) -> bool:
        """Whether the service has committed all that is on its topics."""
        group, topics = self.process, (self.noted, self.replayed)
        if lane is Lane.RED:
            group, topics = f"{self.process}.red", (self.noted_red,)
        return await self.lag(group, topics) == 0

    async def lag(self, group: str, topics: Iterable[str]) -> int:
        consumer = AIOKafkaConsumer(**clients(self.kafka), isolation_level="read_committed")
        admin = AIOKafkaAdminClient(**clients(self.kafka))
        await consumer.start()
        await admin.start()
        try:
            ends = await consumer.end_offsets(await _partitions(consumer, topics))
            committed = await admin.list_consumer_group_offsets(group)
            done = {tp: meta.offset for tp, meta in committed.items()}
            return sum(end - max(done.get(tp, 0), 0) for tp, end in ends.items())
        finally:
            await admin.close()
            await consumer.stop()

    async def all_heard(self, *, lane: Lane = Lane.AMBER, seconds: float = PATIENCE) -> None:
        await until(lambda: self.heard(lane=lane), "commit of everything", seconds)

    async def sheet(self, id_: str) -> dict[str, Any]:
        found = await self.opened.find_one({"_id": id_})
        return found or {}

    async def lines(self, id_: str) -> list[str]:
        lines: list[str] = (await self.sheet(id_)).get("state", {}).get("lines", [])
        return lines

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()
        for name in (self.process, audit_database_of(self.process)):
            await self.client.drop_database(name)
        await self.client.close()


async def _partitions(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> list[TopicPartition]:
    partitions = []
    for topic in topics:
        await consumer._client._wait_on_metadata(topic)
        known = consumer.partitions_for_topic(topic) or ()
        partitions += [TopicPartition(topic, number) for number in known]
    return partitions


def headers_of(record: ConsumerRecord[bytes, bytes]) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in record.headers if value}
