"""What the agency says of its own accord: sent once it is written down, and its receipts kept."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from sandbox_answers import Header, UnreadableRecordError, read_receipt
from sandbox_behaviour import BehaviourFile
from sandbox_ledger import Ledger
from sandbox_listener import Listener, Log

LOOK_SECONDS = 0.2


def record_of(
    agency: str, said: Mapping[str, Any], at: datetime
) -> tuple[str, bytes, bytes, list[Header]]:
    """Give topic, key, body and headers of what the agency says; the id is made of its number."""
    kind = f"agency.{agency}.{said['saying']}.v1"
    number, when = said["number"], at.isoformat()
    body = {**said["body"], "agency": agency, "contact_id": number, "occurred_at": when}
    identifier = str(uuid5(NAMESPACE_URL, f"agency-said:{kind}:{body['council']}:{number}"))
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", identifier.encode()),
        ("ce_type", kind.encode()),
        ("ce_source", f"/agencies/{agency}".encode()),
        ("ce_time", when.encode()),
        ("ce_subject", number.encode()),
        ("content-type", b"application/json"),
    ]
    return kind, number.encode(), orjson.dumps(body), headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """Says what the behaviour file has under `says`, each number once."""

    agency: str
    producer: AIOKafkaProducer
    ledger: Ledger
    behaviour: BehaviourFile
    now: Callable[[], datetime]
    log: Log

    async def run(self, stop: asyncio.Event) -> None:
        """Say what is there to say until `stop`; a lane follows the file."""
        while not stop.is_set():
            await self.say()
            await asyncio.sleep(LOOK_SECONDS)

    async def say(self) -> None:
        """Send what was not said yet; where the broker does not confirm it goes out again."""
        for said in self.behaviour.rulebook.says:
            if self.ledger.has_said(said["saying"], said["number"]):
                continue
            topic, key, value, headers = record_of(self.agency, said, self.now())
            try:
                await self.producer.send_and_wait(topic, value, key, headers=headers)
            except KafkaError as error:
                self.log("saying_not_sent", error=type(error).__name__)
                return
            self.ledger.say(said["saying"], said["number"], at=self.now())
            self.ledger.flush()


class Receipts(Listener):
    """Consumes the receipts of what the agency said, and writes the hub's reference down."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        agency: str,
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        log: Log,
    ) -> None:
        super().__init__(consumer, log)
        self._agency, self._ledger, self._now = agency, ledger, now

    async def run(self, stop: asyncio.Event) -> None:
        """Take receipts until `stop`."""
        while not stop.is_set():
            batches = await self._consumer.getmany(timeout_ms=500, max_records=500)
            self.take([record for batch in batches.values() for record in batch])
            await self._commit()

    def take(self, records: Sequence[Any]) -> None:
        """Write receipts down; one that cannot be read is passed over, its text never logged."""
        for record in records:
            place = (TopicPartition(record.topic, record.partition), record.offset)
            self._offsets.take(*place)
            try:
                receipt = read_receipt(self._agency, record.value)
            except UnreadableRecordError as error:
                self._log("receipt_unreadable", offset=record.offset, reason=str(error))
            else:
                self._ledger.acknowledge(receipt, at=self._now())
            self._offsets.answered(*place)
        self._ledger.flush()
