"""An agency's program in Python, to be copied: it knows the published page and `aiokafka`.

It finds nothing in any register: where yours looks people up, `answer` says that nothing is known.
It answers at once, so an amendment, which only changes what has been asked, needs nothing of it.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

log = logging.getLogger("adapter")
COPIED = (
    *("request_id", "enquiry_id", "contact_id", "council"),
    *("agency", "urgency", "lane", "request_hash"),
)
Reply = tuple[str, bytes, bytes, list[tuple[str, bytes]]]


class Ledger:
    """Every reply that was made, kept before it leaves: asked again, the same is said again."""

    def __init__(self, file: Path) -> None:
        self._replies: dict[str, dict[str, Any]] = {}
        if file.exists():
            # a line that is cut off was never sent
            whole = file.read_text().rpartition("\n")[0].splitlines()
            self._replies = {one["request_id"]: one for one in map(json.loads, whole)}
        self._file = file.open("a")

    def known(self, request_id: str) -> dict[str, Any] | None:
        """Give the reply that was made to a request."""
        return self._replies.get(request_id)

    def keep(self, reply: dict[str, Any]) -> None:
        """Write a reply down."""
        self._replies[reply["request_id"]] = reply
        self._file.write(json.dumps(reply) + "\n")

    def settle(self) -> None:
        """Have what was written down outlast this program and its machine."""
        self._file.flush()
        os.fsync(self._file.fileno())


class Adapter:
    """Reads requests of both lanes, and answers what has not been taken back."""

    lanes = ("", ".red")

    def __init__(self, agency: str, where: dict[str, Any], ledger: Ledger) -> None:
        self._agency, self._where, self._ledger = agency, where, ledger
        self._cancelled: set[str] = set()
        self._one_reads = asyncio.Lock()

    async def run(self) -> None:
        """Serve until it is cancelled."""
        self._producer = AIOKafkaProducer(**self._where, acks="all", enable_idempotence=True)
        self._cancellations = AIOKafkaConsumer(
            **self._where, enable_auto_commit=False, isolation_level="read_committed"
        )
        place = TopicPartition(f"agency.{self._agency}.cancellation.v1", 0)
        self._cancellations.assign([place])
        await self._producer.start()
        await self._cancellations.start()
        await self._cancellations.seek_to_beginning(place)
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self.lanes:
                    group.create_task(self._serve(lane))
                group.create_task(self._read_receipts())
        finally:
            await self._cancellations.stop()
            await self._producer.stop()

    async def _consumer(self, topic: str, group: str) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            f"agency.{self._agency}.{topic}.v1",
            **self._where,
            group_id=f"agency-{self._agency}{group}",
            group_instance_id=f"agency-{self._agency}{group}-1",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
        )
        await consumer.start()
        return consumer

    async def _serve(self, lane: str) -> None:
        consumer = await self._consumer(f"request{lane}", lane)
        try:
            while True:
                batches = await consumer.getmany(timeout_ms=1_000, max_records=100)
                records = [record for batch in batches.values() for record in batch]
                if records:
                    await self.read_cancellations()
                    await self._send(self._replies(records))
                    await consumer.commit()
        finally:
            await consumer.stop()

    async def read_cancellations(self) -> None:
        """Read cancellations up to what is their end now."""
        async with self._one_reads:
            (place,) = self._cancellations.assignment()
            end = (await self._cancellations.end_offsets([place]))[place]
            while await self._cancellations.position(place) < end:
                for batch in (await self._cancellations.getmany(timeout_ms=1_000)).values():
                    read = (self._read(record, ("request_id",)) for record in batch)
                    self._cancelled |= {one["request_id"] for one in read if one}

    def _replies(self, records: Iterable[Any]) -> list[Reply]:
        replies = []
        for record in records:
            request = self._read(record, COPIED)
            if request is None or self.is_taken_back(request):
                continue
            reply = self._ledger.known(request["request_id"])
            if reply is None:
                reply = self.answer(request)
                self._ledger.keep(reply)
            trace = dict(record.headers).get("traceparent")
            replies.append(self._as_record(reply, trace))
        self._ledger.settle()
        return replies

    def is_taken_back(self, request: dict[str, Any]) -> bool:
        """Whether the hub took a request back."""
        return request["request_id"] in self._cancelled

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Make the reply to a request; here an agency asks its own records, and its people."""
        return {
            **{name: request[name] for name in COPIED},
            "reply_id": str(uuid5(NAMESPACE_URL, f"reply:{request['request_id']}")),
            "occurred_at": datetime.now(UTC).isoformat(),
            "state": "nothing_known",
            "designated_professional": {
                "full_name": "Robin Asante",
                "role": "Designated professional on duty",
            },
        }

    def headers(self, reply: dict[str, Any], trace: bytes | None) -> list[tuple[str, bytes]]:
        """Give the headers of a reply: texts, in UTF-8."""
        texts = {
            "ce_specversion": "1.0",
            "ce_id": reply["reply_id"],
            "ce_type": f"agency.{self._agency}.reply.v1",
            "ce_source": f"/agencies/{self._agency}",
            "ce_time": reply["occurred_at"],
            "ce_subject": reply["contact_id"],
            "content-type": "application/json",
        }
        headers = [(name, text.encode()) for name, text in texts.items()]
        return [*headers, ("traceparent", trace)] if trace else headers

    def _as_record(self, reply: dict[str, Any], trace: bytes | None) -> Reply:
        lane = ".red" if reply["lane"] == "red" else ""
        topic, body = f"agency.{self._agency}.reply{lane}.v1", json.dumps(reply).encode()
        return topic, body, reply["contact_id"].encode(), self.headers(reply, trace)

    async def _send(self, replies: Iterable[Reply]) -> None:
        sent = [
            await self._producer.send(topic, body, key, headers=headers)
            for topic, body, key, headers in replies
        ]
        await asyncio.gather(*sent)

    async def _read_receipts(self) -> None:
        consumer = await self._consumer("record-receipt", ".receipt")
        try:
            async for record in consumer:
                receipt = self._read(record, ("record", "became"))
                if receipt and receipt["became"] in ("returned", "parked"):
                    log.error("%s is %s: %s", receipt["record"], receipt["became"], receipt["code"])
                await consumer.commit()
        finally:
            await consumer.stop()

    def _read(self, record: Any, fields: Iterable[str]) -> dict[str, Any] | None:
        """Read a body; one that is not what its topic is for is passed over, by its place."""
        try:
            body = json.loads(record.value or b"")
        except ValueError:
            body = None
        has_all = isinstance(body, dict) and all(isinstance(body.get(one), str) for one in fields)
        if has_all and body["agency"] == self._agency:
            return dict(body)
        log.error("unreadable: %s/%s/%s", record.topic, record.partition, record.offset)
        return None


def where_and_who(options: argparse.Namespace) -> dict[str, Any]:
    """Say where the broker is, whom we trust to be it, and by which certificate it knows us."""
    if options.ca is None:
        return {"bootstrap_servers": options.kafka}
    context = ssl.create_default_context(cafile=options.ca)
    context.load_cert_chain(options.certificate)
    secured = {"security_protocol": "SSL", "ssl_context": context}
    return {"bootstrap_servers": options.kafka, **secured}


async def main(kind: type[Adapter] = Adapter) -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agency", required=True)
    parser.add_argument("--kafka", required=True, help="HOST:PORT of the brokers")
    parser.add_argument("--ca", type=Path, help="PEM file of who vouches for the broker")
    parser.add_argument("--certificate", type=Path, help="PEM file with our key and certificate")
    parser.add_argument("--ledger", required=True, type=Path, help="JSON-lines file, kept")
    options = parser.parse_args()
    adapter = kind(options.agency, where_and_who(options), Ledger(options.ledger))
    serving = asyncio.create_task(adapter.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await asyncio.wait([serving])
    if not serving.cancelled():
        serving.result()


if __name__ == "__main__":
    asyncio.run(main())
