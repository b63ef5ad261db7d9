"""Couriers that share notices in memory, a provider of mail and a clock that can be stepped."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.plumbing.telling import Teller
from mash_shared.testing import (
    NOW,
    Desk,
    MemoryOutbox,
    MemoryStore,
    heard,
    memory_work,
    packs,
    sample,
)
from mash_shared.vocabulary import Lane, ReferrerKind
from notify.courier import Courier
from notify.domain import Notice
from notify.handlers import NotifyHandlers

HANDLERS = NotifyHandlers(packs())
CHILDREN = sample(ContactRecorded).child_ids


@dataclass
class FakePost:
    """A provider that remembers what it took, and can be told how to fail and how slow to be.

    `slow` gives seconds before it has a letter and seconds until it says so; cut off before it has
    it, it may still go on for `goes_on`.
    """

    taken: list[str] = field(default_factory=list)
    failures: list[Exception | BaseException] = field(default_factory=list)
    slow: Iterator[tuple[float, float]] | None = None
    goes_on: float | None = None
    takes_it_anyway: bool = False
    can_be_asked: bool = True
    asked: int = 0

    async def send(self, mail: EmailMessage, *, to: str, until: float) -> None:
        assert to
        assert asyncio.get_running_loop().time() < until
        id_ = mail["Message-ID"].strip("<>")
        before, after = next(self.slow) if self.slow else (0.0, 0.0)
        try:
            await asyncio.sleep(before)
        except asyncio.CancelledError:
            if self.goes_on is not None:
                asyncio.get_running_loop().call_later(self.goes_on, self.taken.append, id_)
            raise
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or self.takes_it_anyway:
            self.taken.append(id_)
        if failure is not None:
            raise failure
        await asyncio.sleep(after)

    async def has(self, message_id: str) -> bool | None:
        self.asked += 1
        return message_id in self.taken if self.can_be_asked else None


@dataclass
class Round:
    """Notices of one hub, and couriers that share them and a wall clock."""

    store: MemoryStore[Notice]
    post: FakePost = field(default_factory=FakePost)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    step: timedelta = timedelta()

    def now(self) -> datetime:
        """Give the wall clock: the loop's, and by how much it was stepped."""
        return NOW + self.step + timedelta(seconds=asyncio.get_running_loop().time())

    def courier(self, name: str = "one") -> Courier:
        """Start one life of a copy."""
        return Courier(
            name=name,
            sender="mash@hub.example",
            handlers=HANDLERS,
            store=self.store,
            teller=Teller(
                name="courier",
                work=memory_work(self.store, "notify"),
                outbox=cast("Any", self.outbox),
                now=self.now,
            ),
            post=self.post,
            now=self.now,
        )

    def notice(self, contact_id: str = "c1") -> Notice:
        """Look at a notice."""
        return self.store.aggregate(self.store.raws[contact_id])

    def said(self) -> list[str]:
        """Give the topics of what was said of notices."""
        topics = [one.topic for one in self.outbox.sent.values()]
        return [topic for topic in topics if topic.startswith("notice.")]


def ready(
    *contacts: str, store: MemoryStore[Notice] | None = None, lane: str = "red", **referrer: Any
) -> Round:
    """Give a round with notices that are ready."""
    store = store if store is not None else MemoryStore(Notice)
    to = {"kind": ReferrerKind.PUBLIC, "email": "a@street.example"} | referrer
    for contact in contacts or ("c1",):
        desk = Desk(Notice, contact, "notify")
        desk.store = store
        own = {"contact_id": contact, "lane": Lane(lane)}
        recorded = sample(ContactRecorded, **own, received_at=NOW, referrer=Referrer(**to))
        desk.do(heard(HANDLERS.expect_notice, recorded))
        for child in CHILDREN:
            decided = sample(DecisionRecorded, **own, child_id=child)
            desk.do(heard(HANDLERS.note_decision, decided))
    return Round(store)


class SlowStore(MemoryStore[Notice]):
    """Documents in memory that take a while to be read and written, so that couriers interleave."""

    def __init__(self, waits: Iterator[float]) -> None:
        super().__init__(Notice, touch=lambda: asyncio.sleep(next(waits)))
