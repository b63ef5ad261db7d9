"""What is doubtful of what was written: taken as it is, shown, and not relied on.

A doubt never blocks (B3). It is derived whenever it is asked for, so that it cannot go stale.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

NHS_DIGITS = 10
OLDEST = 120
"""Years."""
LONGEST_EMAIL = 254
LONGEST_LOCAL = 64
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
)
_TELEPHONE = re.compile(r"(0[1-9][0-9]{8,9}|\+[1-9][0-9]{6,14})( ext [0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_YEAR = len("2016")


class DoubtCode(StrEnum):
    """Why something that was written may not be what was meant."""

    NOT_TEN_DIGITS = "not_ten_digits"
    CHECK_DIGIT = "check_digit"
    PLACEHOLDER = "placeholder"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_TELEPHONE = "not_a_telephone"
    NOT_A_DATE = "not_a_date"
    NOT_IN_THE_CALENDAR = "not_in_the_calendar"
    IN_THE_FUTURE = "in_the_future"
    TOO_LONG_AGO = "too_long_ago"
    BEFORE_2000 = "before_2000"
    UNKNOWN_REFERENCE = "unknown_reference"


SENTENCES = {
    DoubtCode.NOT_TEN_DIGITS: "An NHS number has ten digits.",
    DoubtCode.CHECK_DIGIT: "The last digit does not fit the others: a digit is wrong.",
    DoubtCode.PLACEHOLDER: "Ten times the same digit is nobody's NHS number.",
    DoubtCode.NOT_AN_ADDRESS: "No e-mail can be sent to this; a person tells the referrer.",
    DoubtCode.NOT_A_TELEPHONE: "This cannot be dialled as it stands.",
    DoubtCode.NOT_A_DATE: "This is not a year, a month or a day; 2016, 2016-05 and 2016-05-31 are.",
    DoubtCode.NOT_IN_THE_CALENDAR: "The calendar has no such month or day.",
    DoubtCode.IN_THE_FUTURE: "This time has not come yet.",
    DoubtCode.BEFORE_2000: "No case was open before 2000; the time is a machine's.",
    DoubtCode.UNKNOWN_REFERENCE: "No contact of this council has this reference.",
    DoubtCode.TOO_LONG_AGO: f"This is more than {OLDEST} years ago.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One field that may not say what was meant; never its value."""

    field: str
    code: DoubtCode
    sentence: str


def doubt(field: str, code: DoubtCode) -> Doubt:
    """Give the doubt about one field."""
    return Doubt(field=field, code=code, sentence=SENTENCES[code])


def of_nhs_number(number: str) -> DoubtCode | None:
    """Say what is wrong with an NHS number: its length, its check digit (modulus 11)."""
    if not re.fullmatch(r"[0-9]{10}", number):
        return DoubtCode.NOT_TEN_DIGITS
    if len(set(number)) == 1:
        return DoubtCode.PLACEHOLDER
    weighed = sum(int(digit) * (NHS_DIGITS - place) for place, digit in enumerate(number[:-1]))
    check = -weighed % 11
    return None if check == int(number[-1]) else DoubtCode.CHECK_DIGIT


def nhs_number_is_valid(number: str | None) -> bool:
    """Whether a number can be somebody's NHS number."""
    return number is not None and of_nhs_number(number) is None


def of_email(address: str) -> DoubtCode | None:
    """Say whether no mail server would take this address."""
    fits = len(address) <= LONGEST_EMAIL and len(address.partition("@")[0]) <= LONGEST_LOCAL
    return None if fits and _EMAIL.fullmatch(address) else DoubtCode.NOT_AN_ADDRESS


def of_telephone(number: str) -> DoubtCode | None:
    """Say whether a number cannot be dialled from Britain."""
    return None if _TELEPHONE.fullmatch(number) else DoubtCode.NOT_A_TELEPHONE


def of_birth(known: str, at: datetime, *, unborn: bool = False) -> DoubtCode | None:
    """Say what is wrong with a date of birth, as far as it is known, at a time."""
    if not _DATE.fullmatch(known):
        return DoubtCode.NOT_A_DATE
    first = first_day(known)
    if first is None:
        return DoubtCode.NOT_IN_THE_CALENDAR
    today = at.astimezone(UTC).date()
    # the day has begun in London up to an hour before it begins in UTC
    if first > today + timedelta(days=1) and not unborn:
        return DoubtCode.IN_THE_FUTURE
    return DoubtCode.TOO_LONG_AGO if first.year < today.year - OLDEST else None


def first_day(known: str) -> date | None:
    """Give the first day that a date known in part can be; None where the calendar has none."""
    parts = [int(part) for part in known.split("-")]
    try:
        return date(*[*parts, 1, 1][:3])
    except ValueError:
        return None


def relied_on_birth(known: str | None, at: datetime, *, unborn: bool = False) -> str | None:
    """Give as much of a date of birth as people may be compared by.

    A day that the calendar has not is compared as it was written: one digit of it is wrong, and
    the others tell whose it is.
    """
    if known is None:
        return None
    code = of_birth(known, at, unborn=unborn)
    if code is DoubtCode.NOT_IN_THE_CALENDAR:
        year = known[:_YEAR]
        return known if of_birth(year, at) is None else None
    return known if code is None else None
