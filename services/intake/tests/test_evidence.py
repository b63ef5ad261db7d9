"""Weights are data: whole, from a named source, and weighed against strangers and family."""

import tomllib
from importlib.resources import files
from math import log2

import pytest

from intake.domain.addresses import At
from intake.domain.births import Birth
from intake.domain.evidence import Field, evidence, weigh
from intake.domain.names import Agreement
from intake.domain.numbers import Numbers

SAID = tomllib.loads(files("intake.domain").joinpath("weights.toml").read_text("utf-8"))
LEVELS = {
    Field.GIVEN: Agreement,
    Field.FAMILY: Agreement,
    Field.BIRTH: Birth,
    Field.ADDRESS: At,
    Field.NUMBER: Numbers,
}


@pytest.mark.rule("E1")
@pytest.mark.parametrize("field", LEVELS)
def test_every_level_has_its_weights_their_source_and_its_words(field: Field) -> None:
    assert list(SAID[field]) == list(LEVELS[field])
    for level in SAID[field].values():
        assert all(0 < level[share] < 1 for share in ("m", "u", "f"))
        assert level["from"] in ("febrl3", "febrl3, u set", "set")
        assert level["says"].endswith(".")


@pytest.mark.rule("E1")
@pytest.mark.parametrize("field", LEVELS)
def test_what_agrees_speaks_for_one_person_and_what_differs_against(field: Field) -> None:
    for level in ("same", "different"):
        said = evidence(field, level)
        assert said is not None
        assert (said.stranger > 0) is (level == "same")


def test_a_weight_is_the_logarithm_of_how_much_likelier_one_person_is() -> None:
    said, level = evidence(Field.BIRTH, "same"), SAID["birth"]["same"]
    assert said is not None
    assert said.stranger == log2(level["m"] / level["u"])
    assert said.family == log2(level["m"] / level["f"])
    assert evidence(Field.BIRTH, None) is None


@pytest.mark.rule("E1")
def test_a_common_name_speaks_less() -> None:
    rare, common = (evidence(Field.FAMILY, "same", [name]) for name in ("tregear", "khan"))
    differing = [evidence(Field.FAMILY, "different", [name]) for name in ("tregear", "khan")]
    assert rare is not None
    assert common is not None
    assert rare.stranger > common.stranger > 0
    assert differing[0] == differing[1]


def test_the_sums_are_those_of_the_fields_and_each_is_said_in_words() -> None:
    both = weigh(evidence(Field.GIVEN, "same"), None, evidence(Field.BIRTH, "different"))
    one, other = both.evidence
    assert both.stranger == one.stranger + other.stranger
    assert both.family == one.family + other.family
    assert both.in_words() == (
        f"The given names are the same. ({one.stranger:+.1f})",
        f"The dates of birth differ. ({other.stranger:+.1f})",
    )
