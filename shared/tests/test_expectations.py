"""An act on what somebody has read: taken while that still stands, refused once it was changed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Change, ChangedMeanwhileError, Outcome, Settled
from mash_shared.testing import MemoryStore, memory_work
from mash_shared.vocabulary import NotEntitledError, NotKnownError, Refusal
from toy.domain import Sheet, noted
from toy.workshop import arrival


@pytest.fixture
def sheets() -> MemoryStore[Sheet]:
    return MemoryStore(Sheet)


def _says(text: str, expects: int | None = None, id_: str | None = None) -> Arrival:
    return replace(arrival(noted("t", "s", text), id_=id_), expects=expects)


async def _take(sheets: MemoryStore[Sheet], *arrivals: Arrival) -> list[Settled]:
    return (await memory_work(sheets, "toy").run(arrivals)).settled


def _lines(sheets: MemoryStore[Sheet]) -> list[str]:
    return sheets.aggregate(sheets.raws["s"]).lines


async def test_an_act_on_what_still_stands_is_taken(sheets: MemoryStore[Sheet]) -> None:
    await _take(sheets, _says("first"))
    (settled,) = await _take(sheets, _says("second", expects=1))
    assert (settled.outcome, settled.version) == (Outcome.DONE, 2)
    assert _lines(sheets) == ["first", "second"]


@pytest.mark.parametrize("expects", [0, 1, 3])
async def test_an_act_on_what_was_changed_meanwhile_is_refused_and_leaves_no_trace(
    sheets: MemoryStore[Sheet], expects: int
) -> None:
    await _take(sheets, _says("first"))
    await _take(sheets, _says("second"))
    before = dict(sheets.raws)
    (settled,) = await _take(sheets, _says("third", expects=expects))
    assert settled.outcome is Outcome.REFUSED
    assert isinstance(settled.error, ChangedMeanwhileError)
    assert sheets.raws == before


async def test_nobody_has_read_what_is_not_there(sheets: MemoryStore[Sheet]) -> None:
    (settled,) = await _take(sheets, _says("first", expects=1))
    assert settled.outcome is Outcome.REFUSED
    assert sheets.raws == {}


@pytest.mark.rule("S1")
@pytest.mark.parametrize("refusal", [NotKnownError("Not here."), NotEntitledError("Not you.")])
@pytest.mark.parametrize("expects", [1, 7])
async def test_whoever_may_not_act_learns_nothing_of_versions(
    sheets: MemoryStore[Sheet], refusal: Refusal, expects: int
) -> None:
    await _take(sheets, _says("first"))
    act = replace(_says("second", expects=expects), change=_refusing(refusal))
    (settled,) = await _take(sheets, act)
    assert settled.error is refusal


async def test_what_would_be_refused_for_what_was_changed_says_that_it_was(
    sheets: MemoryStore[Sheet],
) -> None:
    await _take(sheets, _says("first"))
    act = replace(_says("second", expects=7), change=_refusing(Refusal("It is done.")))
    (settled,) = await _take(sheets, act)
    assert isinstance(settled.error, ChangedMeanwhileError)


def _refusing(refusal: Refusal) -> Change:
    def refuse(sheet: Sheet) -> Iterator[Message]:
        sheet.lines.append("half done")
        raise refusal
        yield

    return refuse


@pytest.mark.parametrize("expects", [1, 2])
async def test_what_came_before_it_in_the_same_batch_is_a_change_too(
    sheets: MemoryStore[Sheet], expects: int
) -> None:
    await _take(sheets, _says("first"))
    taken, late = await _take(sheets, _says("second", expects=1), _says("third", expects=expects))
    assert (taken.outcome, late.outcome) == (Outcome.DONE, Outcome.REFUSED)
    assert _lines(sheets) == ["first", "second"]


async def test_what_was_refused_before_it_in_the_same_batch_is_none(
    sheets: MemoryStore[Sheet],
) -> None:
    await _take(sheets, _says("first"))
    late, taken = await _take(sheets, _says("second", expects=7), _says("third", expects=1))
    assert (late.outcome, taken.outcome) == (Outcome.REFUSED, Outcome.DONE)
    assert _lines(sheets) == ["first", "third"]


@pytest.mark.rule("S16")
async def test_the_same_act_again_is_answered_as_before_and_not_measured_again(
    sheets: MemoryStore[Sheet],
) -> None:
    await _take(sheets, _says("first"))
    act = _says("second", expects=1, id_="act:1")
    first, again = (await _take(sheets, act))[0], (await _take(sheets, act))[0]
    assert (first.outcome, again.outcome) == (Outcome.DONE, Outcome.REPEATED)
    assert first.version == again.version == 2


async def test_whoever_is_overtaken_between_reading_and_writing_is_told(
    sheets: MemoryStore[Sheet],
) -> None:
    await _take(sheets, _says("first"))
    load, overtaken = sheets.load, False

    async def load_then_be_overtaken(ids: Iterable[str]) -> Any:
        nonlocal overtaken
        loaded = await load(ids)
        if not overtaken:
            overtaken = True
            await _take(sheets, _says("theirs"))
        return loaded

    sheets.load = load_then_be_overtaken  # type: ignore[method-assign]
    (settled,) = await _take(sheets, _says("ours", expects=1))
    assert isinstance(settled.error, ChangedMeanwhileError)
    assert _lines(sheets) == ["first", "theirs"]
