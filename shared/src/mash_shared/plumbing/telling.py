"""How a courier tells aggregates what it found: through the same unit of work as everything."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic
from uuid import uuid4

from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Door, Settled
from mash_shared.plumbing.documents import A
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.work import Work

Fact = Callable[[A], Iterable[Message]]
"""A handler, bound to what was found."""

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller(Generic[A]):
    """Tells facts, each to one document, and publishes what follows from them.

    Documents of erased contacts are told only of what is `though_erased`.
    """

    name: str
    work: Work[A]
    outbox: Outbox
    now: Now
    though_erased: bool = False

    async def tell(self, facts: Sequence[tuple[str, Fact[A]]]) -> list[Settled]:
        """Tell facts, given as document id and fact; raises on an outage."""
        if not facts:
            return []
        batch = await self.work.run(
            Arrival(
                id=f"courier:{uuid4()}",
                name=self.name,
                document_id=id_,
                change=change,
                at=self.now(),
                door=Door.CLOCK,
                traceparent=child_of(None),
                though_erased=self.though_erased,
            )
            for id_, change in facts
        )
        for settled in batch.settled:
            log.info(
                "courier_told",
                document_id=settled.arrival.document_id,
                outcome=settled.outcome,
                error_type=type(settled.error).__name__ if settled.error else None,
            )
        await self.outbox.publish(batch.parcels, by="courier")
        return batch.settled
