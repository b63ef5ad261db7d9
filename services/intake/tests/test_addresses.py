"""Addresses as people write them: flat, house, place and postcode, and whose household it is."""

import pytest

from intake.domain.addresses import Address, At, address_of, compare, share_address

HOME = "14 Mill Lane, Hornchurch RM11 1AA"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (HOME, Address(None, "14", ("mill", "lane", "hornchurch"), "rm11 1aa")),
        ("14a Mill Ln rm111aa", Address(None, "14a", ("mill", "lane"), "rm11 1aa")),
        ("14 A Mill Lane", Address(None, "14a", ("mill", "lane"), None)),
        ("Flat 2, 14 Mill Lane", Address("2", "14", ("mill", "lane"), None)),
        ("Apartment 2 B 14 Mill Lane", Address("2b", "14", ("mill", "lane"), None)),
        ("2/14 Mill Lane", Address("2", "14", ("mill", "lane"), None)),
        ("Rose Cottage, Mill Lane", Address(None, None, ("rose", "cottage", "mill", "lane"), None)),
        ("RM11 1AA", Address(None, None, (), "rm11 1aa")),
    ],
)  # fmt: skip
def test_an_address_is_read_in_parts(written: str, address: Address) -> None:
    assert address_of(written) == address


@pytest.mark.rule("E4")
@pytest.mark.parametrize(
    ("other", "at"),
    [
        ("14, MILL LN; Hornchurch", At.SAME),
        ("14 Mill Lane, RM11 1AA", At.SAME),
        ("14 MillLane Horn church RM11 1AA", At.SAME),
        ("14 Mill Lane, Hornchurch RM11 1AB", At.SAME),
        ("Mill Lane, Hornchurch", At.IN_PART),
        ("Flat 2, 14 Mill Lane, Hornchurch", At.IN_PART),
        ("12 Mill Lane, Hornchurch RM11 1AA", At.NEIGHBOUR),
        ("14a Mill Lane, Hornchurch", At.NEIGHBOUR),
        ("14 Mill Lane, Hornchurch CR0 2BB", At.AREA),
        ("14 Mill Walk, Hornchurch", At.SIMILAR),
        ("14 Mill Lnae, Horncurch", At.SAME),
        ("14 Mill Lodge, Horndean", At.ALIKE),
        ("3 Hill Lane, Hornsea", At.AREA),
        ("70 Dock Road RM11 1AA", At.AREA),
        ("80 Dock Road, London", At.DIFFERENT),
        ("80 Dock Road, London E16 1AA", At.DIFFERENT),
    ],
)
def test_two_addresses_agree_as_far_as_they_say(other: str, at: At) -> None:
    assert compare(HOME, other) is compare(other, HOME) is at
    assert share_address(HOME, other) is (at is At.SAME)


@pytest.mark.rule("E4")
def test_two_flats_of_one_house_are_two_households() -> None:
    one, other = "Flat 1, 12 Mill Lane, Hornchurch", "Flat 2, 12 Mill Lane, Hornchurch"
    assert compare(one, other) is At.NEIGHBOUR
    assert share_address(one, "flat 1, 12 Mill Lane")


def test_without_a_house_nobody_lives_for_sure_in_one_home() -> None:
    assert compare("Rose Cottage, Mill Lane", "Rose Cottage, Mill Lane") is At.IN_PART


def test_an_address_that_is_not_known_says_nothing() -> None:
    assert compare(HOME, None) is None
    assert compare(" , ", HOME) is None
