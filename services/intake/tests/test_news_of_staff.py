"""What the council's directory says of somebody: the newest news holds, no detail loses it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.domain.staff import KnownStaff
from mash_shared.act import StaffMember
from mash_shared.messages.staff import PASSED, StaffChanged
from mash_shared.testing import NOW, Desk, heard, sample, send_twice
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS as H

BODY = json.loads(sample(StaffChanged).body())
SOON = NOW + timedelta(minutes=1)
DETAILS = ("display_name", "roles", "teams", "agency", "registration_number", "since", "until")
TAKEN: list[tuple[str, Any, Any]] = [
    ("display_name", "  Delphine\u00a0 Ashgrove\u0000", "Delphine Ashgrove"),
    ("display_name", {"first": "Delphine"}, None),
    ("roles", ["social_worker", "team_manager", 7, " MASH_Manager "],
     (Role.SOCIAL_WORKER, Role.MASH_MANAGER)),
    ("roles", "social_worker", ()),
    ("roles", None, ()),
    ("teams", ["Team 2 ", "Team 2", 4, "", None, {"a": 1}], ("Team 2", "4")),
    ("teams", "Team\u00a02", ("Team 2",)),
    ("teams", None, ()),
    ("teams", [f"Team {one}" for one in range(60)], tuple(f"Team {one}" for one in range(50))),
    ("agency", " Education ", "education"),
    ("agency", ["education"], None),
    ("registration_number", "sw 12-345", "SW12345"),
    ("registration_number", "12345", None),
    ("registration_number", 12345, None),
    ("since", "2024-09-01", datetime(2024, 9, 1, tzinfo=UTC)),
    ("since", "last autumn", None),
    ("until", "2026-03-01T09:00:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
    ("until", None, None),
    ("until", "soon", PASSED),
]  # fmt: skip


def _read(**said: Any) -> StaffChanged:
    return StaffChanged.read(json.dumps(BODY | said).encode())


def _said(at: datetime, **said: Any) -> StaffChanged:
    return sample(StaffChanged, occurred_at=at, **said)


def _hear(*news: tuple[datetime, StaffChanged]) -> KnownStaff:
    desk = Desk(KnownStaff, "staff-havering:sw-4021")
    for came_at, one in news:
        desk.do(heard(H.note_staff, one, at=came_at))
    return desk.aggregate


@pytest.mark.rule("E3", "F6", "F7", "J4", "A18")
@pytest.mark.parametrize(("field", "said", "kept"), TAKEN)
def test_a_detail_is_put_in_order_or_left_out(field: str, said: Any, kept: Any) -> None:
    assert getattr(_read(**{field: said}), field) == kept


@pytest.mark.rule("E3", "F6", "F7", "J4", "A18")
@given(
    field=st.sampled_from(DETAILS),
    said=st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
)
def test_no_detail_whatever_it_is_loses_somebody(field: str, said: Any) -> None:
    assert _hear((NOW, _read(**{field: said}))).staff_id == "sw-4021"


@pytest.mark.rule("F6", "F7")
@pytest.mark.parametrize("change", [{"occurred_at": "soon"}, {"contact_id": ""}, {"council": None}])
def test_news_of_nobody_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _read(**change)


@pytest.mark.rule("E3", "F6", "F7", "J4", "A18")
def test_acts_are_told_what_the_newest_news_says() -> None:
    member = _hear((NOW, sample(StaffChanged, agency="health", until=SOON))).member
    assert member == StaffMember(
        id="sw-4021",
        display_name="Delphine Ashgrove",
        roles=frozenset({Role.SOCIAL_WORKER}),
        teams=frozenset({"Assessment team 2"}),
        agency="health",
        registration_number="SW99901",
        since=datetime(2024, 9, 1, 8, tzinfo=UTC),
        until=SOON,
    )
    assert member.works_at(NOW)
    assert not member.works_at(SOON)


@pytest.mark.rule("E3", "F6", "F7", "J4", "A18")
def test_older_news_changes_nothing_and_newer_news_says_the_whole() -> None:
    left = _said(NOW, roles=[], registration_number=None)
    earlier = _said(NOW - timedelta(days=1))
    for news in ((left, earlier), (earlier, left)):
        known = _hear(*((SOON, one) for one in news))
        assert (known.roles, known.registration_number) == ((), None)
    back = _hear((NOW, left), (SOON, _said(SOON)))
    assert back.roles == (Role.SOCIAL_WORKER,)


@pytest.mark.rule("F6", "F7")
@pytest.mark.parametrize(
    "odd", [datetime(2062, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_a_time_that_cannot_be_meant_bars_no_later_news(odd: datetime) -> None:
    known = _hear((NOW, _said(odd)))
    assert (known.as_of, known.said_at) == (NOW, odd)
    assert _hear((NOW, _said(odd)), (SOON, _said(SOON, roles=[]))).roles == ()


@pytest.mark.rule("F6", "F7")
def test_of_two_news_with_one_time_the_one_that_came_later_holds() -> None:
    known = _hear((NOW, _said(NOW, display_name="A")), (NOW, _said(NOW, display_name="B")))
    assert known.display_name == "B"


def test_note_staff_twice_changes_nothing_the_second_time() -> None:
    desk = Desk(KnownStaff, "staff-havering:sw-4021")
    assert not send_twice(desk, heard(H.note_staff, sample(StaffChanged), at=NOW))
