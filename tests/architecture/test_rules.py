"""`docs/rules.md` says where every rule stands, and credits only what names and tests it."""

import subprocess
import sys

import pytest

from support.rules import Group, Rule, cited, groups, marked, named, places, ranges
from support.tree import ROOT, files, python_files

REQUIREMENTS = {"A": 19, "B": 15, "C": 11, "D": 20, "E": 7, "F": 14, "G": 7, "H": 12, "R": 12}
REQUIREMENTS |= {"J": 11, "K": 4, "L": 6, "M": 11, "N": 18, "O": 15}
"""How many there are of each letter; other letters are no requirements of their own."""
OF_A_PACK = "shared/tests/test_policy"
"""Tests that read what packs say: nothing is held by that alone."""
RULES = tuple(rule for group in groups() for rule in group.rules)
COUNTED = tuple(rule for rule in RULES if rule.stands)
by_number = pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: rule.number)


def test_the_page_is_current() -> None:
    script = ROOT / "tests" / "support" / "rules.py"
    page = subprocess.run([sys.executable, script], capture_output=True, check=True, text=True)
    stale = "docs/rules.md is not what code and tests say; run `make docs`"
    assert (ROOT / "docs" / "rules.md").read_text() == page.stdout, stale


def test_every_number_that_is_cited_has_a_meaning() -> None:
    known = {rule.number for rule in RULES}
    cites = {
        number: place
        for file in python_files("services", "shared", "tests", "deploy")
        for number, place in (*marked(file), *named(file))
    }
    assert {number: place for number, place in cites.items() if number not in known} == {}


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.letter)
def test_every_requirement_is_listed_and_stands_somewhere(group: Group) -> None:
    numbers = [rule.number for rule in group.rules]
    if group.letter not in REQUIREMENTS:
        assert not any(rule.stands for rule in group.rules)
        return
    last = REQUIREMENTS[group.letter]
    assert numbers == [f"{group.letter}{n}" for n in range(1, last + 1)]
    assert all(rule.stands for rule in group.rules)


def test_there_are_182_requirements() -> None:
    assert sum(REQUIREMENTS.values()) == len(COUNTED) == 182
    assert REQUIREMENTS.keys() <= {group.letter for group in groups()}


@by_number
def test_a_rule_is_held_by_code_and_test_or_says_what_is_missing(rule: Rule) -> None:
    code, tests = places()
    if rule.stands == "held":
        assert code[rule.number]
        assert [place for place in tests[rule.number] if OF_A_PACK not in place]
    else:
        assert rule.missing[0].isupper()
        assert rule.missing.endswith(".")


def test_rules_are_cited_one_by_one() -> None:
    texts = {file: file.read_text() for file in files() if file.suffix in (".py", ".md")}
    assert {file: ranges(text) for file, text in texts.items() if ranges(text)} == {}


@pytest.mark.parametrize(
    ("text", "numbers", "spans"),
    [
        ("(F2)", ["F2"], False),
        ("(F2, F3, T12)", ["F2", "F3", "T12"], False),
        ("(S3, K2, invariant 14)", ["S3", "K2"], False),
        ("(F1" + "-F4, D12)", ["F1", "F4", "D12"], True),
        ("(the crash matrix, C1" + "-C13)", [], False),
    ],
)
def test_numbers_are_read_from_brackets(text: str, numbers: list[str], *, spans: bool) -> None:
    assert list(cited(text)) == numbers
    assert bool(ranges(text)) is spans
