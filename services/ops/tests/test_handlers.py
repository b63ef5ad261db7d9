"""What ops hears of clocks: once, twice, out of order."""

import pytest

from mash_shared.messages.clock import ClockChanged
from mash_shared.testing import Desk, heard, sample, send_twice
from ops.domain import Case
from ops.handlers import OpsHandlers

HANDLERS = OpsHandlers()
CHANGED = sample(ClockChanged)


@pytest.mark.rule("I8")
def test_note_clocks_twice_notes_them_once() -> None:
    desk = Desk(Case, CHANGED.contact_id, "ops")
    assert not send_twice(desk, heard(HANDLERS.note_clocks, CHANGED))
    case = desk.aggregate
    assert case.council == CHANGED.council
    assert case.all_clocks == sorted(CHANGED.clocks, key=lambda clock: clock.due_at)
    assert list(case.heard) == [f"{CHANGED.service}/{CHANGED.document_id}"]


def test_older_news_after_newer_changes_nothing() -> None:
    desk = Desk(Case, CHANGED.contact_id, "ops")
    newer = sample(ClockChanged, document_version=9, clocks=())
    desk.do(heard(HANDLERS.note_clocks, newer))
    desk.do(heard(HANDLERS.note_clocks, sample(ClockChanged, document_version=8)))
    assert desk.aggregate.all_clocks == []
    assert desk.aggregate.open_until is None


def test_ops_keeps_clocks_apart_from_its_own() -> None:
    desk = Desk(Case, CHANGED.contact_id, "ops")
    desk.do(heard(HANDLERS.note_clocks, CHANGED))
    assert desk.aggregate.clocks == []
    assert desk.raw is not None
    assert "next_due_at" not in desk.raw
    assert desk.raw["outgoing"] == []
