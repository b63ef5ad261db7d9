"""Every service of the hub in one process: its real handlers, over one log and one clock."""

import asyncio
import importlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, cast

from fastapi import FastAPI

from mash_local.services import BY_NAME, SERVICES
from mash_shared.http.api import Doors
from mash_shared.plumbing.unit import Hearing
from mash_shared.service import Parts, Service
from mash_shared.testing.memory import MemoryCollection
from simulation.chance import Chance, Crashed
from simulation.copies import Copy
from simulation.log import Log, Place
from simulation.people import at_work
from simulation.relay import Relay
from simulation.vault import Vault
from support.councils import THREE_LEVELS, with_invented

PROCESSES = tuple(service.name for service in SERVICES)
ANSWERS_TO_ANSWERS = 300
"""Rounds of reading after which lanes that still have something to read answer each other."""
UNFINISHED = ("look_wanted", "forgets", "key_to_destroy")
"""What says of a document that something is still to be done with it."""
_NOWHERE = {
    "KAFKA": "open://nowhere:9092", "MONGO_URL": "nowhere", "API_PORT": "1", "OPS_PORT": "1",
    "LOOKUPS_A_MINUTE": "1000000",  # one service lends its face to all stories of a process
    "TOKEN_KEYS": os.devnull, "COUNCIL_KEYS": os.devnull, "SMTP_HOST": "nowhere", "SMTP_PORT": "1",
    "SENDER": "mash@mash.example",
}  # fmt: skip


class Lent:
    """Stands for a part of whichever copy acts now, so that an API is built only once."""

    def __init__(self) -> None:
        self.copy: Copy | None = None

    def part(self, *path: str) -> Any:
        """Give something that asks the copy that acts now for everything."""
        lent = self

        class Part:
            def __getattr__(self, name: str) -> Any:
                found: Any = lent.copy
                for step in (*path, name):
                    found = getattr(found, step)
                return found

        return Part()


@cache
def described(process: str) -> Service[Any]:
    """Give the service's own description, as its `app.py` has it."""
    row = BY_NAME[process]
    with TemporaryDirectory() as folder:
        policies = with_invented(Path(folder) / "policies", THREE_LEVELS)
        for name, value in (_NOWHERE | dict(row.settings) | {"POLICIES": str(policies)}).items():
            os.environ[f"{row.prefix}{name}"] = value
        return cast("Service[Any]", importlib.import_module(f"{row.module}.app").service())


@cache
def _as_shipped(process: str) -> dict[str, Any]:
    """Give a service's packs as they were read."""
    packs = described(process).packs
    return dict(packs.packs) if packs is not None else {}


def forget_holidays() -> None:
    """Give every service its packs as they were shipped."""
    for process in PROCESSES:
        shipped = _as_shipped(process)
        packs = described(process).packs
        if packs is not None:
            cast("dict[str, Any]", packs.packs).update(shipped)


@cache
def face(process: str) -> tuple[FastAPI | None, Lent]:
    """Give the service's API, and whom it acts for."""
    lent = Lent()
    parts = Parts(
        now=lambda: cast("Copy", lent.copy).now(),
        doors=cast("Doors", lent.part("parts", "doors")),
        tokens=cast("Any", None),
        audit=lent.part("parts", "audit"),
        limits=lent.part("parts", "limits"),
        producer=lent.part("parts", "producer"),
        work=lent.part("unit", "work"),
        outbox=lent.part("unit", "outbox"),
        outages=lent.part("unit", "outages"),
        keys=lent.part("parts", "keys"),
    )
    build = described(process).build(parts, lent.part("unit", "store")).api
    return build() if build else None, lent


@dataclass(kw_only=True)
class Hub:
    """All copies of all services; `start` is when the story begins."""

    start: datetime
    chance: Chance = field(default_factory=Chance)
    copies: dict[str, Copy] = field(init=False, default_factory=dict)
    collections: Mapping[str, MemoryCollection] = field(init=False)
    log: Log = field(init=False)
    relay: Relay = field(init=False)
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        forget_holidays()
        self.log = Log(now=self.now)
        self.vault = Vault(chance=self.chance)
        self.relay = Relay(chance=self.chance, run_time=self.now)
        self.collections = MappingProxyType(
            {
                process: MemoryCollection({}, self.chance.database, self.chance.refuse)
                for process in PROCESSES
            }
        )
        self.collections["intake"].raws.update(at_work())
        for process in PROCESSES:
            self.bring_up(f"{process}#0")

    def now(self) -> datetime:
        """Give the run's time."""
        return self.start + timedelta(seconds=asyncio.get_running_loop().time())

    def bring_up(self, name: str) -> None:
        """Start a copy, `intake#1` say; one that runs is thrown away with all it remembers."""
        process = name.partition("#")[0]
        ahead = self.copies[name].ahead if name in self.copies else timedelta()
        self.copies[name] = Copy(
            name=name,
            service=described(process),
            collection=self.collections[process],
            log=self.log,
            chance=self.chance,
            relay=self.relay,
            vault=self.vault,
            run_time=self.now,
            ahead=ahead,
        )

    def take_down(self, name: str) -> None:
        """End a copy that has another beside it."""
        self.copies.pop(name, None)

    async def step(self, name: str, what: Any, faults: list[dict[str, Any]]) -> None:
        """Let a copy do something; where it dies of it, it is started again."""
        self.chance.arm(faults)
        try:
            await what
        except Crashed:
            self.bring_up(name)
        finally:
            self.chance.disarm()

    def backlog(self) -> Iterator[tuple[str, Hearing, Place, int]]:
        """Give what each lane of each copy has to read."""
        for name, copy in self.copies.items():
            for hearing in copy.unit.hearings:
                for place, waiting in self.log.behind(hearing.group, hearing.topics):
                    yield name, hearing, place, waiting

    async def drain(self) -> None:
        """Heal, and let everything run until nothing is left to do."""
        self.chance.disarm()
        self.relay.moods.clear()
        for copy in self.copies.values():
            copy.ahead = timedelta()
        for _ in range(60):
            await asyncio.sleep(6)  # first, so that nothing has come due since the last look
            await self._read_all()
            before = len(self.log.appended), len(self.relay.mails)
            for copy in list(self.copies.values()):
                await copy.tend()
            still = (len(self.log.appended), len(self.relay.mails)) == before
            if still and not self._unfinished():
                return
        raise AssertionError(f"REST the hub never came to rest: {self._restless()}")

    async def _read_all(self) -> None:
        """Let every lane read until none has anything left to read."""
        for _ in range(ANSWERS_TO_ANSWERS):
            waiting = list(self.backlog())
            if not waiting:
                return
            for name, hearing, place, many in waiting:
                await self.copies[name].pump(hearing, {place: many})
        spoken = Counter(record.topic for record in self.log.appended[-ANSWERS_TO_ANSWERS:])
        raise AssertionError(f"REST messages answer messages without end: {sorted(spoken)}")

    def _unfinished(self) -> bool:
        raws = (raw for kept in self.collections.values() for raw in kept.raws.values())
        return any(
            raw["outgoing"] or any(raw["state"].get(name) for name in UNFINISHED) for raw in raws
        )

    def _restless(self) -> list[str]:
        return [
            f"{process} {id_}"
            for process, kept in self.collections.items()
            for id_, raw in kept.raws.items()
            if raw["outgoing"] or raw["state"].get("look_wanted")
        ]
