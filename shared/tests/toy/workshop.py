"""The unit of work of a toy process without its listeners: what a test puts in its hands."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Door
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.times import Now, wall_clock
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.work import Work
from toy.domain import Noted, Sheet, note
from toy.hub import Toy

Change = Callable[[Any, Any], Iterable[Message]]


@dataclass(frozen=True, kw_only=True)
class Workshop:
    store: Store[Sheet]
    producer: Producer
    outbox: Outbox
    work: Work[Sheet]


@asynccontextmanager
async def workshop(toy: Toy, wall: Now = wall_clock) -> AsyncIterator[Workshop]:
    store: Store[Sheet] = Store(toy.opened, Sheet)
    await store.prepare()
    producer = Producer(toy.kafka, "workshop")
    outbox = Outbox(toy.opened, producer, wall)
    work = Work(store, outbox, toy.process, wall_clock, wall)
    try:
        yield Workshop(store=store, producer=producer, outbox=outbox, work=work)
    finally:
        await producer.stop()


def arrival(message: Noted, change: Change = note, *, id_: str | None = None) -> Arrival:
    return Arrival(
        id=id_ or uuid4().hex,
        name="noted",
        document_id=message.sheet,
        change=partial(_change, change, message),
        at=datetime.now(message.occurred_at.tzinfo),
        door=Door.MESSAGE,
        traceparent=child_of(None),
    )


def _change(change: Change, message: Noted, sheet: Any) -> Iterable[Message]:
    return change(sheet, message)
