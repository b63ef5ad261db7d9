"""The page on security claims nothing that no test holds, and names every chapter."""

import re
from pathlib import Path

import pytest

from support.tree import ROOT

PAGE = ROOT / "docs" / "security.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| V")
]


def test_every_chapter_is_there_once() -> None:
    assert [row[0].split()[0] for row in ROWS] == [f"V{number}" for number in range(1, 18)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_met_is_held_by_tests_and_what_is_missing_is_said(row: list[str]) -> None:
    chapter, stands, held_by, missing = row
    tests = [PAGE.parent / link for link in re.findall(r"\]\(([^)]+)\)", held_by)]
    assert all(_is_tested(test) for test in tests), chapter
    assert stands in {"met", "in part", "not", "does not apply"}
    assert bool(tests) == (stands in {"met", "in part"}), chapter
    assert missing or stands in {"met", "does not apply"}, "it is said what is missing"


def _is_tested(path: Path) -> bool:
    return path.is_file() and "def test_" in path.read_text()
