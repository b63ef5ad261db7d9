"""The courier that finds what a process keeps of an erased contact, and says when none is left."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from mash_shared.forgetting import erase, say_forgotten
from mash_shared.plumbing.documents import Raw, Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import Now
from mash_shared.sealing.ring import key_of
from mash_shared.vocabulary import ContactId, CouncilId

FORGET_EVERY = 1.0
AT_ONCE = 100
"""Contacts, and documents of each, that are looked at in one round."""
_WHOSE = {f"state.{field}": 1 for field in ("id", "contact_id", "council", "erased_at")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetter:
    """Makes stubs of all documents of erased contacts, before anybody destroys their keys.

    `drop_key` takes a key out of the process's memory. What cannot be read is not forgotten, and
    not said to be: the clock of the erasure runs out, which people see.
    """

    process: str
    store: Store[Any]
    teller: Teller[Any]
    now: Now
    outages: Outages
    drop_key: Callable[[str], None]

    async def keep_forgetting(self) -> None:
        """Forget for ever; an outage of the database is waited out."""
        while True:
            await self.outages.outlast("forgetter", self.forget)
            await asyncio.sleep(FORGET_EVERY)

    async def forget(self) -> None:
        """Go round once: where nothing is found any more, that is said."""
        asked = self.store.collection.find({"state.forgets": True}, _WHOSE).limit(AT_ONCE)
        for raw in await asked.to_list():
            await self._forget_one(raw["state"])

    async def _forget_one(self, stub: Raw) -> None:
        of_it = {
            "state.contact_id": stub["contact_id"],
            "state.council": stub["council"],
            "state.erased_at": None,
        }
        found = self.store.collection.find(of_it, {"_id": 1}).limit(AT_ONCE)
        left = [raw["_id"] for raw in await found.to_list()]
        at = self.now()
        if left:
            await self.teller.tell([(id_, partial(erase, at=at)) for id_ in left])
            return
        self.drop_key(key_of(CouncilId(stub["council"]), ContactId(stub["contact_id"])))
        said = partial(say_forgotten, process=self.process, at=at)
        await self.teller.tell([(stub["id"], said)])
