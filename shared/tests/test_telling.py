"""How a courier tells what it found: each fact to one document, once, and nothing held up."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect

from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.telling import Fact, Teller
from mash_shared.testing import NOW, MemoryOutbox, MemoryStore, memory_work
from mash_shared.vocabulary import Refusal
from toy.domain import Sheet, note, noted


class Told:
    """A courier's teller over documents in memory."""

    def __init__(self) -> None:
        self.store: MemoryStore[Sheet] = MemoryStore(Sheet)
        self.outbox = MemoryOutbox()
        self.teller: Teller[Sheet] = Teller(
            name="finder",
            work=memory_work(self.store, "toy"),
            outbox=cast("Any", self.outbox),
            now=lambda: NOW,
        )

    def lines(self, id_: str) -> list[str]:
        return self.store.aggregate(self.store.raws[id_]).lines


@pytest.fixture
def told() -> Told:
    return Told()


def _fact(id_: str, text: str) -> tuple[str, Fact[Sheet]]:
    return id_, partial(_note, text=text)


def _note(sheet: Sheet, *, text: str) -> Iterable[Message]:
    return note(sheet, noted("t", sheet.id, text))


def _refuse(_: Sheet) -> Iterator[Message]:
    raise Refusal("No.")
    yield


async def test_each_fact_is_told_to_its_document_and_what_follows_is_published(told: Told) -> None:
    settled = await told.teller.tell([_fact("s1", "a"), _fact("s2", "b"), _fact("s1", "c")])
    assert [one.outcome for one in settled] == [Outcome.DONE] * 3
    assert (told.lines("s1"), told.lines("s2")) == (["a", "c"], ["b"])
    assert {one.topic for one in told.outbox.sent.values()} == {"toy.t.counted.v1"}
    assert len(told.outbox.sent) == 3


async def test_a_fact_that_is_found_again_is_told_again(told: Told) -> None:
    for _ in range(2):
        (settled,) = await told.teller.tell([_fact("s1", "a")])
        assert settled.outcome is Outcome.DONE
        assert settled.arrival.name == "finder"
    assert told.lines("s1") == ["a", "a"]


async def test_a_fact_that_is_refused_holds_up_no_other(told: Told) -> None:
    settled = await told.teller.tell([("s1", _refuse), _fact("s2", "b")])
    outcomes = {one.arrival.document_id: one.outcome for one in settled}
    assert outcomes == {"s1": Outcome.REFUSED, "s2": Outcome.DONE}
    assert told.store.raws.keys() == {"s2"}


async def test_in_an_outage_nothing_is_told_and_whoever_tells_knows(told: Told) -> None:
    async def gone(_: Iterable[str]) -> Any:
        raise AutoReconnect

    told.store.load = gone  # type: ignore[method-assign]
    with pytest.raises(AutoReconnect):
        await told.teller.tell([_fact("s1", "a")])
    assert not told.outbox.sent


async def test_without_a_fact_nobody_is_asked(told: Told) -> None:
    async def gone(_: Iterable[str]) -> Any:
        raise AutoReconnect

    told.store.load = gone  # type: ignore[method-assign]
    assert await told.teller.tell([]) == []


async def test_what_is_told_is_logged_by_ids_only(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    await told.teller.tell([_fact("s1", "Ottilie Marchbanks")])
    written = capsys.readouterr().out
    assert "courier_told" in written
    assert "s1" in written
    assert "Ottilie" not in written
