"""The eraser: destroys the keys of contacts that everybody has forgotten (S18)."""

import asyncio
from dataclasses import dataclass
from functools import partial

from intake.domain.contact import Contact
from intake.handlers import IntakeHandlers
from intake.keeping import with_key
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import Now
from mash_shared.sealing.ring import KeyRing, key_of
from mash_shared.vocabulary import ContactId, CouncilId

ERASE_EVERY = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """The one that destroys keys; intake's user of the database alone may."""

    handlers: IntakeHandlers
    store: Store[Contact]
    teller: Teller[Contact]
    keys: KeyRing
    now: Now
    outages: Outages

    async def keep_erasing(self) -> None:
        """Erase for ever; an outage of a database is waited out."""
        await self.outages.outlast("eraser", self.destroy_again)
        while True:
            await self.outages.outlast("eraser", self.erase)
            await asyncio.sleep(ERASE_EVERY)

    async def erase(self) -> None:
        """Destroy the keys that are to be, and only then note that they are."""
        if there := await with_key(self.store, "key_to_destroy"):
            await self._destroy(there)
            noted = partial(self.handlers.note_key_destroyed, at=self.now())
            await self.teller.tell([(id_, noted) for id_, _ in there])

    async def destroy_again(self) -> None:
        """Destroy what a database of keys has again that was restored from before an erasure."""
        await self._destroy(await with_key(self.store, "key_destroyed"))

    async def _destroy(self, there: list[tuple[str, str]]) -> None:
        await self.keys.destroy(
            [key_of(CouncilId(council), ContactId(id_)) for id_, council in there]
        )
