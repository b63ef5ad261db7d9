"""Several kinds of aggregate in one store, and what each sums up before it is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Door, Outcome, Settled
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import MemoryStore, memory_work
from mash_shared.vocabulary import CouncilId, Refusal


@dataclass(slots=True, kw_only=True)
class Page(Aggregate):
    lines: list[str] = field(default_factory=list)
    longest: int = 0

    def summarise(self) -> None:
        self.longest = max(map(len, self.lines), default=0)


@dataclass(slots=True, kw_only=True)
class Card(Aggregate):
    words: int = 0
    last_seen: datetime | None = None


COUNCIL = CouncilId("toytown")
MOMENT = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


def _store() -> MemoryStore[Any]:
    return MemoryStore(Page, {"card-": Card})


def _arrival(id_: str, change: Callable[[Any], object]) -> Arrival:
    def quietly(aggregate: Any) -> Iterator[Message]:
        aggregate.council = COUNCIL
        change(aggregate)
        yield from ()

    return Arrival(
        id=uuid4().hex,
        name="test",
        document_id=id_,
        change=quietly,
        at=MOMENT,
        door=Door.MESSAGE,
        traceparent=child_of(None),
    )


async def _do(store: MemoryStore[Any], *arrivals: Arrival) -> list[Settled]:
    return (await memory_work(store, "toy").run(arrivals)).settled


def _see(card: Card) -> None:
    card.words, card.last_seen = card.words + 1, MOMENT


def _refuse(page: Page) -> None:
    page.lines.append("half done, and much longer than all the others")
    raise Refusal("No.")


async def test_a_prefix_says_which_kind_a_document_is_of() -> None:
    store = _store()
    settled = await _do(
        store,
        _arrival("p1", lambda page: page.lines.append("a line")),
        _arrival("card-1", _see),
        _arrival("not-a-card-1", lambda page: page.lines.append("another")),
    )
    assert {one.outcome for one in settled} == {Outcome.DONE}
    kinds = {id_: type(store.aggregate(raw)) for id_, raw in store.raws.items()}
    assert kinds == {"p1": Page, "card-1": Card, "not-a-card-1": Page}


async def test_each_kind_is_read_back_as_it_was_written() -> None:
    store = _store()
    await _do(store, _arrival("card-1", _see))
    await _do(store, _arrival("card-1", _see))
    found = await store.get("card-1")
    assert found == (Card(id="card-1", council=COUNCIL, words=2, last_seen=MOMENT), 2)


async def test_an_id_without_a_document_gives_a_blank_of_its_kind() -> None:
    documents, unreadable = await _store().load(["p1", "card-1"])
    blanks = {id_: document.aggregate for id_, document in documents.items()}
    assert blanks == {"p1": Page(id="p1"), "card-1": Card(id="card-1")}
    assert unreadable == {}


async def test_what_is_refused_leaves_a_blank_of_its_kind_behind() -> None:
    store = _store()
    refused, taken = await _do(store, _arrival("card-1", _refuse), _arrival("card-1", _see))
    assert (refused.outcome, taken.outcome) == (Outcome.FAILED, Outcome.DONE)
    assert store.aggregate(store.raws["card-1"]) == Card(
        id="card-1", council=COUNCIL, words=1, last_seen=MOMENT
    )


async def test_an_aggregate_sums_itself_up_before_every_write() -> None:
    store = _store()
    for line, longest in (("four", 4), ("two", 4), ("eleven here", 11)):
        await _do(store, _arrival("p1", lambda page, line=line: page.lines.append(line)))
        assert store.raws["p1"]["state"]["longest"] == longest


async def test_it_sums_up_what_is_written_and_not_what_was_refused() -> None:
    store = _store()
    taken, refused = await _do(
        store, _arrival("p1", lambda page: page.lines.append("four")), _arrival("p1", _refuse)
    )
    assert (taken.outcome, refused.outcome) == (Outcome.DONE, Outcome.REFUSED)
    assert store.raws["p1"]["state"]["longest"] == len("four")
