"""The batch unit of work: one find, pure handlers, one bulk of compare-and-sets, losers again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic

from mash_shared.plumbing.arrival import Arrival, Outcome, Settled
from mash_shared.plumbing.documents import A, Document, Store
from mash_shared.plumbing.draft import Draft
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.metrics import CLOCKS_MISSED
from mash_shared.plumbing.outages import is_outage
from mash_shared.plumbing.outbox import Outbox, Parcel
from mash_shared.plumbing.times import Now
from mash_shared.vocabulary import Refusal

BREATHE_EVERY = 10
"""Documents between two moments in which a batch lets other tasks, red ones first, go on."""
RACES = 50


class EndlessRaceError(Exception):
    """A document was written by others between every read and write of ours."""


async def no_pause() -> None:
    """Let nothing go first."""


@dataclass(slots=True)
class Batch:
    """How every arrival ended and what is now to be published."""

    settled: list[Settled]
    parcels: list[Parcel]


class Work(Generic[A]):
    """The one way anything changes: messages, clocks and acts all come through `run`."""

    def __init__(self, store: Store[A], outbox: Outbox, source: str, now: Now, wall: Now) -> None:
        self.store = store
        self._outbox = outbox
        self._source = source
        self._now = now
        self._wall = wall

    async def run(
        self, arrivals: Iterable[Arrival], breathe: Callable[[], Awaitable[None]] = no_pause
    ) -> Batch:
        """Take arrivals in; those of one document in order, different documents side by side.

        Raises what the driver raises when the database cannot be used; nothing is half done then,
        for a repeated arrival finds itself in `handled`.
        """
        waiting: dict[str, list[Arrival]] = {}
        for arrival in arrivals:
            waiting.setdefault(arrival.document_id, []).append(arrival)
        batch = Batch(settled=[], parcels=[])
        for race in range(RACES):
            drafts, unreadable = await self._drafts(waiting, breathe)
            for id_, error in unreadable.items():
                batch.settled.extend(_failed(waiting[id_], error))
            lost, broken = await self._save([draft for draft in drafts if draft.changed])
            for draft in drafts:
                id_ = draft.document.aggregate.id
                if id_ not in lost:
                    self._settle(draft, batch, broken.get(id_))
            waiting = {id_: waiting[id_] for id_ in lost}
            if not waiting:
                return batch
            await asyncio.sleep(0.001 * race)
        raise EndlessRaceError

    async def _drafts(
        self, waiting: dict[str, list[Arrival]], breathe: Callable[[], Awaitable[None]]
    ) -> tuple[list[Draft[A]], dict[str, Exception]]:
        """Run handlers; return drafts, and documents that cannot be read, with the reason."""
        await breathe()
        named = (one.contact_id for some in waiting.values() for one in some if one.contact_id)
        documents, unreadable = await self.store.load(dict.fromkeys((*waiting, *named)))
        unreadable = {id_: error for id_, error in unreadable.items() if id_ in waiting}
        erased = {id_: one.aggregate.erased_at for id_, one in documents.items()}
        drafts = []
        wall = self._wall()
        for number, (id_, arrivals) in enumerate(waiting.items(), start=1):
            if document := documents.get(id_):
                stubs = (erased.get(arrival.contact_id) for arrival in arrivals)
                draft = self._draft(document, next(filter(None, stubs), None))
                try:
                    draft.take(arrivals, wall=wall)
                    drafts.append(draft)
                except Exception as error:  # noqa: BLE001 - one document's fault stays its own
                    unreadable[id_] = error
            if number % BREATHE_EVERY == 0:
                await breathe()
        await breathe()
        return drafts, unreadable

    def _draft(self, document: Document[A], erased_at: datetime | None) -> Draft[A]:
        id_ = document.aggregate.id
        document.outgoing = [
            kept for kept in document.outgoing if not self._outbox.is_confirmed(id_, kept.id)
        ]
        return Draft(self.store, document, self._source, erased_at)

    async def _save(self, drafts: Sequence[Draft[A]]) -> tuple[set[str], dict[str, Exception]]:
        """Write drafts; return losers, and what cannot be written at all, with the reason."""
        if not drafts:
            return set(), {}
        crash.reach("C1")
        try:
            lost = await self._save_all(drafts)
        except Exception as error:
            if is_outage(error):
                raise
            return await self._save_singly(drafts)
        crash.reach("C2")
        return lost, {}

    async def _save_all(self, drafts: Sequence[Draft[A]]) -> set[str]:
        documents = [draft.document for draft in drafts]
        return await self.store.save(documents, now=self._now(), wall=self._wall())

    async def _save_singly(
        self, drafts: Sequence[Draft[A]]
    ) -> tuple[set[str], dict[str, Exception]]:
        lost: set[str] = set()
        broken: dict[str, Exception] = {}
        for draft in drafts:
            try:
                lost |= await self._save_all([draft])
            except Exception as error:
                if is_outage(error):
                    raise
                broken[draft.document.aggregate.id] = error
        return lost, broken

    def _settle(self, draft: Draft[A], batch: Batch, broken: Exception | None) -> None:
        document = draft.document
        known = document.aggregate if document.version else None
        for settled in draft.settled:
            if broken is not None and settled.outcome is Outcome.DONE:
                no = Outcome.REFUSED if isinstance(broken, Refusal) else Outcome.FAILED
                settled = replace(settled, outcome=no, error=broken)  # noqa: PLW2901
            batch.settled.append(replace(settled, aggregate=known, version=document.version))
        if broken is not None:
            return
        for kind in draft.missed:
            CLOCKS_MISSED.labels(kind).inc()
        if draft.changed:
            self._outbox.forget(document.aggregate.id, (kept.id for kept in document.outgoing))
        if document.outgoing:
            batch.parcels.append(
                Parcel(document_id=document.aggregate.id, messages=tuple(document.outgoing))
            )


def _failed(arrivals: Iterable[Arrival], error: Exception) -> list[Settled]:
    return [Settled(arrival=one, outcome=Outcome.FAILED, error=error) for one in arrivals]
