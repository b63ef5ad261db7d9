"""The living parts of one process: store, three doors, relay and listeners, started and stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from aiokafka.errors import KafkaError

from mash_shared.audit.lines import audit_database_of
from mash_shared.audit.opening import open_trail
from mash_shared.audit.publishing import publishing
from mash_shared.http.api import Doors
from mash_shared.http.audited import Audit
from mash_shared.http.health import health
from mash_shared.http.often import Limits
from mash_shared.http.serving import served
from mash_shared.plumbing.backlog import KafkaBacklog
from mash_shared.plumbing.broker import lets_in
from mash_shared.plumbing.database import client_of, database_of
from mash_shared.plumbing.logs import get_logger, say_counts, where_raised
from mash_shared.plumbing.metrics import STALLED
from mash_shared.plumbing.parking import dead_letter_topic
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.recalendar import Recalendar
from mash_shared.plumbing.rights import agencies_of, topics_of
from mash_shared.plumbing.server import is_right, look_at_servers, time_there
from mash_shared.plumbing.sign_in import tokens
from mash_shared.plumbing.subscriber import Intake, Subscribers
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import Now, SharedClock, as_it_is, wall_clock
from mash_shared.plumbing.topics import assert_broker
from mash_shared.plumbing.unit import Unit
from mash_shared.policy import PolicyPacks
from mash_shared.sealing.opening import open_ring, sealed
from mash_shared.service import Parts, Service
from mash_shared.vocabulary import Lane

AT_ONCE = {Lane.RED: 100, Lane.AMBER: 40}
"""Records a batch takes at most; few of amber, behind whose batches red waits in every process."""

WATCH_EVERY = 5.0

log = get_logger()


class Process:
    """The living parts of one process."""

    def __init__(self, service: Service[Any]) -> None:
        settings = service.settings
        self._service = service
        shared = SharedClock(settings.time_file) if settings.time_file else None
        self._now: Now = shared or wall_clock
        self._run_time = shared.at if shared else as_it_is
        self._client = client_of(settings.mongo_url, service.process)
        self._audit_client = client_of(settings.audits_at, f"{service.process}-audit")
        self._keys_client = client_of(settings.keys_at, f"{service.process}-keys")
        self._ring = open_ring(self._keys_client, settings)
        instance = settings.instance or f"{service.process}-0"
        self._producer = Producer(settings.kafka, instance)
        self._unit: Unit[Any] = Unit(
            service,
            sealed(self._client, service, self._ring),
            self._producer,
            now=self._now,
            wall=wall_clock,
            run_time=self._run_time,
            backlog=partial(KafkaBacklog, settings.kafka, run_time=self._run_time),
            drop_key=self._ring.forget,
        )
        self._subscribers = self._listen(instance)
        self._tokens = tokens(settings)
        self._trail = open_trail(self._audit_client, service.process, instance, settings, self._now)
        self._limits = Limits.a_minute(settings.reads_a_minute, settings.acts_a_minute, self._now)
        self._parts = self._lent()
        self.tasks: list[asyncio.Task[Any]] = []
        self._servers: list[uvicorn.Server] = []
        self._serving: list[asyncio.Task[None]] = []
        self._started = self._api_up = False

    def _lent(self) -> Parts:
        """Give what the service's own parts are built on."""
        return Parts(
            now=self._now,
            doors=Doors(self._unit.acts, self._now, self._limits.acts),
            tokens=self._tokens,
            audit=Audit(trail=self._trail, now=self._now),
            limits=self._limits,
            producer=self._producer,
            work=self._unit.work,
            outbox=self._unit.outbox,
            outages=self._unit.outages,
            keys=self._ring,
        )

    def _listen(self, instance: str) -> Subscribers:
        hearings = self._unit.hearings
        self._topics = {topic for hearing in hearings for topic in hearing.topics}
        intakes = [
            Intake(
                topics=hearing.topics,
                group=hearing.group,
                instance=f"{instance}.{hearing.lane}",
                at_once=AT_ONCE[hearing.lane],
                take=hearing.listener.take,
            )
            for hearing in hearings
        ]
        return Subscribers(self._service.settings.kafka, intakes)

    async def start(self) -> None:
        """Start everything; waits for a broker and a database that are not there yet."""
        service, settings, unit = self._service, self._service.settings, self._unit
        self._serve(health(self._live, self._ready, self._serving_acts), settings.ops_port)
        await unit.outages.outlast("start", self._prepare)
        built = service.build(self._parts, unit.store)
        if built.api:
            self._serve(built.api(), settings.api_port)
            self._api_up = True
        loops: list[Callable[[], Awaitable[None]]] = [
            *unit.loops(),
            self._watch,
            partial(self._trail.keep_standing, unit.outages),
            *publishing(settings.audit_key, self._trail, self._producer, self._now),
            *built.loops,
        ]
        if service.packs:
            loops.append(self._recalendar(service.packs).once)
        self.tasks += [asyncio.create_task(_until_stopped(loop)) for loop in loops]
        await self._subscribers.start()
        self._started = True

    def _recalendar(self, packs: PolicyPacks) -> Recalendar[Any]:
        unit = self._unit
        teller = Teller(name="calendar", work=unit.work, outbox=unit.outbox, now=self._now)
        return Recalendar(
            packs=packs, store=unit.store, teller=teller, now=self._now, outages=unit.outages
        )

    async def _prepare(self) -> None:
        process, settings = self._service.process, self._service.settings
        kept = (
            self._client[database_of(process)],
            self._audit_client[audit_database_of(process)],
        )
        await look_at_servers(kept, refuse=settings.environment == "production")
        await self._ring.prepare(pack.council.id for pack in self._service.packs or ())
        await self._unit.store.prepare()
        if self._service.prepare:
            await self._service.prepare(self._unit.store)
        topics = {*self._topics, dead_letter_topic(process)}
        await assert_broker(settings.kafka, topics, sees=self._sees())

    def _sees(self) -> frozenset[str] | None:
        """Name the topics that the broker may show us, None for whatever there are."""
        service = self._service
        if service.settings.broker_rights == "any":
            return None
        own = service.process.partition(".")[2]
        agencies = agencies_of(service.packs) if service.packs else (own,) if own else ()
        return topics_of(service.process, agencies)

    def _serve(self, app: Any, port: int) -> None:
        settings = self._service.settings
        server = uvicorn.Server(served(app, settings.host, port, settings.trusted_proxies))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._servers.append(server)
        serving = asyncio.create_task(server._serve())  # noqa: SLF001
        self._serving.append(serving)
        self.tasks.append(serving)

    async def _live(self) -> dict[str, bool]:
        alive = not self._subscribers.stuck() if self._started else True
        return {"consumers": alive}

    async def _ready(self) -> dict[str, bool]:
        there, keys, sign_in, broker = await asyncio.gather(  # each away takes its whole wait
            time_there(self._client),
            self._ring.ready(),
            self._tokens.ready(),
            self._subscribers.reachable(),
        )
        return {
            "started": self._started,
            "assigned": self._started and self._subscribers.assigned(),
            "database": there is not None,
            "clock": is_right(wall_clock(), there),
            "keys": keys,
            "broker": broker,
            "broker_lets_us_in": broker or await lets_in(self._service.settings.kafka),
            "no_outage": not self._unit.outages.is_out,
            "consumers": not self._subscribers.stuck() if self._started else False,
            "audit": not self._trail.is_out,
            "sign_in": sign_in,
            "lanes_moving": all(one.listener.progress.moves for one in self._unit.hearings),
        }

    async def _serving_acts(self) -> dict[str, bool]:
        """Whether people's acts are taken: they need the database, and no broker."""
        there = await time_there(self._client)
        return {"started": self._api_up, "database": there is not None}

    async def _watch(self) -> None:
        """See whether every lane moves; end the process when a consumer has died.

        Whoever runs it starts it again.
        """
        while True:
            await asyncio.sleep(WATCH_EVERY)
            say_counts()
            if not self._started:
                continue
            if self._subscribers.stuck():
                raise RuntimeError("a consumer died")
            unread = self._subscribers.unread()
            for hearing in self._unit.hearings:
                hearing.listener.progress.note_unread(unread=unread.get(hearing.group, False))
                STALLED.labels(hearing.group).set(hearing.listener.progress.stood_still())
            with suppress(KafkaError):
                await self._subscribers.hold_positions()

    async def stop(self) -> None:
        """Stop taking in, finish what is in hand, close."""
        for server in self._servers:
            server.should_exit = True
        await asyncio.gather(*self._serving, return_exceptions=True)
        if self._started:
            await self._subscribers.stop()
        waiting = set(self.tasks)
        while waiting:
            for task in waiting:
                task.cancel()
            # More than once: the driver turns a cancelled operation into an error of its own.
            _, waiting = await asyncio.wait(waiting, timeout=0.5)
        await self._producer.stop()
        for client in (self._client, self._audit_client, self._keys_client):
            await client.close()


async def _until_stopped(loop: Callable[[], Awaitable[None]]) -> None:
    try:
        await loop()
    except asyncio.CancelledError:
        raise
    except Exception as error:
        log.error("part_died", error_type=type(error).__name__, where=where_raised(error))
        raise
