"""Files and functions stay small enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.tree import ROOT, python_files

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
FILES = tuple(python_files())


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_file_and_its_functions_are_short(file: Path) -> None:
    assert len((ROOT / file).read_text().splitlines()) <= LONGEST_FILE
    assert [(name, n) for name, n in _functions(file) if n > LONGEST_FUNCTION] == []
