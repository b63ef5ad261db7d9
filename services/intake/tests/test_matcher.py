"""The matcher: every contact is looked up, soon for whoever waits, and surely after a crash."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from intake import matcher as matching
from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.match import RouteKind
from intake.matcher import LEFT_BEHIND, Matcher
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import NOW, MemoryStore, sample
from support.front_door import Index

CASE = sample(CaseStatusChanged)
CHILD = {
    "full_name": CASE.full_name,
    "date_of_birth": CASE.date_of_birth_in_part,
    "nhs_number": CASE.nhs_number,
}
ROUTED = "contact.routed.v1"


@asynccontextmanager
async def _at_work(matcher: Matcher) -> AsyncIterator[None]:
    task = asyncio.create_task(matcher.keep_looking())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _looked_up(index: Index, *ids: str) -> None:
    async with asyncio.timeout(5):
        while any(index.contact(id_).look_wanted for id_ in ids):  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.005)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Index:
    monkeypatch.setattr(matching, "LOOK_EVERY", 0.01)
    return Index()


@pytest.mark.rule("E1")
async def test_a_case_opened_in_the_case_system_routes_the_next_contact(index: Index) -> None:
    index.hear(CASE)
    index.record("c1", children=[CHILD])
    await index.matcher().match(["c1"])
    contact = index.contact("c1")
    route = contact.ways["c1-1"].route
    assert route is not None
    assert (route.kind, route.worker) == (
        RouteKind.TO_ALLOCATED_WORKER,
        CASE.worker,
    )
    assert index.said().count(ROUTED) == 1


@pytest.mark.rule("E1")
async def test_a_contact_is_looked_up_once_and_another_councils_case_is_not_found(
    index: Index,
) -> None:
    index.hear(sample(CaseStatusChanged, council="lewisham"))
    index.record("c1", children=[CHILD])
    matcher = index.matcher()
    await matcher.match(["c1", "nobody"])
    looked = index.store.raws["c1"]
    assert index.contact("c1").ways["c1-1"].route is None
    index.hear(CASE)
    await matcher.match(["c1"])
    assert index.store.raws["c1"] == looked


@pytest.mark.rule("E1")
async def test_a_caller_is_answered_when_the_contact_was_looked_up(index: Index) -> None:
    index.hear(CASE)
    index.record("c1", children=[CHILD])
    matcher = index.matcher()
    async with _at_work(matcher):
        await matcher.look("c1")
        assert index.contact("c1").ways["c1-1"].route is not None
        await matcher.look("c1")


@pytest.mark.rule("I1")
async def test_a_contact_left_behind_by_a_crash_is_looked_up_without_being_asked_for(
    index: Index,
) -> None:
    index.hear(CASE)
    index.record("c1", children=[CHILD])
    index.now = NOW + LEFT_BEHIND - timedelta(milliseconds=1)
    async with _at_work(index.matcher()):
        await asyncio.sleep(0.05)
        assert index.contact("c1").look_wanted
        index.now = NOW + LEFT_BEHIND
        await _looked_up(index, "c1")
    assert index.said().count(ROUTED) == 1


async def test_many_callers_are_answered_batch_by_batch(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "AT_ONCE", 2)
    ids = [f"c{number}" for number in range(5)]
    for id_ in ids:
        index.record(id_)
    matcher = index.matcher()
    waiting = [asyncio.create_task(matcher.look(id_)) for id_ in ids]
    async with _at_work(matcher):
        await asyncio.gather(*waiting)
    assert not any(index.contact(id_).look_wanted for id_ in ids)


async def test_a_slow_index_keeps_no_caller_waiting(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "ANSWER_WITHIN", 0.02)
    index.record("c1")
    matcher = index.matcher()
    async with asyncio.timeout(1):
        await matcher.look("c1")
    assert index.contact("c1").look_wanted
    async with _at_work(matcher):
        await _looked_up(index, "c1")


class AwayAtFirst(MemoryStore[Any]):
    """A database that cannot be read twice and then can."""

    failures = 2

    def aggregate(self, raw: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise AutoReconnect
        return super().aggregate(raw)


@pytest.mark.rule("I1")
async def test_an_outage_of_the_database_is_waited_out(index: Index) -> None:
    index.record("c1")
    away = Index(store=AwayAtFirst(Contact, {KNOWN_PREFIX: KnownCase}))
    away.store.raws.update(index.store.raws)
    matcher = away.matcher()
    async with _at_work(matcher):
        await matcher.look("c1")
    assert not away.contact("c1").look_wanted


@pytest.mark.rule("A9")
async def test_a_quoted_reference_is_looked_for(index: Index) -> None:
    index.record("c1", children=[{"full_name": "Wren Okafor"}])
    quoted = index.contact("c1").reference
    later = NOW + timedelta(minutes=1)
    index.record("c2", later, children=[{}], reference=quoted)
    await index.matcher().match(["c1", "c2"])
    (match,) = index.contact("c2").matching.matches
    assert (match.found.record_id, match.found.reasons) == ("c1", ("reference",))
    assert match.holds


@pytest.mark.rule("E1")
async def test_a_contact_that_nobody_can_compare_keeps_no_other_from_being_looked_up(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_for = matching.found_for

    def fails_for_one(contact: Contact, *others: Any) -> Any:
        if contact.id == "c1":
            raise ValueError("what it says cannot be compared")
        return found_for(contact, *others)

    monkeypatch.setattr(matching, "found_for", fails_for_one)
    index.record("c1", children=[CHILD])
    index.record("c2", children=[{"full_name": "Ottilie Marchbanks"}])
    await index.matcher().match(["c1", "c2"])
    assert [index.contact(id_).look_wanted for id_ in ("c1", "c2")] == [True, False]
    monkeypatch.undo()
    await index.matcher().match(["c1"])
    assert not index.contact("c1").look_wanted
