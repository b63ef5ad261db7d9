"""`docs/rules.md` is what the marks in code and tests say, and every number has a meaning."""

import subprocess
import sys

import pytest

from support.meanings import GROUPS, MEANINGS, WHOLE
from support.rules import marked, named, spelt_out
from support.tree import ROOT, python_files


def test_the_page_is_current() -> None:
    script = ROOT / "tests" / "support" / "rules.py"
    page = subprocess.run([sys.executable, script], capture_output=True, check=True, text=True)
    stale = "docs/rules.md is not what code and tests say; run `make docs`"
    assert (ROOT / "docs" / "rules.md").read_text() == page.stdout, stale


def test_every_number_that_is_cited_has_a_meaning() -> None:
    cited = {
        number: place
        for file in python_files("services", "shared", "tests", "deploy")
        for number, place in (*marked(file), *named(file))
    }
    assert {number: place for number, place in cited.items() if number not in MEANINGS} == {}
    assert {number[0] for number in MEANINGS} == set(GROUPS)


def test_no_rule_of_what_is_built_goes_without_code_or_test() -> None:
    files = tuple(python_files("services", "shared", "tests", "deploy"))
    tests = {number for file in files if "tests" in file.parts for number, _ in marked(file)}
    code = {number for file in files if "tests" not in file.parts for number, _ in named(file)}
    built = {f"{group}{n}" for group, last in WHOLE.items() for n in range(1, last + 1)}
    assert built - tests == set()
    assert built - code == set()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(F2)", ["F2"]),
        ("(F2-F4, T12)", ["F2", "F3", "F4", "T12"]),
        ("(S3, K2, invariant 14)", ["S3", "K2"]),
    ],
)
def test_numbers_are_spelt_out(text: str, numbers: list[str]) -> None:
    assert list(spelt_out(text)) == numbers
