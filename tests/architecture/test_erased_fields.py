"""What is left of an erased contact are ids, codes and times: every kind of document is walked."""

from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime
from typing import Any, cast, get_type_hints

import pytest

from mash_shared.clocks import Aggregate, Clock
from mash_shared.vocabulary import ClockKind, ClockState
from support.walking import KINDS_OF_DOCUMENT, NAMES_AND_CODES, texts

AT = datetime(2026, 3, 11, 10, tzinfo=UTC)
each_kind = pytest.mark.parametrize("kind", KINDS_OF_DOCUMENT, ids=lambda kind: kind.__name__)
LEFT = {
    "urgency": "of the packs",
    "reference": "made from the id",
    "figures.week": "a week",
    "enquiry_id": "made by the hub",
    "agency": "of the packs",
    "asked_by": "an id of staff",
    "disclosures.reply_id": "an id that the agency gave",
    "disclosures.reply_hash": "blanked",
    "disclosures.to": "an id of staff",
    "disclosures.about": "made by the hub",
    "heard": "a document's id",
    "heard.service": "a process",
    "erasure.proposed_by": "an id of staff",
    "erasure.agreed_by": "an id of staff",
    "erasure.awaited": "processes",
    "erasure.forgotten": "processes",
} | {f"heard.clocks{name.removeprefix('clocks')}": what for name, what in NAMES_AND_CODES.items()}
"""Texts that are kept of what was erased, with what they are."""


def _blank(of: Field[Any]) -> Any:
    return of.default if of.default_factory is MISSING else of.default_factory()


@pytest.mark.rule("S18")
@each_kind
def test_whatever_is_not_declared_as_kept_is_erased(kind: type[Aggregate]) -> None:
    document = kind(id="d1")
    told = {one.name: object() for one in fields(kind) if one.name not in {"erased_at", "clocks"}}
    for name, value in told.items():
        setattr(document, name, [] if name == "disclosures" else value)
    document.erase(AT)
    for one in fields(kind):
        if one.name in told.keys() - kind.KEPT.keys():
            assert getattr(document, one.name) == _blank(one), one.name
    assert document.erased_at == AT


@pytest.mark.rule("S18")
@each_kind
def test_what_is_kept_is_there_with_a_reason_and_is_nothing_that_anybody_said(
    kind: type[Aggregate],
) -> None:
    assert kind.KEPT.keys() <= {one.name for one in fields(kind)}
    assert all(kind.KEPT.values())
    hints = get_type_hints(kind)
    kept = {text for name in kind.KEPT for text in texts(name, hints[name])}
    assert kept - NAMES_AND_CODES.keys() - LEFT.keys() == set()
    assert kind.LOOKED_UP not in kind.KEPT


@pytest.mark.rule("S18")
def test_what_was_promised_is_promised_no_more_and_what_was_kept_stays_kept() -> None:
    document = cast("Aggregate", KINDS_OF_DOCUMENT[0](id="d1"))
    running = Clock(
        kind=ClockKind.TASK, started_at=AT, due_at=AT, policy_version="p", calendar_version="c"
    )
    met = Clock(
        kind=ClockKind.TASK, started_at=AT, due_at=AT, policy_version="p", calendar_version="c"
    )
    met.end(ClockState.MET, AT)
    document.clocks = [running, met]
    document.erase(AT)
    assert [clock.state for clock in document.clocks] == [ClockState.CANCELLED, ClockState.MET]
    running.state = ClockState.OPEN
    document.erase(AT)
    assert running.is_open, "what is erased is erased once"
