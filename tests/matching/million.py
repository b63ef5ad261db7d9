"""One look among a million sealed records on the real database: how long, and what it finds."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from pymongo import AsyncMongoClient, InsertOne
from pymongo.asynchronous.collection import AsyncCollection

from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.found import Found
from intake.domain.likeness import Identity
from intake.domain.search import found_for, looked_for
from intake.domain.staff import KnownStaff
from intake.store import alike, prepare
from mash_shared.plumbing.documents import Raw, Store
from mash_shared.sealing.collection import SealedCollection
from mash_shared.sealing.form import Plan
from mash_shared.sealing.keys import KeyFile, drawn
from mash_shared.sealing.ring import KeyRing
from mash_shared.testing import NOW
from matching.look_up import COUNCIL, case_of, contact_of
from matching.population import child, mistaken
from support.session import running_database

WITHIN = 0.050
"""Seconds that the slowest of a hundred looks may take."""
LOOKS, BATCH = 500, 5_000
EARLIER = NOW.replace(year=NOW.year - 1)


@dataclass(slots=True)
class Looks:
    """What all looks took, in seconds, and found."""

    reading: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    found: int = 0

    def show(self, records: int) -> bool:
        """Print it; gives whether the looks were fast enough."""
        print(f"{records:,} records, {len(self.whole)} looks, of people with a mistake in one fact")
        for name, times in (("reading", self.reading), ("reading and comparing", self.whole)):
            print(f"  {name:<24}p50 {_at(times, 0.5):6.1f} ms   p99 {_at(times, 0.99):6.1f} ms")
        print(f"  found again: {self.found / len(self.whole):.4f}")
        middle, most = sorted(self.candidates)[len(self.candidates) // 2], max(self.candidates)
        print(f"  candidates compared: {middle} in the middle, {most} at the most")
        print(f"  other people shown as possible: {sum(self.others) / len(self.others):.2f} a look")
        return _at(self.whole, 0.99) <= WITHIN * 1000


def _council_keys(folder: str) -> KeyFile:
    path = Path(folder) / "council-keys.json"
    path.write_text(drawn([COUNCIL]))
    return KeyFile(path)


def _at(times: list[float], share: float) -> float:
    return 1000 * sorted(times)[int(share * (len(times) - 1))]


async def million(records: int) -> bool:
    """Fill a database of its own, look, and print; gives whether it was fast enough."""
    with TemporaryDirectory() as folder, contextmanager(running_database)() as engine:
        async with AsyncMongoClient[Raw](engine.address, tz_aware=True) as client:
            keys = KeyRing(client["matching-keys"]["keys"], _council_keys(folder))
            plan = Plan.of("matching", (Contact, KnownCase, KnownStaff))
            kept = SealedCollection(client["matching"]["contacts"], plan, keys)
            store: Store[Any] = Store(
                cast("AsyncCollection[Raw]", kept), Contact, {KNOWN_PREFIX: KnownCase}
            )
            began = time.perf_counter()
            await _fill(store, records)
            print(f"filled and indexed in {time.perf_counter() - began:.0f} s")
            return (await _look(store, records)).show(records)


async def _fill(store: Store[Any], records: int) -> None:
    """Write half of the records as cases, half as earlier contacts; then make the indexes."""
    some: list[Raw] = []
    for raw in _raws(store, records):
        some.append(raw)
        if len(some) == BATCH:
            await _put(store, some)
            some.clear()
    await _put(store, some)
    await prepare(store)


async def _put(store: Store[Any], raws: list[Raw]) -> None:
    if raws:
        await store.collection.bulk_write([InsertOne(raw) for raw in raws], ordered=False)


def _raws(store: Store[Any], records: int) -> Iterator[Raw]:
    shape = store.state(contact_of("shape", Identity()))
    for number in range(records):
        who = child(number)
        if number % 2 == 0:
            state, contact_id = store.state(case_of(str(number), who)), ""
        else:
            contact = contact_of(f"c{number}", who)
            contact.recorded_at = EARLIER
            facts = {"children": [_said(contact)], "address": who.address}
            state = shape | {"id": contact.id, "found_by": list(contact.found_by)}
            state |= {"recorded_at": EARLIER.isoformat(), "facts": shape["facts"] | facts}
            contact_id = contact.id
        kept = {"version": 1, "updated_at": EARLIER, "handled": [], "outgoing": []}
        yield kept | {"_id": state["id"], "state": state | {"contact_id": contact_id}}


def _said(contact: Contact) -> Raw:
    (one,) = contact.children
    names = ("child_id", "full_name", "date_of_birth", "nhs_number", "address")
    return {name: getattr(one, name) for name in names}


async def _look(store: Store[Any], records: int) -> Looks:
    rng, looks = random.Random(1), Looks()  # noqa: S311 - invented people
    for turn in range(LOOKS + LOOKS // 10):
        number = rng.randrange(records)
        contact = contact_of(f"look{turn}", mistaken(child(number), rng))
        began = time.perf_counter()
        cases, contacts = await alike(store, COUNCIL, tuple(looked_for(contact)))
        read = time.perf_counter()
        found = found_for(contact, cases, contacts)
        ended = time.perf_counter()
        if turn < LOOKS // 10:
            continue
        looks.reading.append(read - began)
        looks.whole.append(ended - began)
        looks.candidates.append(len(cases) + len(contacts))
        _note(looks, found, str(number))
    return looks


def _note(looks: Looks, found: tuple[Found, ...], number: str) -> None:
    them = [one for one in found if one.record_id in (number, f"c{number}")]
    looks.found += bool(them)
    looks.others.append(len(found) - len(them))
