"""Open clocks follow the calendar: an announced holiday moves what is due, and both are kept."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Generic

from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.plumbing.documents import A, Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import Now
from mash_shared.policy import Pack, PolicyPacks

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalendar(Generic[A]):
    """Runs once at the start, since that is when packs are read."""

    packs: PolicyPacks
    store: Store[A]
    teller: Teller[A]
    now: Now
    outages: Outages = field(default_factory=Outages)

    async def once(self) -> None:
        """Recompute every open clock that another calendar gave, then wait for the end."""
        tried = set[str]()
        while moved := await self.outages.outlast("calendar", partial(self.move_some, tried)):
            tried |= moved
        await asyncio.Event().wait()

    async def move_some(self, tried: AbstractSet[str] = frozenset()) -> set[str]:
        """Recompute the clocks of some documents; return their ids. Each is `tried` once."""
        change = partial(recompute, packs=self.packs, now=self.now)
        ids = {id_ for pack in self.packs async for id_ in self._behind(pack, tried)}
        await self.teller.tell([(id_, change) for id_ in sorted(ids)])
        return ids

    async def _behind(self, pack: Pack, tried: AbstractSet[str]) -> AsyncIterator[str]:
        other = {"state": "open", "calendar_version": {"$ne": pack.calendar.version}}
        query = {
            "next_due_at": {"$exists": True},
            "state.council": pack.council.id,
            "state.clocks": {"$elemMatch": other},
            "_id": {"$nin": list(tried)},
        }
        async for raw in self.store.collection.find(query, {"_id": 1}).limit(AT_ONCE):
            yield raw["_id"]


def recompute(aggregate: Aggregate, *, packs: PolicyPacks, now: Now) -> Iterator[Message]:
    """Let one aggregate's open clocks follow its council's calendar."""
    pack = packs.of(aggregate.council)
    aggregate.recompute(pack.due_now, pack.calendar.version, now())
    yield from ()
