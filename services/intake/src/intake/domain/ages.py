"""How old somebody is, from as much of a date of birth as is known (B4, D3, N10)."""

from datetime import date, datetime, timedelta

from mash_shared.doubts import first_day, relied_on_birth

_YEAR, _MONTH = len("2016"), len("2016-05")
ADULT_FROM = 18
"""A child is anyone who has not yet reached this age (Children Act 1989, section 105)."""


def surely_reached(age: int, born: str | None, at: datetime) -> bool:
    """Whether somebody born then is `age` years old at an aware time, whatever day it was.

    Of a date known in part the last day counts; of none that can be meant nothing is sure.
    """
    last = _last_day(born, at)
    if last is None:
        return False
    today = at.date()
    birthday_comes = (today.month, today.day) < (last.month, last.day)
    return today.year - last.year - birthday_comes >= age


def may_be_under(age: int, born: str | None, at: datetime) -> bool:
    """Whether somebody with that date of birth, known at least by its year, may be younger."""
    return _last_day(born, at) is not None and not surely_reached(age, born, at)


def _last_day(born: str | None, at: datetime) -> date | None:
    meant = relied_on_birth(born, at)
    if meant is None:
        return None
    first = first_day(meant)
    if first is None:  # a day that the calendar has not tells the year
        meant = meant[:_YEAR]
        first = date(int(meant), 1, 1)
    if len(meant) == _YEAR:
        return first.replace(month=12, day=31)
    if len(meant) == _MONTH:
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first
