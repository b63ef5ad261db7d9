"""A hundred thousand contacts are counted by the real database, over its index alone."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from intake.counting import groups, pipeline, prepare, took
from intake.domain.contact import Contact
from intake.domain.figures import TIMES, Figures, Standing
from intake.domain.function import FUNCTIONS
from intake.domain.tally import Tally, rows
from mash_local.engines.engine import Engine
from mash_shared.plumbing.documents import Store
from mash_shared.testing import MemoryStore
from support.front_door import recorded
from support.session import running_database

pytestmark = [pytest.mark.engines, pytest.mark.rule("O6", "O14")]

MANY, BATCH, FEW = 100_000, 10_000, 500
WEEKS = [f"2026-W{week:02}" for week in range(1, 53)]


mongo = pytest.fixture(scope="module", name="mongo")(running_database)


@pytest.fixture
async def store(mongo: Engine) -> AsyncIterator[Store[Contact]]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo.address, tz_aware=True)
    store: Store[Contact] = Store(client["figures"]["contacts"], Contact)
    await prepare(store)
    yield store
    await client.drop_database("figures")
    await client.close()


def _drawn(rng: random.Random, figures: Figures) -> Figures:
    standing = rng.choice(list(Standing))
    ends = sorted(rng.choices(list(FUNCTIONS), k=rng.choice((1, 1, 2))))
    told = rng.choice((None, rng.randrange(0, 3000, 10)))
    return replace(
        figures,
        week=rng.choice(WEEKS),
        level=rng.choice(("red", "amber")),
        standing=standing,
        ends="" if standing is Standing.OPEN else " ".join(ends),
        to_level=rng.randrange(240),
        to_told=told,
        told_in_time=None if told is None else told < 1440,
    )


def _raws(many: int, council: str = "havering") -> Iterator[dict[str, Any]]:
    rng, figures = random.Random(many), recorded().aggregate.figures  # noqa: S311 - to be drawn anew
    assert figures is not None
    for number in range(many):
        id_ = f"{council}-{number}"
        state = {"id": id_, "council": council, "figures": asdict(_drawn(rng, figures))}
        yield {"_id": id_, "version": 1, "state": state, "updated_at": number}


async def test_a_year_of_a_hundred_thousand_contacts_is_counted_over_the_index_alone(
    store: Store[Contact],
) -> None:
    raws = list(_raws(MANY))
    for begin in range(0, MANY, BATCH):
        await store.collection.insert_many(raws[begin : begin + BATCH], ordered=False)
    await store.collection.insert_many(_raws(FEW, "lewisham"))
    counted = await groups(store, "havering", WEEKS[0], WEEKS[-1])
    times = await took(store, "havering", WEEKS[0], WEEKS[-1])
    total = Tally.of(counted, times)
    assert (total.received, total.times["to_level"].count) == (MANY, MANY)
    assert len(rows(counted, times)) == 2 * len(WEEKS)
    for field in ("ends", *TIMES):
        read = await _documents_read(store, field)
        assert read == 0, f"{read} documents were read to count {field}"
    assert await _documents_read(store, "nothing_that_is_kept") == MANY


async def _documents_read(store: Store[Contact], field: str) -> int:
    by = {"week": "$state.figures.week", "of": f"$state.figures.{field}"}
    explained = await store.collection.database.command(
        "explain",
        {
            "aggregate": store.collection.name,
            "pipeline": pipeline("havering", (WEEKS[0], WEEKS[-1]), by),
            "cursor": {},
            "hint": "figures",
        },
        verbosity="executionStats",
    )
    return int(next(_found(explained, "totalDocsExamined")))


def _found(inside: Any, name: str) -> Iterator[Any]:
    if isinstance(inside, dict):
        yield from (inside[name],) if name in inside else ()
    for value in inside.values() if isinstance(inside, dict) else inside:
        if isinstance(value, (dict, list)):
            yield from _found(value, name)


async def test_the_database_counts_what_memory_counts(store: Store[Contact]) -> None:
    memory: MemoryStore[Contact] = MemoryStore(Contact)
    for raw in _raws(FEW):
        memory.raws[raw["_id"]] = raw
        await store.collection.insert_one(raw)
    asked = ("havering", "2026-W10", "2026-W20")
    one, other = [
        rows(await groups(some, *asked), await took(some, *asked)) for some in (store, memory)
    ]
    assert one == other
    assert one
