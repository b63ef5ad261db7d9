"""Names as people write them: read in parts, and compared in any order, spelling and script."""

import pytest

from intake.domain.names import (
    Agreed,
    Agreement,
    Name,
    compare,
    is_placeholder,
    is_unborn,
    name_of,
    plain,
    sound,
    word_agreement,
)

SAME, VARIANT, CLOSE = Agreement.SAME, Agreement.VARIANT, Agreement.CLOSE
INITIAL, ALIKE, DIFFERENT = Agreement.INITIAL, Agreement.ALIKE, Agreement.DIFFERENT


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tobias Fenwick", Name(("tobias",), ("fenwick",))),
        ("Fenwick, Tobias", Name(("tobias",), ("fenwick",))),
        ("Tobias James Fenwick-Adair", Name(("tobias", "james"), ("fenwick", "adair"))),
        ("Tobias", Name(lone="tobias")),
        ("Fenwick-Adair", Name(lone="fenwick adair")),
        ("Baby Khan", Name((), ("khan",))),
        ("Unborn", Name()),
        ("Miss Wren Okafor", Name(("wren",), ("okafor",))),
        ("Wren ,", Name(lone="wren")),
        (" - ", Name()),
        (None, Name()),
    ],
)
def test_a_name_is_read_in_parts(written: str | None, name: Name) -> None:
    assert name_of(written) == name


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("wren", "wren", SAME),
        ("kate", "katherine", VARIANT),
        ("muhammad", "mohamed", VARIANT),
        ("yusuf", "joseph", VARIANT),
        ("fenwick", "fenwyck", CLOSE),
        ("shymon", "szymon", CLOSE),
        ("gabriel", "gabrielle", CLOSE),
        ("trevanion", "trevannian", CLOSE),
        ("t", "tobias", INITIAL),
        ("t", "wren", DIFFERENT),
        ("bartholomew", "bartolommeu", ALIKE),
        ("lee", "leah", DIFFERENT),
        ("wren", "tobias", DIFFERENT),
    ],
)
def test_two_words_agree_as_far_as_people_mistake_them(
    one: str, other: str, agreement: Agreement
) -> None:
    assert word_agreement(one, other) is word_agreement(other, one) is agreement


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("one", "other", "agreed"),
    [
        ("Wren Okafor", "Okafor Wren", Agreed(SAME, SAME, swapped=True)),
        ("Wren Okafor", "Okafour Wren", Agreed(CLOSE, SAME, swapped=True)),
        ("Mary Jane Nance", "Maryjane Nance", Agreed(SAME, SAME)),
        ("James Perran Nance", "Perran Nance", Agreed(CLOSE, SAME)),
        ("Tobias Fenwick-Adair", "Tobias Adair", Agreed(SAME, VARIANT)),
        ("Tobias Fenwick Adair", "Tobias Fenwick-Adair", Agreed(SAME, SAME, swapped=True)),
        ("Wr en Okafor", "Wren Oka for", Agreed(CLOSE, CLOSE)),
        ("Baby Khan", "Zara Khan", Agreed(None, SAME)),
        ("Baby Khan", "Baby Khan", Agreed(None, SAME)),
        ("Baby Khans", "Zara Khan", Agreed(None, CLOSE)),
        ("Tobias", "Tobias Fenwick", Agreed(SAME, None)),
        ("Fenwick", "Tobias Fenwick", Agreed(None, SAME)),
        ("Fenwick", "Fenwick", Agreed(None, SAME)),
        ("Tobias", None, Agreed()),
        (None, None, Agreed()),
    ],
)
def test_whole_names_agree_part_by_part(one: str, other: str | None, agreed: Agreed) -> None:
    assert compare(name_of(one), name_of(other)) == agreed
    assert compare(name_of(other), name_of(one)) == agreed


@pytest.mark.rule("E1")
def test_a_zero_width_sign_or_a_letter_of_another_alphabet_parts_no_name() -> None:
    assert plain("Wr\u200ben O\u00adkafor") == "wren okafor"
    assert plain("Łukasz Wałęsa") == "lukasz walesa"
    assert plain("Søren Æther Þór") == "soren aether thor"


def test_names_of_nobody_are_told() -> None:
    assert is_placeholder("Baby Khan")
    assert is_placeholder("unborn")
    assert not is_placeholder("Zara Khan")
    assert is_unborn("Unborn Khan")
    assert not is_unborn("Baby Khan")
    assert not is_unborn(None)


def test_a_word_in_another_script_is_its_own_sound() -> None:
    assert sound("анна") == "анна"
    assert sound("hussain") == sound("hussein")
    assert sound("123") == "123"
