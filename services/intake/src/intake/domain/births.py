"""How dates of birth are compared: as far as they are known, and as people mistake them (ID1)."""

from enum import StrEnum

from rapidfuzz.distance import OSA

from mash_shared.doubts import first_day

WHOLE_DATE, YEAR = len("2016-05-31"), len("2016")
NEW_YEAR = "-01-01"
GENERATION = 15
"""Years between two births, from which on they are those of a parent and a child."""
ABOUT_TERM = 60
"""Days that a birth may be away from the day on which it was expected."""
PREGNANCY = 300
"""Days; who was born longer than this before or after a birth was expected is another child."""


class Birth(StrEnum):
    """How two dates of birth agree."""

    SAME = "same"
    SAME_IN_PART = "same_in_part"
    NEW_YEAR = "new_year"
    SWAPPED = "swapped"
    SLIP = "slip"
    EXPECTED = "expected"
    NEAR = "near"
    DIFFERENT = "different"
    GENERATION = "generation"


def is_whole(known: str | None) -> bool:
    """Whether day, month and year are known."""
    return len(known or "") == WHOLE_DATE


def is_unsure(known: str | None) -> bool:
    """Whether only the year counts: 1 January is written where nothing else is known (ID1)."""
    return is_whole(known) and str(known).endswith(NEW_YEAR)


def compare(one: str | None, other: str | None, *, expected: bool = False) -> Birth | None:
    """Compare two dates as far as both are known; None where one is not.

    `expected` says that one of them is the day on which a birth is awaited (ID4).
    """
    if not one or not other:
        return None
    if expected:
        return _about_term(one, other)
    return _as_far_as_known(one, other) or _as_mistaken(one, other) or _apart(one, other)


def _as_far_as_known(one: str, other: str) -> Birth | None:
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        exact = shorter == WHOLE_DATE and first_day(one) is not None and not is_unsure(one)
        return Birth.SAME if exact else Birth.SAME_IN_PART
    same_year = one[:YEAR] == other[:YEAR]
    return Birth.NEW_YEAR if same_year and (is_unsure(one) or is_unsure(other)) else None


def _as_mistaken(one: str, other: str) -> Birth | None:
    if not is_whole(one) or not is_whole(other):
        return None
    if _swapped(one) == other:
        return Birth.SWAPPED
    if OSA.distance(one, other) == 1:
        return Birth.SLIP
    same = [mine == theirs for mine, theirs in zip(one.split("-"), other.split("-"), strict=True)]
    return Birth.NEAR if same.count(True) == len(same) - 1 else None


def _apart(one: str, other: str) -> Birth:
    years = abs(int(one[:YEAR]) - int(other[:YEAR]))
    return Birth.GENERATION if years >= GENERATION else Birth.DIFFERENT


def _swapped(known: str) -> str:
    year, month, day = known.split("-")
    return f"{year}-{day}-{month}"


def _about_term(one: str, other: str) -> Birth | None:
    first, second = first_day(one), first_day(other)
    if first is None or second is None or not is_whole(one) or not is_whole(other):
        return None
    days = abs((first - second).days)
    if days <= ABOUT_TERM:
        return Birth.EXPECTED
    return Birth.GENERATION if days > PREGNANCY else Birth.DIFFERENT
