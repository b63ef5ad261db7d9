"""What people type is put in order once, the same way for every form and message (B3)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_shared import tidying
from mash_shared.doubts import (
    DoubtCode,
    nhs_number_is_valid,
    of_birth,
    of_email,
    of_nhs_number,
    of_telephone,
    relied_on_birth,
)

AT = datetime(2026, 3, 11, 10, tzinfo=UTC)
KINDS: dict[str, Callable[[Any], Any]] = {
    "line": tidying.line,
    "prose": tidying.prose,
    "nhs_number": tidying.nhs_number,
    "email": tidying.email,
    "telephone": tidying.telephone,
    "date": tidying.date_in_part,
}
typed = st.text(
    st.sampled_from(
        "0123456789+-/.()@<>' \t\n,;xeXtaAéE\u0301\u00a0\u200b\u200c\u200d\u202e\u2019"
        "\uff10\uff19\uff0e\uff20\u0660\u0628\u0905\u00df\u0130\u212a\u0085\u2028"
    ),
    max_size=24,
)
ORDERED = [
    ("nhs_number", "999 000 0026", "9990000026"),
    ("nhs_number", "999-000-0026", "9990000026"),
    ("nhs_number", "\u00a0999\u2011000\u00a00026\u200b", "9990000026"),
    ("nhs_number", "\uff19\uff19\uff19\uff10\uff10\uff10\uff10\uff10\uff12\uff16", "9990000026"),
    ("nhs_number", "not yet known", "not yet known"),
    ("email", " i.saltmarsh@marlpit-lane.example ", "i.saltmarsh@marlpit-lane.example"),
    ("email", "o\u2019brien@Marlpit-Lane.EXAMPLE", "o'brien@marlpit-lane.example"),
    ("email", "mailto:<O.Brien@marlpit.example>;", "O.Brien@marlpit.example"),
    ("email", "jo@b\u00fccher.example", "jo@xn--bcher-kva.example"),
    ("email", "jo at marlpit", "jo at marlpit"),
    ("telephone", "01632 960 001", "01632960001"),
    ("telephone", "(01632) 960-001", "01632960001"),
    ("telephone", "+44 (0)1632 960001 ext. 4", "01632960001 ext 4"),
    ("telephone", "0044 1632 960001", "01632960001"),
    ("telephone", "ask for Jo", "ask for Jo"),
    ("line", "  Zoe\u0301\u00a0 O\u200bBrien\u202e ", "Zo\u00e9 OBrien"),
    (
        "line",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    ),
    ("prose", " one\r\ntwo\x07 ", "one\ntwo"),
    ("date", "11/03/2016", "2016-03-11"),
    ("date", "1.3.2016", "2016-03-01"),
    ("date", "2016-5", "2016-05"),
    ("date", "05/2016", "2016-05"),
    ("date", "2016-05-31T00:00:00Z", "2016-05-31"),
    ("date", "about six", "about six"),
]
DOUBTFUL = [
    (of_nhs_number("9990000026"), None),
    (of_nhs_number("9990000027"), DoubtCode.CHECK_DIGIT),
    (of_nhs_number("999000002"), DoubtCode.NOT_TEN_DIGITS),
    (of_nhs_number("not yet known"), DoubtCode.NOT_TEN_DIGITS),
    (of_nhs_number("9999999999"), DoubtCode.PLACEHOLDER),
    (of_email("o'brien@marlpit-lane.example"), None),
    (of_email("nobody"), DoubtCode.NOT_AN_ADDRESS),
    (of_email("a..b@marlpit.example"), DoubtCode.NOT_AN_ADDRESS),
    (of_email("jo@marlpit"), DoubtCode.NOT_AN_ADDRESS),
    (of_email("j\u00f6@marlpit.example"), DoubtCode.NOT_AN_ADDRESS),
    (of_email("a" * 65 + "@marlpit.example"), DoubtCode.NOT_AN_ADDRESS),
    (of_email("jo@marlpit.example\nBcc"), DoubtCode.NOT_AN_ADDRESS),
    (of_telephone("01632960001 ext 4"), None),
    (of_telephone("+33123456789"), None),
    (of_telephone("999"), DoubtCode.NOT_A_TELEPHONE),
    (of_birth("2016", AT), None),
    (of_birth("2026-03-12", AT), None),
    (of_birth("2026-03-13", AT), DoubtCode.IN_THE_FUTURE),
    (of_birth("2026-08-01", AT, unborn=True), None),
    (of_birth("2016-02-31", AT), DoubtCode.NOT_IN_THE_CALENDAR),
    (of_birth("0000", AT), DoubtCode.NOT_IN_THE_CALENDAR),
    (of_birth("1906", AT), None),
    (of_birth("1905-12-31", AT), DoubtCode.TOO_LONG_AGO),
    (of_birth("about six", AT), DoubtCode.NOT_A_DATE),
]


@pytest.mark.rule("B3")
@pytest.mark.parametrize(("kind", "written", "kept"), ORDERED)
def test_normal_input_is_put_in_order(kind: str, written: str, kept: str) -> None:
    assert KINDS[kind](written) == kept


@pytest.mark.parametrize("kind", KINDS)
@given(text=typed | st.text())
def test_to_put_in_order_twice_changes_nothing_and_raises_nothing_but_valueerror(
    kind: str, text: str
) -> None:
    try:
        once = KINDS[kind](text)
    except ValueError:
        assert "\0" in text
    else:
        assert KINDS[kind](once) == once


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_left_to_whoever_checks_types(kind: str) -> None:
    assert KINDS[kind](7) == 7


@pytest.mark.rule("B3")
@pytest.mark.parametrize(("found", "code"), DOUBTFUL)
def test_what_cannot_be_meant_is_doubted(found: DoubtCode | None, code: DoubtCode | None) -> None:
    assert found is code


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_one_wrong_digit_is_always_found(digits: str) -> None:
    valid = [last for last in "0123456789" if nhs_number_is_valid(digits + last)]
    assert len(valid) <= 1


@pytest.mark.parametrize(
    ("said", "relied_on"),
    [
        ("2016-05", "2016-05"),
        ("2016-02-31", "2016-02-31"),
        ("0000-02-31", None),
        ("2062", None),
        ("six", None),
        (None, None),
    ],
)
def test_people_are_compared_by_what_can_be_meant(said: str | None, relied_on: str | None) -> None:
    assert relied_on_birth(said, AT) == relied_on
