"""What a document weighs, and where the limits are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mash_shared.clocks import MOST_EARLIER
from mash_shared.messages.clock import ClockChanged
from mash_shared.plumbing.bounds import (
    FULL,
    LARGEST,
    LITTLE,
    MB,
    MOST_CLOCKS,
    DocumentFullError,
    Weight,
    may_be_large,
    weigh,
)
from mash_shared.plumbing.outgoing import BODY_LIMIT
from mash_shared.testing import sample
from mash_shared.vocabulary import ContactId
from toy.domain import Sheet, promise

DUE = datetime(2026, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "state", [{"lines": ["x"] * 10**6}, {"lines": ["x" * LARGEST]}, {"facts": [{"a": 1}] * 10**6}]
)
def test_nothing_is_taken_for_small_that_is_too_large(state: dict[str, Any]) -> None:
    assert weigh(state, (), ()).whole > LARGEST or "lines" in state
    assert may_be_large(state | {"clocks": []}, (), ())


def test_a_small_document_is_not_measured() -> None:
    assert not may_be_large({"lines": ["x" * MB], "clocks": []}, range(100), ())


@pytest.mark.parametrize(
    ("before", "after", "borne"),
    [
        (LARGEST - MB, LARGEST, True),
        (LARGEST, LARGEST + LITTLE, True),
        (LARGEST, LARGEST + LITTLE + 1, False),
        (FULL - 1, FULL, True),
        (FULL, FULL + 1, False),
        (FULL + 1, FULL + 1, True),
    ],
)
def test_the_limits_are_where_they_are_said_to_be(before: int, after: int, *, borne: bool) -> None:
    was = Weight(kept=before, outgoing=0, clocks=0)
    now = Weight(kept=after, outgoing=0, clocks=0)
    if borne:
        was.must_bear(now)
    else:
        with pytest.raises(DocumentFullError):
            was.must_bear(now)


@pytest.mark.rule("X5")
def test_the_clocks_of_one_document_fit_into_one_message_whatever_calendars_do() -> None:
    sheet = Sheet(id="s" * 200, contact_id=ContactId("c" * 200))
    for _ in range(MOST_CLOCKS):
        promise(sheet, due_at=DUE)
    for nth in range(2 * MOST_EARLIER):
        for clock in sheet.clocks:
            clock.move(DUE + timedelta(seconds=1 + nth), f"2026-03-11.{nth}", DUE)
    (first, *others) = sheet.clocks[0].earlier
    assert first.due_at == DUE
    assert [one.due_at.second for one in others] == list(range(MOST_EARLIER + 1, 2 * MOST_EARLIER))
    said = sample(ClockChanged, clocks=tuple(sheet.clocks), document_id=sheet.id)
    assert len(said.body()) < BODY_LIMIT
