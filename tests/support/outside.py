"""The hub seen from outside: documents, topics, committed offsets, ledgers and mails."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cached_property
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mash_local.services import AGENCIES
from mash_local.stack import Stack
from mash_shared.plumbing.broker import clients
from support.stored import COLLECTIONS, opened

Raw = dict[str, Any]

NO_REQUEST = ("cancelled", "said", "receipt")
"""What a sandbox agency writes down beside the requests it was handed."""


@dataclass(frozen=True)
class Seen:
    """One record as it lies on its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: dict[str, bytes | None]
    value: bytes | None

    @property
    def id(self) -> str:
        """The message's own id, the same on every repeat."""
        return (self.headers.get("ce_id") or b"").decode(errors="replace")

    @property
    def kind(self) -> str:
        """The topic without its lane."""
        return self.topic.replace(".red.", ".")

    @property
    def contact_id(self) -> str:
        """The key."""
        return (self.key or b"").decode(errors="replace")

    @property
    def place(self) -> str:
        """Where it lies, in the form in which parked records name it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @cached_property
    def body(self) -> Raw:
        """The body, empty where it is not a JSON object."""
        try:
            read = json.loads(self.value or b"")
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


@dataclass(kw_only=True)
class World:
    """Everything at about one moment; offsets are read first, so they never seem to lead."""

    committed: dict[str, dict[TopicPartition, int]]
    documents: dict[str, dict[str, Raw]]
    wire: dict[str, list[Seen]]
    ledgers: dict[str, list[Raw]]
    mails: list[str]
    parked: dict[str, set[str]] = field(default_factory=dict)
    """Places of parked records, by the process that parked them."""

    def __post_init__(self) -> None:
        for process in COLLECTIONS:
            letters = self.wire.get(f"dead-letter.{process}", [])
            self.parked[process] = {
                (letter.headers.get("parked-id") or b"").decode() for letter in letters
            }

    def records(self, contacts: set[str]) -> Iterator[Seen]:
        """Every record of these contacts, topic by topic in order of offset."""
        for topic in self.wire.values():
            yield from (record for record in topic if record.contact_id in contacts)

    def of(self, process: str, contacts: set[str]) -> Iterator[Raw]:
        """Documents of one process about these contacts."""
        for raw in self.documents[process].values():
            if raw["state"].get("contact_id") in contacts:
                yield raw


class Outside:
    """Reads with its own clients; the hub does not know that it is looked at."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._wire: dict[str, list[Seen]] = {}
        self._next: dict[TopicPartition, int] = {}

    def look(self) -> World:
        """Take everything in."""
        committed = asyncio.run(self._committed())
        documents = {process: self.documents(process) for process in COLLECTIONS}
        return World(
            committed=committed,
            documents=documents,
            wire=self.wire(),
            ledgers={agency: self.ledger(agency) for agency in AGENCIES},
            mails=self.mails(),
        )

    def documents(self, process: str) -> dict[str, Raw]:
        """Give the documents of one process as it reads them."""
        return asyncio.run(opened(self._stack, process))

    def wire(self) -> dict[str, list[Seen]]:
        """Read every topic from offset 0; what was read before is not fetched again."""
        asyncio.run(self._read())
        return {topic: list(records) for topic, records in self._wire.items()}

    def ledger(self, agency: str) -> list[Raw]:
        """What a sandbox agency wrote down of each request it was handed, other lines apart."""
        path = self._stack.run.sandbox / f"{agency}.ledger.jsonl"
        if not path.exists():
            return []
        whole = [line for line in path.read_bytes().splitlines() if line.endswith(b"}")]
        return [line for line in map(json.loads, whole) if line["action"] not in NO_REQUEST]

    def mails(self) -> list[str]:
        """Message-IDs of every mail that the provider took."""
        folder = self._stack.run.path / "mail"
        return [
            str(message_from_bytes(path.read_bytes())["Message-ID"]).strip("<> \r\n")
            for path in sorted(folder.glob("*.eml"))
        ]

    async def _read(self) -> None:
        consumer = AIOKafkaConsumer(
            **clients(self._stack.addresses["kafka"]),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
        )
        await consumer.start()
        try:
            everywhere = await self._everywhere()
            consumer.assign(everywhere)  # or each topic's leader would be looked for by itself
            ends = await consumer.end_offsets(everywhere)
            behind = [tp for tp in everywhere if self._next.get(tp, 0) < ends[tp]]
            if behind:
                await self._read_to(consumer, behind, ends)
        finally:
            await consumer.stop()

    async def _read_to(
        self, consumer: AIOKafkaConsumer, behind: list[TopicPartition], ends: dict[Any, int]
    ) -> None:
        consumer.assign(behind)
        for tp in behind:
            consumer.seek(tp, self._next.get(tp, 0))
        async with asyncio.timeout(30):
            while any(self._next.get(tp, 0) < ends[tp] for tp in behind):
                batches = await consumer.getmany(timeout_ms=500)
                for tp, records in batches.items():
                    self._wire.setdefault(tp.topic, []).extend(map(_seen, records))
                    self._next[tp] = records[-1].offset + 1

    async def _everywhere(self) -> list[TopicPartition]:
        admin = AIOKafkaAdminClient(**clients(self._stack.addresses["kafka"]))
        await admin.start()
        try:
            return [
                TopicPartition(topic["topic"], partition["partition"])
                for topic in await admin.describe_topics()
                if not topic["topic"].startswith("_")
                for partition in topic["partitions"]
            ]
        finally:
            await admin.close()

    async def _committed(self) -> dict[str, dict[TopicPartition, int]]:
        admin = AIOKafkaAdminClient(**clients(self._stack.addresses["kafka"]))
        await admin.start()
        try:
            return {group: await _offsets(admin, group) for group in groups(COLLECTIONS)}
        finally:
            await admin.close()


def groups(processes: Iterable[str]) -> list[str]:
    """Name the consumer groups of processes: one a lane."""
    return [f"{process}{lane}" for process in processes for lane in ("", ".red")]


async def _offsets(admin: AIOKafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    found = await admin.list_consumer_group_offsets(group)
    return {tp: known.offset for tp, known in found.items()}


def _seen(record: Any) -> Seen:
    return Seen(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        headers=dict(record.headers),
        value=record.value,
    )
