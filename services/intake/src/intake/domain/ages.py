"""How old somebody is on a day, from as much of a date of birth as is known (B4, D3, N10)."""

from datetime import date, timedelta

from mash_shared.doubts import first_day

_MONTHS = 12
_YEAR, _MONTH = len("2016"), len("2016-05")
ADULT_FROM = 18
"""A child is anyone who has not yet reached this age (Children Act 1989, section 105)."""


def surely_reached(age: int, born: str | None, on: date) -> bool:
    """Whether somebody born then is `age` years old on that day, whatever day it was.

    Of a date known in part the last day counts; of none, or one no calendar has, nothing is sure.
    """
    last = _last_day(born)
    return last is not None and (on.year - last.year - _before_birthday(last, on)) >= age


def may_be_under(age: int, born: str | None, on: date) -> bool:
    """Whether somebody with that date of birth, known at least by its year, may be younger."""
    return _last_day(born) is not None and not surely_reached(age, born, on)


def _before_birthday(born: date, on: date) -> bool:
    return (on.month, on.day) < (born.month, born.day)


def _last_day(born: str | None) -> date | None:
    first = first_day(born) if born else None
    if first is None or born is None:
        return None
    if len(born) == _YEAR:
        return first.replace(month=_MONTHS, day=31)
    if len(born) == _MONTH:
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first
