"""How two NHS numbers are compared: one wrong digit rules nobody out (ID2)."""

from enum import StrEnum

from rapidfuzz.distance import OSA

from mash_shared.doubts import nhs_number_is_valid

TELLING_DIGITS = 8
"""Digits that a miswritten NHS number has at least if it is to find anybody."""


class Numbers(StrEnum):
    """How two NHS numbers agree; a number in doubt is nobody's as it stands."""

    SAME = "same"
    SAME_IN_DOUBT = "same_in_doubt"
    NEAR = "near"
    DIFFERENT_IN_DOUBT = "different_in_doubt"
    DIFFERENT = "different"


def compare(one: str | None, other: str | None) -> Numbers | None:
    """Compare two numbers; None where one is not known."""
    if not one or not other:
        return None
    valid = nhs_number_is_valid(one) and nhs_number_is_valid(other)
    if one == other:
        return Numbers.SAME if valid else Numbers.SAME_IN_DOUBT
    if OSA.distance(one, other) <= 1:
        return Numbers.NEAR
    return Numbers.DIFFERENT if valid else Numbers.DIFFERENT_IN_DOUBT
