"""The parked records of one process or all, as their dead-letter topics hold them."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.envelope import Headers
from mash_shared.plumbing.parking import dead_letter_topic
from mash_shared.plumbing.whole import records

_PREFIX = dead_letter_topic("")


class NotOnTheShelfError(Exception):
    """There is no such parked record, or more than one; the sentence says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A parked record that nobody has settled."""

    process: str
    key: bytes | None
    body: bytes | None
    headers: Headers

    def word(self, name: str) -> str:
        """Give one of the headers that parking added, `id` or `reason` for example."""
        return text_of(self.headers, f"parked-{name}")

    @property
    def id(self) -> str:
        """Where the record was read from: topic, partition and offset."""
        return self.word("id")


async def read_shelf(broker: str, process: str | None = None) -> list[Shelved]:
    """Read what is parked and not settled, of one process or of all, oldest first."""
    partitions = await _dead_letters(broker, process)
    consumer = AIOKafkaConsumer(
        **clients(broker),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        await consumer.start()
        parked: dict[tuple[str, str], Shelved] = {}
        settled: set[tuple[str, str]] = set()
        async for record in records(consumer, partitions):
            name = record.topic.removeprefix(_PREFIX)
            if settles := text_of(record.headers, "settles"):
                settled.add((name, settles))
                continue
            one = Shelved(process=name, key=record.key, body=record.value, headers=record.headers)
            parked[name, one.id] = one
        return [one for where, one in parked.items() if where not in settled]
    finally:
        await consumer.stop()


def pick(shelf: Iterable[Shelved], id_: str) -> Shelved:
    """Find one record; two processes may have parked the same one."""
    found = [one for one in shelf if one.id == id_]
    if not found:
        raise NotOnTheShelfError(f"Nothing is parked as {id_}, or it is settled.")
    if len(found) > 1:
        names = " and ".join(one.process for one in found)
        raise NotOnTheShelfError(f"{names} have parked {id_}; say which with --process.")
    return found[0]


def text_of(headers: Headers, name: str) -> str:
    """Give a header as text, empty where it is missing."""
    found = next((value for other, value in headers if other == name), None)
    return (found or b"").decode(errors="replace")


async def _dead_letters(broker: str, process: str | None) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**clients(broker))
    try:
        await admin.start()
        there = sorted(name for name in await admin.list_topics() if name.startswith(_PREFIX))
        wanted = there if process is None else [dead_letter_topic(process)]
        if not set(wanted) <= set(there):
            names = ", ".join(name.removeprefix(_PREFIX) for name in there) or "none"
            raise NotOnTheShelfError(f"{process} has no dead-letter topic; there are: {names}.")
        described = await admin.describe_topics(wanted) if wanted else []
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
    finally:
        await admin.close()
