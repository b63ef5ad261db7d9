"""One service of the bare loop: the product's hops and document writes, and no logic at all.

Run as `python bare.py ROLE SHAPE PREFIX KAFKA MONGO IN_FLIGHT RAMP`. Every document is written by
compare-and-set; offsets are committed when the writes are acknowledged (majority, journal) and the
sends confirmed. Shape `batched`: one find, one unordered bulk write, sends gathered, one commit for
up to 500 records. Shape `single`: the same for one message after another.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from bare_way import ACTS, HEADERS, Item, Send, body, listens_to, said_once, state_of, step
from pymongo import AsyncMongoClient, InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from mash_shared.plumbing.broker import clients

AT_ONCE = {"batched": 500, "single": 1}


class Bare:
    """Takes items in, as the product's unit of work does."""

    def __init__(self, role: str, shape: str, prefix: str, kafka: str, mongo: str) -> None:
        self.role = role
        self._prefix = prefix
        self._at_once = AT_ONCE[shape]
        self._kafka = kafka
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            mongo, w="majority", journal=True, readConcernLevel="majority"
        )
        name = f"{prefix}-{role.replace('.', '-')}"
        self._documents = self._client[name]["documents"]
        self._producer = AIOKafkaProducer(
            **clients(kafka),
            acks="all",
            enable_idempotence=True,
            max_batch_size=128 * 1024,
        )
        self.acts: asyncio.Queue[Item] = asyncio.Queue()
        self.ended = asyncio.Semaphore(0)
        """Released once for each contact whose way is over."""

    async def run(self, in_flight: int, ramp: float) -> None:
        """Run until cancelled."""
        await self._producer.start()
        loops = [self._listen(), self._take_acts()]
        if self.role == "intake":
            loops.append(self._begin(in_flight, ramp))
        await asyncio.gather(*loops)

    async def _listen(self) -> None:
        topics = [f"{self._prefix}.{topic}" for topic in listens_to(self.role)]
        consumer = AIOKafkaConsumer(
            *topics,
            **clients(self._kafka),
            isolation_level="read_committed",
            group_id=f"{self._prefix}.{self.role}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        print("ready", flush=True)
        while True:
            batches = await consumer.getmany(timeout_ms=1000, max_records=self._at_once)
            items = [
                Item.read(record.topic.removeprefix(f"{self._prefix}."), record.value)
                for records in batches.values()
                for record in records
            ]
            if items:
                await self._take(items)
                await consumer.commit()

    async def _take_acts(self) -> None:
        while True:
            items = [await self.acts.get()]
            while not self.acts.empty() and len(items) < self._at_once:
                items.append(self.acts.get_nowait())
            await self._take(items)

    async def _begin(self, in_flight: int, ramp: float) -> None:
        """Keep that many contacts on their way, the first of them begun over `ramp` seconds."""

        async def open_places() -> None:
            for _ in range(in_flight):
                self.ended.release()
                await asyncio.sleep(ramp / in_flight)

        async def begin_where_one_ended() -> None:
            while True:
                await self.ended.acquire()
                self.acts.put_nowait(Item(kind="record", contact=uuid4().hex))

        await asyncio.gather(open_places(), begin_where_one_ended())

    async def _take(self, items: Sequence[Item]) -> None:
        """Write, send, and queue what people or couriers would do next."""
        by_document: dict[str, list[Item]] = {}
        for item in items:
            by_document.setdefault(item.document(self.role), []).append(item)
        sends: list[Send] = []
        while by_document and self.role != "agencies":
            lost, said = await self._write(by_document)
            sends += said
            by_document = {id_: by_document[id_] for id_ in lost}
        if self.role == "agencies":
            sends = [send for item in items for send in step(self.role, item, {})]
        await self._send(sends)
        for item in items:
            if item.kind == "notice.delivered":
                self.ended.release()
            if following := ACTS.get((self.role, item.kind)):
                self.acts.put_nowait(Item(kind=following, contact=item.contact))

    async def _write(self, by_document: dict[str, list[Item]]) -> tuple[list[str], list[Send]]:
        """Write every document once; give ids of those that lost, and what the others say."""
        ids, stamp = list(by_document), uuid4().hex
        found = {raw["_id"]: raw async for raw in self._documents.find({"_id": {"$in": ids}})}
        operations: list[InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]]] = []
        said: dict[str, list[Send]] = {}
        for id_, items in by_document.items():
            raw = found.get(id_) or {"_id": id_, "version": 0, "handled": [], "answers": 0}
            said[id_] = said_once(send for item in items for send in step(self.role, item, raw))
            version = raw["version"]
            raw |= {"version": version + 1, "stamp": stamp, "state": state_of(self.role)}
            raw["handled"] = [*raw["handled"], *(item.id for item in items)]
            raw["outgoing"] = [send.document() for send in said[id_]]
            operations.append(
                ReplaceOne({"_id": id_, "version": version}, raw) if version else InsertOne(raw)
            )
        if await self._write_all(operations) == len(operations):
            return [], [send for sends in said.values() for send in sends]
        ours = self._documents.find({"_id": {"$in": ids}, "stamp": stamp}, {"_id": 1})
        won = {raw["_id"] async for raw in ours}
        return [i for i in ids if i not in won], [s for i in won for s in said[i]]

    async def _write_all(self, operations: list[Any]) -> int:
        if self._at_once == 1:
            return await self._write_one(operations[0])
        try:
            result = await self._documents.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            return int(error.details["nInserted"]) + int(error.details["nMatched"])
        return result.inserted_count + result.matched_count

    async def _write_one(self, operation: Any) -> int:
        if isinstance(operation, InsertOne):
            try:
                await self._documents.insert_one(operation._doc)
            except DuplicateKeyError:
                return 0
            return 1
        result = await self._documents.replace_one(operation._filter, operation._doc)
        return result.matched_count

    async def _send(self, sends: Sequence[Send]) -> None:
        waiting = []
        for send in sends:
            topic, key = f"{self._prefix}.{send.topic}", send.contact.encode()
            headers = [*HEADERS, ("ce_id", uuid4().hex.encode())]
            sent = await self._producer.send(topic, body(send), key=key, headers=headers)
            if self._at_once == 1:
                await sent
            waiting.append(sent)
        await asyncio.gather(*waiting)


async def main() -> None:
    """Run one role until SIGTERM."""
    role, shape, prefix, kafka, mongo, in_flight, ramp = sys.argv[1:]
    bare = Bare(role, shape, prefix, kafka, mongo)
    running = asyncio.create_task(bare.run(int(in_flight), float(ramp)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    asyncio.run(main())
