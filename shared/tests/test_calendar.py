"""The calendar against vectors worked out by hand; times in London unless they end in Z."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mash_shared.policy import Duration, load_packs
from mash_shared.policy.calendar import Calendar, bank_holidays
from mash_shared.policy.hours import Hours, OpenHours, Opening, Weekday

LONDON = ZoneInfo("Europe/London")
PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
NINE_TO_FIVE = PACKS.of("lewisham").hours
WORKING_DAY = Duration(working_days=1)
FOUR_HOURS = Duration(hours=4)


def london(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


def due(start: datetime, duration: Duration, hours: Hours = NINE_TO_FIVE) -> str:
    return Calendar(hours).due(start, duration).at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.rule("J1")
@pytest.mark.parametrize(
    ("start", "fold", "hours", "expected"),
    [
        ("2026-03-28 14:00", 0, 24, "2026-03-29T14:00Z"),
        ("2026-03-29 00:30", 0, 4, "2026-03-29T04:30Z"),
        ("2026-10-24 14:00", 0, 24, "2026-10-25T13:00Z"),
        ("2026-10-25 01:30", 0, 4, "2026-10-25T04:30Z"),
        ("2026-10-25 01:30", 1, 4, "2026-10-25T05:30Z"),
        ("2024-02-28 23:00", 0, 24, "2024-02-29T23:00Z"),
        ("2026-12-24 16:59:59", 0, 4, "2026-12-24T20:59:59Z"),
    ],
)
def test_elapsed_time_is_counted_through_utc(
    start: str, fold: int, hours: int, expected: str
) -> None:
    found = Calendar(NINE_TO_FIVE).due(london(start, fold), Duration(hours=hours)).at
    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC


@pytest.mark.rule("J3")
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-06-05 16:59", "2026-06-08 16:59:00"),  # Friday to Monday
        ("2026-05-01 16:59", "2026-05-05 16:59:00"),  # Monday is a bank holiday
        ("2026-06-05 18:00", "2026-06-09 09:00:00"),  # closed: starts Monday at opening
        ("2026-06-05 23:59:59", "2026-06-09 09:00:00"),
        ("2026-06-06 12:00", "2026-06-09 09:00:00"),
        ("2026-06-08 08:59:59", "2026-06-09 09:00:00"),
        ("2026-06-08 09:00", "2026-06-09 09:00:00"),
        ("2026-06-05 17:00", "2026-06-09 09:00:00"),  # the closing minute starts nothing
        ("2026-12-31 16:59:59", "2027-01-04 16:59:59"),  # the last working day of a year
        ("2026-12-24 12:00", "2026-12-29 12:00:00"),  # 28 December stands for Saturday the 26th
        ("2027-12-24 12:00", "2027-12-29 12:00:00"),  # 27 and 28 are substitute days
        ("2024-02-28 10:00", "2024-02-29 10:00:00"),
        ("2028-02-29 10:00", "2028-03-01 10:00:00"),
        ("2026-03-27 12:00", "2026-03-30 12:00:00"),  # the clocks go forward between
        ("2026-10-23 12:00", "2026-10-26 12:00:00"),  # the clocks go back between
    ],
)
def test_one_working_day_ends_at_the_same_time_of_the_next_open_day(
    start: str, expected: str
) -> None:
    assert due(london(start), WORKING_DAY) == expected


@pytest.mark.rule("O7")
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-06-03 17:10", "2026-06-04 17:10:00"),
        ("2026-06-04 17:10", "2026-06-05 17:00:00"),  # Friday closes earlier
        ("2026-06-04 17:15", "2026-06-08 09:00:00"),
        ("2026-06-05 16:59", "2026-06-08 16:59:00"),
        ("2026-06-05 17:05", "2026-06-09 09:00:00"),
    ],
)
def test_waltham_forest_closes_earlier_on_fridays(start: str, expected: str) -> None:
    assert due(london(start), WORKING_DAY, PACKS.of("waltham-forest").hours) == expected


@pytest.mark.rule("X5")
@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-06-05 15:00", 2, "2026-06-05 17:00:00"),
        ("2026-06-05 15:00", 4, "2026-06-08 11:00:00"),
        ("2026-06-05 20:00", 8, "2026-06-08 17:00:00"),
        ("2026-06-05 20:00", 9, "2026-06-09 10:00:00"),
    ],
)
def test_working_hours_run_only_while_the_hub_is_open(
    start: str, hours: int, expected: str
) -> None:
    assert due(london(start), Duration(working_hours=hours)) == expected


@pytest.mark.rule("J1")
def test_red_runs_on_over_a_weekend_and_a_bank_holiday() -> None:
    assert due(london("2026-05-01 23:00"), FOUR_HOURS) == "2026-05-02 03:00:00"
    assert due(london("2026-05-01 16:00"), Duration(hours=72)) == "2026-05-04 16:00:00"


@pytest.mark.rule("O9")
def test_an_announced_holiday_moves_what_is_due_and_changes_the_version() -> None:
    before = Calendar(NINE_TO_FIVE)
    closures = {date(2026, 6, 8): "announced"}
    after = Calendar(NINE_TO_FIVE.model_copy(update={"closures": closures}))
    first, second = (c.due(london("2026-06-05 12:00"), WORKING_DAY) for c in (before, after))
    assert second.at - first.at == timedelta(days=1)
    assert (first.calendar_version, second.calendar_version) == (before.version, after.version)
    assert before.version != after.version


@pytest.mark.rule("O9")
def test_an_opening_replaces_a_bank_holiday_and_shortens_a_usual_day() -> None:
    short = {"opens": "10:00", "closes": "14:00", "reason": "skeleton staff"}
    opening = Opening.model_validate(short)
    openings = {date(2026, 5, 4): opening, date(2026, 6, 8): opening}
    hours = NINE_TO_FIVE.model_copy(update={"openings": openings})
    assert due(london("2026-05-01 12:00"), WORKING_DAY, hours) == "2026-05-04 12:00:00"
    assert due(london("2026-06-05 16:00"), WORKING_DAY, hours) == "2026-06-08 14:00:00"
    assert due(london("2026-06-05 09:30"), WORKING_DAY, hours) == "2026-06-08 10:00:00"


@pytest.mark.rule("J2")
def test_chases_of_working_time_fall_into_open_hours() -> None:
    starts = london("2026-06-05 16:00")
    found = Calendar(NINE_TO_FIVE).parts(starts, WORKING_DAY, (0.5, 0.75))
    assert [at.astimezone(LONDON).isoformat(" ", "minutes") for at in found] == [
        "2026-06-08 12:00+01:00",
        "2026-06-08 14:00+01:00",
    ]
    red = Calendar(NINE_TO_FIVE).parts(starts, Duration(hours=3), (0.5, 0.75))
    assert red == (starts + timedelta(minutes=90), starts + timedelta(minutes=135))


@pytest.mark.rule("O9")
@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-06-05 09:00", True, "2026-06-05 09:00"),
        ("2026-06-05 16:59:59", True, "2026-06-05 16:59:59"),
        ("2026-06-05 17:00", False, "2026-06-08 09:00"),
        ("2026-12-25 12:00", False, "2026-12-29 09:00"),
    ],
)
def test_the_calendar_knows_when_the_hub_is_open(moment: str, is_open: bool, opens: str) -> None:  # noqa: FBT001
    calendar = Calendar(NINE_TO_FIVE)
    assert calendar.is_open(london(moment)) is is_open
    assert calendar.next_opening(london(moment)) == london(opens)


@pytest.mark.rule("X4")
def test_a_start_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 6, 5, 12)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        Calendar(NINE_TO_FIVE).due(naive, FOUR_HOURS)


@pytest.mark.rule("X5")
@pytest.mark.parametrize(
    "day",
    [
        "2012-06-04", "2012-06-05", "2015-12-28", "2020-05-08", "2021-12-27", "2021-12-28",
        "2022-01-03", "2022-06-02", "2022-06-03", "2022-09-19", "2023-01-02", "2023-05-08",
        "2026-04-06", "2026-08-31", "2026-12-28", "2027-12-27", "2027-12-28", "2028-01-03",
    ],
)  # fmt: skip
def test_england_s_moved_and_one_off_bank_holidays_are_known(day: str) -> None:
    assert date.fromisoformat(day) in bank_holidays("GB-ENG", int(day[:4]))


@pytest.mark.rule("X5")
def test_the_bank_holidays_of_scotland_differ() -> None:
    assert date(2026, 4, 6) not in bank_holidays("GB-SCT", 2026)  # Easter Monday


def test_a_hub_open_at_the_weekend_counts_it_as_working() -> None:
    saturday = {Weekday.SATURDAY: OpenHours.model_validate({"opens": "10:00", "closes": "12:00"})}
    hours = NINE_TO_FIVE.model_copy(update={"week": NINE_TO_FIVE.week | saturday})
    assert due(london("2026-06-05 11:00"), WORKING_DAY, hours) == "2026-06-06 11:00:00"
