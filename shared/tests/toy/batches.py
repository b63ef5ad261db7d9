"""A listener over memory, and a broker that gives a batch again until it may be committed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from faststream.exceptions import NackMessage

from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.listener import Listener
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import BROKERS_TIME, Handler, Reader, Record, Subscription
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import NOW, MemoryOutbox, MemoryStore, memory_work
from mash_shared.vocabulary import Lane
from toy.domain import Noted, Sheet, note, noted

TOY = "one"
TOPIC = Noted.topic_in(Lane.AMBER, toy=TOY)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A record as the client library gives it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any
    timestamp: int = int(NOW.timestamp() * 1000)
    timestamp_type: int = BROKERS_TIME


def batch(sheets: Sequence[str], *, partition: int = 2, first: int = 700) -> list[Record]:
    """Give a record for each sheet, one behind the other in one partition."""
    sent = [
        Outgoing.of(noted(TOY, sheet), cause=sheet, source="tests", traceparent=child_of(None))
        for sheet in sheets
    ]
    return [
        Given(
            topic=one.topic, partition=partition, offset=offset,
            key=one.key, value=one.body, headers=one.headers,
        )
        for offset, one in enumerate(sent, start=first)
    ]  # fmt: skip


@dataclass
class Parking:
    """Takes what is parked."""

    sent: list[Outgoing] = field(default_factory=list)

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Keep messages."""
        self.sent += messages


@dataclass
class Desk:
    """One lane of a toy service; `loading` is called with the sheets of every reading."""

    loading: Callable[[Sequence[str]], Any] = lambda _: None
    handler: Handler = note
    store: MemoryStore[Sheet] = field(default_factory=lambda: MemoryStore(Sheet))
    parking: Parking = field(default_factory=Parking)
    deliveries: int = 0

    def __post_init__(self) -> None:
        """Wire the real listener to memory."""
        load = self.store.load

        async def watched(ids: Any) -> Any:
            sheets = [one for one in ids if not one.startswith("contact-of-")]
            if (waiting := self.loading(sheets)) is not None:
                await waiting
            return await load(ids)

        self.store.load = watched  # type: ignore[method-assign]
        self.outages = Outages()
        self.listener = Listener(
            process="toy",
            group="toy",
            lane=Lane.AMBER,
            reader=Reader((Subscription(Noted, self.handler, "sheet", parts={"toy": TOY}),), _now),
            work=memory_work(self.store, "toy"),
            outbox=cast("Any", MemoryOutbox()),
            producer=cast("Any", self.parking),
            lanes=Lanes(),
            outages=self.outages,
            wall=_now,
        )

    @property
    def lines(self) -> dict[str, int]:
        """Say how many notes each sheet has."""
        return {id_: len(raw["state"]["lines"]) for id_, raw in self.store.raws.items()}

    async def deliver(self, records: Sequence[Record]) -> None:
        """Give a batch, and again whenever it is given back."""
        while True:
            self.deliveries += 1
            try:
                return await self.listener.take(records)
            except NackMessage:
                continue


def _now() -> Any:
    return NOW
