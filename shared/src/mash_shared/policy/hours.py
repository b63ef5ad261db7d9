"""Lengths of time and the hours in which a hub works."""

import re
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, model_validator

from mash_shared.policy.terms import Section, Text

_HOURS_IN_A_YEAR = 8784


class Duration(Section):
    """A length of time in exactly one unit.

    `minutes` and `hours` are elapsed time: they run through nights, weekends and bank holidays.
    `working_hours` and `working_days` run only while the council's hub is open.
    """

    minutes: StrictInt | None = Field(default=None, gt=0, le=60 * _HOURS_IN_A_YEAR)
    hours: StrictInt | None = Field(default=None, gt=0, le=_HOURS_IN_A_YEAR)
    working_hours: StrictInt | None = Field(default=None, gt=0, le=_HOURS_IN_A_YEAR)
    working_days: StrictInt | None = Field(default=None, gt=0, le=366)

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give exactly one of minutes, hours, working_hours, working_days")
        return self

    @property
    def elapsed(self) -> timedelta | None:
        """The length as elapsed time, or None where it counts working time."""
        if self.minutes is not None:
            return timedelta(minutes=self.minutes)
        return None if self.hours is None else timedelta(hours=self.hours)

    def surely_longer_than(self, other: Self) -> bool:
        """Say whether it outlasts `other`; lengths of different nature are not compared."""
        if self.elapsed is not None and other.elapsed is not None:
            return self.elapsed > other.elapsed
        if self.working_days is not None and other.working_days is not None:
            return self.working_days > other.working_days
        if self.working_hours is not None and other.working_hours is not None:
            return self.working_hours > other.working_hours
        return False

    @classmethod
    def written(cls, text: str) -> Self:
        """Read what `str` gives, "1 working day"; raises ValueError for anything else."""
        count, _, unit = text.partition(" ")
        return cls.model_validate({f"{unit.removesuffix('s').replace(' ', '_')}s": int(count)})

    def __str__(self) -> str:
        unit, count = next(iter(self.model_dump(exclude_none=True).items()))
        words = unit.replace("_", " ")
        return f"{count} {words.removesuffix('s') if count == 1 else words}"


class Weekday(StrEnum):
    """The days of the week, Monday first as in `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _wall_time(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise ValueError('write a time of day as "09:00"')


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('write a zone of the IANA database, such as "Europe/London"') from None
    return name


WallTime = Annotated[time, BeforeValidator(_wall_time)]


class OpenHours(Section):
    """From when to when the hub is open on one day, as the clock on its wall shows it."""

    opens: WallTime
    closes: WallTime

    @model_validator(mode="after")
    def _closes_later(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("let `closes` be later than `opens`, on the same day")
        return self


class Opening(OpenHours):
    """Hours of one date that replace whatever the week or a bank holiday says of it."""

    reason: Text


class Hours(Section):
    """When the hub works (O7, O9): by weekday, but for bank holidays, closures and openings."""

    timezone: Annotated[str, AfterValidator(_known_zone)]
    bank_holidays: Literal["GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"]
    week: dict[Weekday, OpenHours] = Field(min_length=1)
    closures: dict[date, Text] = Field(default_factory=dict)
    openings: dict[date, Opening] = Field(default_factory=dict)

    def by_weekday(self) -> tuple[OpenHours | None, ...]:
        """Give the usual hours of the seven weekdays, Monday first, None where it is closed."""
        return tuple(self.week.get(day) for day in Weekday)
