"""NHS numbers: what they make certain, and what a wrong digit does."""

import pytest

from intake.domain.likeness import Certainty, Identity, likeness

NUMBER, OTHER_NUMBER = "9990000026", "9990000034"
HOME = "4 Quarry Lane, Hornchurch"
TOBIAS = Identity(full_name="Tobias Fenwick-Adair", date_of_birth="2016-05-31", address=HOME)
CERTAIN, POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE


def _certainty(one: Identity, other: Identity) -> Certainty | None:
    alike = likeness(one, other)
    return alike.certainty if alike else None


def _tobias(**changes: str | None) -> Identity:
    said = {"full_name": TOBIAS.full_name, "date_of_birth": TOBIAS.date_of_birth, "address": HOME}
    return Identity(**said | changes)


@pytest.mark.rule("E1", "E5")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"full_name": "Tobias Fenwick", "date_of_birth": "2016"}, {"full_name": "T. Adair"}),
        ({"full_name": "Baby Khan"}, {"full_name": "Zara Khan"}),
        ({"full_name": "Wren Okafor", "date_of_birth": "2014"}, {"full_name": "Wren Okafor"}),
    ],
)
def test_the_same_nhs_number_is_certain(one: dict[str, str], other: dict[str, str]) -> None:
    alike = likeness(
        Identity(nhs_number=NUMBER, **one),
        Identity(nhs_number=NUMBER, **({"date_of_birth": "2016-05-31"} | other)),
    )
    assert alike is not None
    assert (alike.certainty, alike.score) == (CERTAIN, 100.0)
    assert alike.reasons[0] == "nhs_number"


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    "copied",
    [
        {"full_name": "Wren Fenwick-Adair"},
        {"full_name": "Tobyas Fenwick", "date_of_birth": "2012-01-07"},
    ],
    ids=["another given name", "another birth"],
)
def test_a_number_that_may_be_copied_from_a_brother_is_shown_to_a_person(
    copied: dict[str, str],
) -> None:
    assert _certainty(_tobias(nhs_number=NUMBER), _tobias(nhs_number=NUMBER, **copied)) is POSSIBLE


@pytest.mark.rule("E1")
def test_two_nhs_numbers_are_weighed_and_a_missing_one_says_nothing() -> None:
    numbered = _tobias(nhs_number=NUMBER)
    assert _certainty(numbered, _tobias(nhs_number=OTHER_NUMBER)) is POSSIBLE
    assert _certainty(numbered, _tobias(nhs_number=OTHER_NUMBER, full_name="Wren Adair")) is None
    assert _certainty(numbered, TOBIAS) is CERTAIN


@pytest.mark.rule("B3", "E1")
@pytest.mark.parametrize("mistyped", ["9990000027", "9990000062", "999000026", "9990000029"])
def test_one_wrong_digit_of_a_number_rules_nobody_out_and_makes_nobody_certain(
    mistyped: str,
) -> None:
    assert _certainty(_tobias(nhs_number=NUMBER), _tobias(nhs_number=mistyped)) is POSSIBLE
    assert likeness(Identity(nhs_number=NUMBER), Identity(nhs_number=mistyped)) is None
