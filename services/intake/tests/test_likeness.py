"""Whether two records are of one person: certain, possible or not, and how they find each other."""

import pytest
from hypothesis import given, settings

from intake.domain.finding import keys
from intake.domain.likeness import (
    Identity,
    best,
    likeness,
    plain,
    share_address,
    weighed,
)
from support.alike import CERTAIN, HOME, NUMBER, POSSIBLE, TOBIAS, certainty, misspelt, tobias


@pytest.mark.rule("E1", "E3")
def test_name_birth_and_address_together_are_certain() -> None:
    alike = likeness(TOBIAS, tobias(full_name="Fenwick-Adair, Tobias"))
    assert alike is not None
    assert (alike.certainty, alike.score) == (CERTAIN, 100.0)
    assert alike.reasons == ("name", "date_of_birth", "address")


@pytest.mark.rule("E1")
@pytest.mark.parametrize("part", ["2016", "2016-05"])
def test_a_partly_known_date_agrees_but_never_makes_it_certain(part: str) -> None:
    for one, other in (
        (TOBIAS, tobias(date_of_birth=part)),
        (tobias(date_of_birth=part), tobias(date_of_birth=part)),
    ):
        assert certainty(one, other) is POSSIBLE
    assert certainty(TOBIAS, tobias(date_of_birth="2015", address="9 Mill Walk")) is None


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"address": None}, ("name", "date_of_birth")),
        ({"address": "9 Mill Walk, Romford"}, ("name", "date_of_birth")),
        ({"date_of_birth": None}, ("name", "address")),
        ({"date_of_birth": None, "address": None}, ("name",)),
        ({"full_name": "Tobyas Fenwyck-Adair"}, ("similar_name", "date_of_birth", "address")),
        (
            {"full_name": "Tobyas Fenwyck-Adair", "address": None},
            ("similar_name", "date_of_birth"),
        ),
        ({"full_name": "Tobias Adair"}, ("similar_name", "date_of_birth", "address")),
    ],
)
def test_less_than_that_is_possible_and_a_person_decides(
    changes: dict[str, str | None], reasons: tuple[str, ...]
) -> None:
    alike = likeness(TOBIAS, tobias(**changes))
    assert alike is not None
    assert alike.certainty is POSSIBLE
    assert alike.reasons == reasons
    assert 0 < alike.score < 100


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("2016-05-30", "similar_date_of_birth"),
        ("2016-50-31", "similar_date_of_birth"),
        ("2016-01-01", "similar_date_of_birth"),
        ("2016-05-13", "similar_date_of_birth"),
        ("2014-05-31", "similar_date_of_birth"),
    ],
)
def test_a_date_that_people_mistake_is_possible(born: str, reason: str) -> None:
    alike = likeness(TOBIAS, tobias(date_of_birth=born))
    assert alike is not None
    assert (alike.certainty, alike.reasons) == (POSSIBLE, ("name", reason, "address"))


@pytest.mark.rule("E1")
def test_day_and_month_may_stand_the_other_way_round() -> None:
    one, other = tobias(date_of_birth="2016-03-04"), tobias(date_of_birth="2016-04-03")
    assert certainty(one, other) is POSSIBLE
    assert set(keys(Identity(date_of_birth="2016-03-04"))) == set(
        keys(Identity(date_of_birth="2016-04-03"))
    )


@pytest.mark.rule("E1")
def test_first_of_january_stands_for_an_unknown_day_and_makes_nobody_certain() -> None:
    new_year = tobias(date_of_birth="2016-01-01")
    assert certainty(new_year, new_year) is POSSIBLE


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "Wren Okafor", "address": None},
        {"full_name": None, "date_of_birth": None},
        {"full_name": None, "address": "5 Quarry Lane, Hornchurch"},
        {"full_name": "Wren Fenwick-Adair", "date_of_birth": "2013-02-11"},
        {"full_name": "Tobias Okafor", "date_of_birth": None, "address": None},
        {"full_name": "Orla Adair", "date_of_birth": "2016", "address": None},
        {"full_name": "Tobias", "date_of_birth": None, "address": None},
    ],
)
def test_what_speaks_against_it_or_too_little_for_it_is_no_match(
    changes: dict[str, str | None],
) -> None:
    assert likeness(TOBIAS, tobias(**changes)) is None


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": None},
        {"full_name": "Wren Okafor"},
        {"full_name": "Orla Adair", "address": None},
        {"full_name": "Tobyas Fenwyck-Adair", "date_of_birth": None},
        {"full_name": "Tobias Adair", "address": None},
        {"date_of_birth": None, "address": "9 Mill Walk, Romford"},
    ],
)
def test_who_moved_or_is_known_in_part_is_shown_to_a_person(changes: dict[str, str | None]) -> None:
    assert certainty(TOBIAS, tobias(**changes)) is POSSIBLE


@pytest.mark.rule("E1")
def test_a_home_known_in_part_is_named_as_such() -> None:
    alike = likeness(TOBIAS, tobias(address="Quarry Lane, Hornchurch"))
    assert alike is not None
    assert (alike.certainty, alike.reasons[-1]) == (POSSIBLE, "similar_address")
    assert alike.because == weighed(TOBIAS, tobias(address="Quarry Lane, Hornchurch")).in_words()


@pytest.mark.rule("E1")
def test_each_field_is_explained_and_no_value_is_in_the_words() -> None:
    alike = likeness(tobias(nhs_number=NUMBER), tobias(full_name="Toby Adair"))
    assert alike is not None
    assert [sentence.rpartition(" (")[0] for sentence in alike.because] == [
        "One person may go by both given names.",
        "One family name is part of the other.",
        "The dates of birth are the same.",
        "The addresses are the same.",
    ]
    told = " ".join(alike.because).casefold()
    assert not any(word in told for word in ("toby", "adair", "2016", "quarry", NUMBER))


def test_of_nobody_nothing_is_alike() -> None:
    assert likeness(Identity(), Identity()) is None
    assert likeness(Identity(full_name=""), Identity(full_name="")) is None
    assert list(keys(Identity())) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "NUNEZ, jose"),
        ("Zoë O'Brien", "zoe o\u2019brien"),
        ("Łucja Straße", "łucja STRASSE"),
        ("Ιωάννης Παππάς", "ΠΑΠΠΑΣ Ιωαννησ"),
        ("محمد أحمد", "أحمد محمد"),
        ("王 小明", "小明 王"),
        ("अनीता शर्मा", "शर्मा अनीता"),
        ("আনিকা রহমান", "রহমান আনিকা"),
    ],
)
def test_names_are_the_same_in_any_script_order_and_accents(one: str, other: str) -> None:
    assert sorted(plain(one).split()) == sorted(plain(other).split())
    born = {"date_of_birth": "2016-05-31", "address": HOME}
    assert certainty(Identity(full_name=one, **born), Identity(full_name=other, **born)) is CERTAIN
    assert set(keys(Identity(full_name=one))) == set(keys(Identity(full_name=other)))


def test_a_name_written_with_vowel_signs_stays_one_word() -> None:
    assert len(plain("अनीता शर्मा").split()) == 2
    assert plain("अनीता") != plain("अनुता")


def test_addresses_are_the_same_but_for_how_they_are_written() -> None:
    assert share_address(HOME, "4, QUARRY LANE; hornchurch")
    assert not share_address(HOME, "5 Mill Walk, Romford")
    assert not share_address(None, None)
    assert not share_address("", HOME)


def test_the_best_likeness_is_a_certain_one_then_the_higher_score() -> None:
    certain = likeness(TOBIAS, TOBIAS)
    possible = likeness(TOBIAS, tobias(address=None))
    weaker = likeness(TOBIAS, tobias(date_of_birth=None, address=None))
    assert best((weaker, None, possible, certain)) == certain
    assert best((weaker, possible)) == possible
    assert best(()) is None


@settings(deadline=None, max_examples=500)
@given(misspelt, misspelt)
def test_likeness_is_the_same_from_either_side(one: Identity, other: Identity) -> None:
    assert likeness(one, other) == likeness(other, one)
