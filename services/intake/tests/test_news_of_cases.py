"""What the case system says of a case: nothing cosmetic loses its status, no clock bars news."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.domain.case import CaseStatus, KnownCase
from intake.handlers import IntakeHandlers
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import NOW, Desk, heard, packs, sample

H = IntakeHandlers(packs())
BODY = json.loads(sample(CaseStatusChanged).body())
DETAILS = ("worker", "team", "closed_at", "full_name", "date_of_birth_in_part", "nhs_number",
           "address")  # fmt: skip
TAKEN: list[tuple[str, Any, Any]] = [
    ("nhs_number", "999 000 0026", "9990000026"),
    ("nhs_number", 9990000026, "9990000026"),
    ("nhs_number", "12", "12"),
    ("nhs_number", ["9990000026"], None),
    ("full_name", "  Ottilie\u00a0 Marchbanks\u0000", "Ottilie Marchbanks"),
    ("full_name", "x" * 20_000, "x" * 200),
    ("address", "", None),
    ("worker", {"id": 7}, None),
    ("date_of_birth_in_part", "30/06/2016", "2016-06-30"),
    ("date_of_birth_in_part", 2016, "2016"),
    ("status", " CLOSED ", "closed"),
    ("closed_at", "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ("closed_at", "2026-03-01T09:00:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
    ("closed_at", 1772355600, datetime(2026, 3, 1, 9, tzinfo=UTC)),
    ("closed_at", "last week", None),
    ("occurred_at", 1772355600, datetime(2026, 3, 1, 9, tzinfo=UTC)),
]


def _read(**said: Any) -> CaseStatusChanged:
    return CaseStatusChanged.read(json.dumps(BODY | said).encode())


def _hear(*news: tuple[datetime, CaseStatusChanged]) -> KnownCase:
    desk = Desk(KnownCase, "known-havering-LCS-1")
    for came_at, one in news:
        desk.do(heard(H.note_case_status, one, at=came_at))
    return desk.aggregate


def _said(at: datetime, **said: Any) -> CaseStatusChanged:
    return sample(CaseStatusChanged, occurred_at=at, **said)


@pytest.mark.rule("E1", "E3")
@pytest.mark.parametrize(("field", "said", "kept"), TAKEN)
def test_a_detail_is_put_in_order_or_left_out_and_never_loses_the_status(
    field: str, said: Any, kept: Any
) -> None:
    news = _read(**{field: said})
    assert getattr(news, field) == kept


@pytest.mark.rule("E1")
@given(
    field=st.sampled_from(DETAILS),
    said=st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
)
def test_no_detail_whatever_it_is_loses_the_status(field: str, said: Any) -> None:
    news = _read(**{field: said})
    assert _hear((NOW, news)).status is CaseStatus.OPEN


@pytest.mark.parametrize("change", [{"status": "moved"}, {"status": 1}, {"occurred_at": "soon"},
                                    {"contact_id": ""}, {"council": None}])  # fmt: skip
def test_what_cannot_be_understood_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _read(**change)


@pytest.mark.rule("E1", "E3")
@pytest.mark.parametrize(
    "odd", [datetime(2062, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_news_with_a_time_that_cannot_be_meant_is_taken_and_bars_no_later_news(
    odd: datetime,
) -> None:
    first, soon = _said(odd), NOW + timedelta(minutes=1)
    case = _hear((NOW, first))
    assert (case.status, case.as_of, case.said_at) == (CaseStatus.OPEN, NOW, odd)
    assert [one.field for one in case.doubts()] == ["occurred_at"]
    for true_at in (soon, NOW - timedelta(minutes=1)):
        later = _said(true_at, status="closed", closed_at=None)
        case = _hear((NOW, first), (soon, later))
        assert (case.status, case.as_of) == (CaseStatus.CLOSED, true_at)
        assert case.doubts() == ()


@pytest.mark.rule("E1")
def test_a_clock_a_little_ahead_is_no_doubt_and_bars_nothing() -> None:
    ahead, soon = NOW + timedelta(minutes=5), NOW + timedelta(minutes=1)
    case = _hear((NOW, _said(ahead)), (soon, _said(soon, team="Team 9")))
    assert (case.team, case.doubts()) == ("Team 9", ())
    assert _hear((NOW, _said(ahead + timedelta(seconds=1)))).doubts()


@pytest.mark.rule("E1")
def test_of_two_news_with_one_time_the_one_that_came_later_holds() -> None:
    assert _hear((NOW, _said(NOW, team="A")), (NOW, _said(NOW, team="B"))).team == "B"


@pytest.mark.rule("E3")
def test_a_case_was_not_closed_later_than_was_heard_of_it() -> None:
    closed = {"status": "closed", "closed_at": NOW + timedelta(days=9)}
    assert _hear((NOW, _said(NOW, **closed))).closed_at == NOW


@pytest.mark.rule("E1")
def test_a_miswritten_number_of_a_case_is_shown() -> None:
    (doubt,) = _hear((NOW, _said(NOW, nhs_number="9990000027"))).doubts()
    assert (doubt.field, doubt.code) == ("nhs_number", "check_digit")
