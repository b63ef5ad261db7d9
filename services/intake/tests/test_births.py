"""Dates of birth, as far as they are known and as people mistake them."""

import pytest

from intake.domain.births import Birth, compare

BORN = "2016-03-04"


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("other", "birth"),
    [
        (BORN, Birth.SAME),
        ("2016-03", Birth.SAME_IN_PART),
        ("2016", Birth.SAME_IN_PART),
        ("2016-01-01", Birth.NEW_YEAR),
        ("2016-04-03", Birth.SWAPPED),
        ("2016-03-05", Birth.SLIP),
        ("2016-30-04", Birth.SLIP),
        ("2061-03-04", Birth.SLIP),
        ("2016-11-04", Birth.NEAR),
        ("2017", Birth.DIFFERENT),
        ("2016-04", Birth.DIFFERENT),
        ("2013-11-25", Birth.DIFFERENT),
        ("2001-11-25", Birth.GENERATION),
        (None, None),
        ("", None),
    ],
)
def test_dates_agree_as_far_as_people_mistake_them(other: str | None, birth: Birth | None) -> None:
    assert compare(BORN, other) is compare(other, BORN) is birth


@pytest.mark.rule("E1")
@pytest.mark.parametrize("unsure", ["2016-01-01", "2016-02-31", "2016-05"])
def test_what_is_no_known_day_is_the_same_in_part_at_the_most(unsure: str) -> None:
    assert compare(unsure, unsure) is Birth.SAME_IN_PART


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("other", "birth"),
    [
        ("2016-05-03", Birth.EXPECTED),
        ("2016-01-04", Birth.EXPECTED),
        ("2015-09-01", Birth.DIFFERENT),
        ("2014-03-04", Birth.GENERATION),
        ("2016", None),
        ("2016-02-31", None),
    ],
)
def test_a_birth_comes_near_the_day_on_which_it_is_expected(
    other: str, birth: Birth | None
) -> None:
    assert compare(BORN, other, expected=True) is compare(other, BORN, expected=True) is birth
