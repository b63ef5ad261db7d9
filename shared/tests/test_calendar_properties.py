"""What holds of every due time, whatever the start, the hours and the night the clocks change."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_shared.policy import Duration, load_packs
from mash_shared.policy.calendar import Calendar
from mash_shared.policy.hours import Hours, OpenHours, Weekday

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
CALENDARS = st.sampled_from([pack.calendar for pack in PACKS])
STARTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CLOCK_CHANGES = st.builds(
    lambda night, seconds: night + timedelta(seconds=seconds),
    st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]),
    st.integers(-172_800, 172_800),
)
MOMENTS = STARTS | CLOCK_CHANGES
WORKING = st.builds(Duration, working_days=st.integers(1, 30)) | st.builds(
    Duration, working_hours=st.integers(1, 100)
)
ELAPSED = st.builds(Duration, hours=st.integers(1, 100)) | st.builds(
    Duration, minutes=st.integers(1, 3000)
)
QUICKLY = settings(deadline=None, max_examples=100)


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    """Hours of all sorts, those of a hub that is open at night included."""
    days = draw(st.sets(st.sampled_from(Weekday), min_size=1))
    week = {}
    for day in sorted(days):
        # an hour at least: a hundred hours of a minute a week outlast the calendar's table
        opens = draw(st.integers(0, 1379))
        closes = draw(st.integers(opens + 60, 1439))
        week[day] = OpenHours(
            opens=time(opens // 60, opens % 60), closes=time(closes // 60, closes % 60)
        )
    return Hours(timezone="Europe/London", bank_holidays="GB-ENG", week=week)


@pytest.mark.rule("J3")
@QUICKLY
@given(any_hours(), MOMENTS, WORKING)
def test_working_time_is_never_due_while_the_hub_is_closed(
    hours: Hours, start: datetime, duration: Duration
) -> None:
    calendar = Calendar(hours)
    due = calendar.due(start, duration).at
    assert due > start
    assert calendar.is_open(due) or calendar.is_open(due - timedelta(microseconds=1))


@pytest.mark.rule("J9")
@QUICKLY
@given(any_hours(), MOMENTS, MOMENTS, WORKING | ELAPSED)
def test_what_starts_later_is_never_due_earlier(
    hours: Hours, one: datetime, other: datetime, duration: Duration
) -> None:
    calendar = Calendar(hours)
    first, second = sorted((one, other))
    assert calendar.due(first, duration).at <= calendar.due(second, duration).at


@pytest.mark.rule("J9")
@QUICKLY
@given(any_hours(), CLOCK_CHANGES, st.integers(1, 7200), WORKING)
def test_what_starts_a_little_later_is_never_due_earlier(
    hours: Hours, start: datetime, seconds: int, duration: Duration
) -> None:
    calendar, later = Calendar(hours), start + timedelta(seconds=seconds)
    assert calendar.due(start, duration).at <= calendar.due(later, duration).at


@pytest.mark.rule("J1")
@QUICKLY
@given(CALENDARS, MOMENTS, st.integers(1, 200))
def test_elapsed_time_crosses_nights_weekends_and_clock_changes(
    calendar: Calendar, start: datetime, hours: int
) -> None:
    assert calendar.due(start, Duration(hours=hours)).at - start == timedelta(hours=hours)


@pytest.mark.rule("X5")
@QUICKLY
@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_so_many_working_hours_later_so_much_working_time_has_passed(
    calendar: Calendar, start: datetime, hours: int
) -> None:
    due = calendar.due(start, Duration(working_hours=hours)).at
    assert calendar.working_time(start, due) == timedelta(hours=hours)


@pytest.mark.rule("J3")
@QUICKLY
@given(CALENDARS, MOMENTS, WORKING | ELAPSED)
def test_chases_come_in_order_between_start_and_due_time(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    moments = calendar.parts(start, duration, (0.5, 0.75, 0.9))
    assert [start, *moments, calendar.due(start, duration).at] == sorted(
        {start, *moments, calendar.due(start, duration).at}
    )


@pytest.mark.rule("J3")
@QUICKLY
@given(CALENDARS, MOMENTS)
def test_a_start_given_in_london_is_due_when_the_same_start_in_utc_is(
    calendar: Calendar, start: datetime
) -> None:
    there = start.astimezone(PACKS.of("havering").calendar.zone)
    day = Duration(working_days=1)
    assert calendar.due(there, day) == calendar.due(start, day)
