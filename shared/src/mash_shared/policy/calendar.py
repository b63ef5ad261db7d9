"""The one place that computes due times.

Elapsed time is arithmetic in UTC. Working time runs while the council's hub is open: its hours by
weekday, but for weekends, bank holidays and one-off closures. Only aware datetimes come in, and
only UTC goes out.

How a working day is read: the start is moved to the next opening if the hub is closed; n working
days later is the same time of day on the n-th open day after it, no earlier than that day's
opening and no later than its close.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_shared.policy.hours import Duration, Hours, OpenHours

_NOON = time(12)
_BANK_HOLIDAYS = Path(__file__).with_name("bank_holidays.json")


@dataclass(frozen=True, slots=True)
class DueTime:
    """When something is due (UTC), and by which calendar that was computed."""

    at: datetime
    calendar_version: str


class _Shift(NamedTuple):
    day: date
    opens: datetime
    closes: datetime


@cache
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """Give the bank holidays of a year in a region such as "GB-ENG", substitute days included.

    Raises KeyError for a year before 2000 or after 2100, which no time from outside can name.
    """
    return frozenset(map(date.fromisoformat, _bank_holidays_by_year(region)[str(year)]))


@cache
def _bank_holidays_by_year(region: str) -> dict[str, list[str]]:
    by_year: dict[str, list[str]] = json.loads(_BANK_HOLIDAYS.read_text())[region]
    return by_year


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a due time needs a start with a time zone")
    return moment.astimezone(UTC)


class Calendar:
    """The working time of one council; `version` changes whenever a due time could."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self.zone = ZoneInfo(hours.timezone)
        self._week = hours.by_weekday()
        closed = _bank_holidays_by_year(hours.bank_holidays)
        data = json.dumps([hours.model_dump(mode="json"), closed], sort_keys=True)
        self.version = f"{hours.bank_holidays}/{sha256(data.encode()).hexdigest()[:12]}"

    def due(self, start: datetime, duration: Duration) -> DueTime:
        """Give when `duration` after `start` is over; ValueError if `start` has no time zone."""
        begin = _in_utc(start)
        if duration.elapsed is not None:
            return DueTime(begin + duration.elapsed, self.version)
        if duration.working_days is not None:
            return DueTime(self._days_later(begin, duration.working_days), self.version)
        return DueTime(
            self._later(begin, timedelta(hours=duration.working_hours or 0)), self.version
        )

    def parts(
        self,
        start: datetime,
        duration: Duration,
        fractions: Sequence[float],
        until: datetime | None = None,
    ) -> tuple[datetime, ...]:
        """Give the moments (UTC) at which these parts of the duration are over, 0.5 being half.

        Where the time ends `until` then, which is sooner or later, they are parts of that.
        """
        begin, end = _in_utc(start), _in_utc(until or self.due(start, duration).at)
        if duration.elapsed is not None:
            return tuple(begin + fraction * (end - begin) for fraction in fractions)
        length = self.working_time(begin, end)
        return tuple(self._later(begin, fraction * length) for fraction in fractions)

    def is_open(self, moment: datetime) -> bool:
        """Say whether the hub is open, its closing minute being the first at which it is not."""
        now = _in_utc(moment)
        shift = next(self._shifts(now))
        return shift.opens <= now

    def next_opening(self, moment: datetime) -> datetime:
        """Give the moment itself (UTC) if the hub is open then, else when it next opens."""
        now = _in_utc(moment)
        return max(now, next(self._shifts(now)).opens)

    def next_closing(self, moment: datetime) -> datetime:
        """Give when the hub closes next after the moment (UTC), whether it is open then or not."""
        return next(self._shifts(_in_utc(moment))).closes

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Give how long the hub is open between two moments."""
        begin, finish = _in_utc(start), _in_utc(end)
        total = timedelta()
        for shift in self._shifts(begin):
            if shift.opens >= finish:
                break
            total += min(shift.closes, finish) - max(shift.opens, begin)
        return total

    def _days_later(self, start: datetime, days: int) -> datetime:
        shifts = self._shifts(start)
        first = next(shifts)
        # Counted from noon: the clocks change at night, so this is the same time on the wall and
        # never puts two starts in the wrong order, not even on a night when an hour comes twice.
        since_noon = max(start, first.opens) - self._moment(first.day, _NOON)
        last = next(islice(shifts, days - 1, None))
        wanted = self._moment(last.day, _NOON) + since_noon
        return min(max(wanted, last.opens), last.closes)

    def _later(self, start: datetime, length: timedelta) -> datetime:
        for shift in self._shifts(start):
            begin = max(start, shift.opens)
            if length <= shift.closes - begin:
                return begin + length
            length -= shift.closes - begin
        raise AssertionError("a hub always opens again")  # pragma: no cover

    def _shifts(self, moment: datetime) -> Iterator[_Shift]:
        """Give the open periods that end after the moment, in order and without end."""
        day = moment.astimezone(self.zone).date()
        while True:
            shift = self._shift(day)
            if shift is not None and shift.closes > moment:
                yield shift
            day += timedelta(days=1)

    def _shift(self, day: date) -> _Shift | None:
        hours = self._hours.openings.get(day) or self._usual_hours(day)
        if hours is None:
            return None
        return _Shift(day, self._moment(day, hours.opens), self._moment(day, hours.closes))

    def _usual_hours(self, day: date) -> OpenHours | None:
        hours = self._week[day.weekday()]
        if hours is None or day in self._hours.closures:
            return None
        return None if day in bank_holidays(self._hours.bank_holidays, day.year) else hours

    def _moment(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.zone).astimezone(UTC)
