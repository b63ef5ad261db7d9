"""Lines of the audit trail: chained, written together, kept while the store is away (S9)."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from mash_shared.audit.line import Head, hash_of
from mash_shared.audit.spool import Spool
from mash_shared.audit.trail import AuditAwayError, Trail
from mash_shared.audit.verify import Fault, Wrong, walk
from mash_shared.plumbing.outages import Outages
from mash_shared.testing import NOW, MemoryLines
from toy.hub import until

Raws = list[dict[str, Any]]


def _trail(lines: MemoryLines, folder: Path | None = None) -> Trail:
    return Trail(lines, service="toy", copy="toy-0", now=lambda: NOW, spool=Spool(folder, "toy-0"))


def _said(word: str) -> dict[str, Any]:
    return {"at": "2026-11-27T10:00:00.000000+00:00", "kind": "read", "who": word, "ids": []}


def _words(lines: MemoryLines) -> list[Any]:
    return [word for (word,) in lines.said("who")]


def _walked(lines: Raws) -> Fault | None:
    """Walk one chain as the store would give it."""
    chain = lines[0]["chain"]

    def is_elsewhere(head: Head) -> bool:
        return any(one["before"] == head.hash and one["number"] != head.number + 1 for one in lines)

    return walk(chain, sorted(lines, key=lambda line: line["number"]), is_elsewhere)[1]


@pytest.fixture
async def written() -> Raws:
    lines = MemoryLines()
    trail = _trail(lines)
    for word in "abcdef":
        await trail.write(_said(word))
    return lines.kept


@pytest.mark.rule("S9")
async def test_a_trail_that_nobody_touched_holds(written: Raws) -> None:
    assert [line["number"] for line in written] == [1, 2, 3, 4, 5, 6, 7]
    assert _walked(written) is None


def _change(lines: Raws) -> None:
    lines[3]["who"] = "somebody else"


def _change_and_hash_anew(lines: Raws) -> None:
    lines[3]["outcome"] = 403
    lines[3]["hash"] = hash_of(lines[3])


def _take_out(lines: Raws) -> None:
    del lines[3]


def _swap(lines: Raws) -> None:
    for name in ("number", "_id"):
        lines[3][name], lines[4][name] = lines[4][name], lines[3][name]


def _take_out_the_beginning(lines: Raws) -> None:
    del lines[0]


@pytest.mark.rule("S9")
@pytest.mark.parametrize(
    ("harm", "number", "wrong"),
    [
        (_change, 4, Wrong.CHANGED),
        (_change_and_hash_anew, 5, Wrong.CHANGED),
        (_take_out, 4, Wrong.MISSING),
        (_swap, 4, Wrong.OUT_OF_ORDER),
        (_take_out_the_beginning, 1, Wrong.MISSING),
    ],
)
async def test_one_line_that_was_touched_is_named(
    written: Raws, harm: Callable[[Raws], None], number: int, wrong: Wrong
) -> None:
    chain = written[0]["chain"]
    harm(written)
    assert _walked(written) == Fault(chain=chain, number=number, wrong=wrong)
    assert str(number) in str(_walked(written))


@pytest.mark.rule("S9")
async def test_every_field_of_a_line_is_under_its_hash(written: Raws) -> None:
    for name in written[2].keys() - {"_id", "hash"}:
        assert hash_of({**written[2], name: "other"}) != written[2]["hash"], name


async def test_what_is_said_at_the_same_moment_is_one_batch() -> None:
    batches: list[int] = []

    class Counted(MemoryLines):
        async def add(self, lines: Iterable[dict[str, Any]]) -> None:
            batches.append(len(given := [*lines]))
            await asyncio.sleep(0)
            await super().add(given)

    lines = Counted()
    trail = _trail(lines)
    await asyncio.gather(*(trail.write(_said(str(n))) for n in range(250)))
    assert batches == [1, 200, 50]
    assert _walked(lines.kept) is None


async def test_a_later_start_names_the_end_of_the_chain_before() -> None:
    lines = MemoryLines()
    await _trail(lines).write(_said("a"))
    await _trail(lines).write(_said("b"))
    last = lines.kept[1]
    assert lines.kept[2]["after"] == Head.of(last).as_said()
    assert lines.kept[0]["after"] is None


@pytest.mark.rule("S9")
async def test_while_the_store_is_away_nothing_is_said_to_stand() -> None:
    lines = MemoryLines()
    trail = _trail(lines)
    await trail.write(_said("before"))
    lines.away = True
    for _ in range(2):
        with pytest.raises(AuditAwayError):
            await trail.write(_said("meanwhile"))
    assert trail.is_out
    with pytest.raises(AutoReconnect):
        await trail.mend()
    assert trail.keep(_said("kept"))
    lines.away = False
    await trail.mend()
    assert not trail.is_out
    await trail.write(_said("after"))
    assert _words(lines) == ["before", "kept", "after"]
    assert [line["kind"] for line in lines.kept[2:4]] == ["resumed", "read"]
    assert lines.kept[3]["late"]
    assert _walked(lines.kept) is None


async def test_the_chain_goes_on_where_a_write_stood_that_seemed_to_fail() -> None:
    class Forgetful(MemoryLines):
        silent = False

        async def add(self, lines: Any) -> None:
            await super().add(lines)
            if self.silent:
                raise AutoReconnect("no answer")

    lines = Forgetful()
    trail = _trail(lines)
    await trail.write(_said("a"))
    lines.silent = True
    with pytest.raises(AuditAwayError):
        await trail.write(_said("b"))
    lines.silent = False
    await trail.mend()
    await trail.write(_said("c"))
    assert _words(lines) == ["a", "b", "c"]
    assert _walked(lines.kept) is None


async def test_a_process_waits_an_outage_out_and_begins_anew() -> None:
    lines = MemoryLines(away=True)
    trail = _trail(lines)
    outages = Outages()
    standing = asyncio.create_task(trail.keep_standing(outages))
    await asyncio.sleep(0.05)
    assert (trail.is_out, outages.is_out) == (True, True)
    lines.away = False
    await until(lambda: not trail.is_out, "trail that stands again")
    standing.cancel()
    assert not outages.is_out
    assert [line["kind"] for line in lines.kept] == ["began", "resumed"]


async def test_what_was_kept_outlives_the_process(tmp_path: Path) -> None:
    first = _trail(MemoryLines(away=True), tmp_path)
    assert first.keep(_said("a"))
    assert first.keep(_said("b"))
    file = tmp_path / "toy-0.jsonl"
    with file.open("ab") as torn:
        torn.write(b'{"at": "2026')
    lines = MemoryLines()
    await _trail(lines, tmp_path).mend()
    assert _words(lines) == ["a", "b"]
    assert file.read_bytes() == b""


def test_what_cannot_be_kept_is_not_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not Spool(tmp_path / "file", "toy-0").keep(_said("a"))


def test_not_more_is_kept_than_a_start_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mash_shared.audit.spool.MOST_KEPT", 1)
    spool = Spool(None, "toy-0")
    assert [spool.keep(_said("a")), spool.keep(_said("b"))] == [True, False]
