"""One running copy of a service: the real unit of work and couriers, over memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from faststream.exceptions import NackMessage

from intake.eraser import Eraser
from intake.matcher import Matcher
from mash_shared.http.api import Doors
from mash_shared.plumbing.arrival import Arrival, Settled
from mash_shared.plumbing.recalendar import Recalendar
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import as_it_is
from mash_shared.plumbing.unit import Hearing, Unit
from mash_shared.service import Parts, Service
from mash_shared.testing import memory_audit, unlimited
from mash_shared.testing.memory import MemoryCollection
from notify.courier import Courier
from simulation.chance import Chance
from simulation.log import Log, LogBacklog, LogProducer, Place
from simulation.relay import Relay
from simulation.vault import Vault

ROUNDS: Mapping[type[Any], Callable[[Any], Awaitable[Any]]] = {
    Matcher: Matcher.catch_up,
    Courier: Courier.deliver,
    Eraser: Eraser.erase,
}
"""One round of each kind of courier, where its loop would begin again."""


@dataclass(kw_only=True)
class Copy:
    """A process as it lives between its start and its death; its memory dies with it."""

    name: str
    service: Service[Any]
    collection: MemoryCollection
    log: Log
    chance: Chance
    relay: Relay
    vault: Vault
    run_time: Callable[[], datetime]
    ahead: timedelta = timedelta()
    """By how much this copy's clock is ahead of the run's."""
    unit: Unit[Any] = field(init=False)
    parts: Parts = field(init=False)
    couriers: list[tuple[Any, Callable[[Any], Awaitable[Any]]]] = field(init=False)

    def __post_init__(self) -> None:
        producer: Any = LogProducer(self.log, self.chance)
        collection: Any = self.collection
        self.unit = Unit(
            self.service,
            collection,
            producer,
            now=self.now,
            wall=self.now,
            run_time=as_it_is,
            backlog=partial(LogBacklog, self.log),
            drop_key=str,  # nothing is sealed in memory
        )
        self.parts = Parts(
            now=self.now,
            doors=Doors(cast("Any", self), self.now, unlimited(self.now).acts),
            tokens=cast("Any", None),
            audit=memory_audit(now=self.now),
            limits=unlimited(self.now),
            producer=producer,
            work=self.unit.work,
            outbox=self.unit.outbox,
            outages=self.unit.outages,
            keys=cast("Any", self.vault),
        )
        built = self.service.build(self.parts, self.unit.store)
        self.couriers = [self._courier(loop) for loop in built.loops]

    def now(self) -> datetime:
        """Give the time by this copy's clock."""
        return self.run_time() + self.ahead

    def _courier(self, loop: Any) -> tuple[Any, Callable[[Any], Awaitable[Any]]]:
        """Give a courier and its round; a new kind of courier has to be entered in `ROUNDS`."""
        courier = loop.__self__
        if isinstance(courier, Courier):
            object.__setattr__(courier, "post", self.relay)
            object.__setattr__(courier, "name", self.name)
        return courier, ROUNDS[type(courier)]

    async def perform(self, arrival: Arrival) -> Settled:
        """Take one act in as the door does, and publish what it says before the next step."""
        acts = self.unit.acts
        asking = asyncio.create_task(acts.perform(arrival))
        try:
            await asyncio.sleep(0)  # it stands in the queue now
            publishing = await acts.take_waiting()
            if publishing is not None:
                await publishing
            return await asking
        finally:
            asking.cancel()

    async def pump(self, hearing: Hearing, wanted: Mapping[Place, int]) -> None:
        """Take one batch of a lane, and commit it where the listener says so."""
        before = {place: self.log.position(hearing.group, place) for place in wanted}
        records = [
            record
            for place, most in sorted(wanted.items())
            for record in self.log.read(hearing.group, place, most)
        ]
        if not records:
            return
        try:
            await hearing.listener.take(records)
        except NackMessage:
            return
        self.log.commit(hearing.group, records, before)

    async def tend(self) -> None:
        """Let every loop of the process go round once."""
        unit = self.unit
        rounds = [unit.sweeper.sweep, unit.outbox.relay, unit.forgetter.forget]
        rounds += [partial(go_round, courier) for courier, go_round in self.couriers]
        for number, go_round in enumerate((*rounds, self.unit.outbox.strike)):
            await self.unit.outages.outlast(f"round-{number}", go_round)

    async def follow_calendar(self) -> None:
        """Do what a start does where the calendar has changed since."""
        if self.service.packs is None:
            return
        teller = Teller(name="calendar", work=self.unit.work, outbox=self.unit.outbox, now=self.now)
        moving = Recalendar(
            packs=self.service.packs, store=self.unit.store, teller=teller, now=self.now
        )
        tried: set[str] = set()
        while moved := await moving.move_some(tried):
            tried |= moved
