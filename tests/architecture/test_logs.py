"""Logs hold static events and ids: no message, no model, no text of a case (invariant 18)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash_shared.plumbing.logs import ALLOWED
from support.tree import ROOT, python_files

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
EVENT = re.compile(r"[a-z]+(_[a-z0-9]+)*")
SOURCES = tuple(path for path in python_files("services", "shared") if "src" in path.parts)
OWN_SENTENCES = {"service_died"}
"""Events with a sentence of our own about settings and topics, before any case is read."""
TELLING = {"message", "aggregate", "form", "body", "state", "error", "record", "document", "person"}
"""Names that hold whole objects here; an attribute of one of them may be an id, they are not."""


def _log_calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr in LEVELS and isinstance(owner, ast.Name) and owner.id == "log":
                yield node


@pytest.mark.rule("S8")
@pytest.mark.parametrize("file", SOURCES, ids=str)
def test_a_log_call_has_a_static_event_and_ids_only(file: Path) -> None:
    for call in _log_calls(file):
        where = f"{file}:{call.lineno}"
        (event,) = call.args
        assert isinstance(event, ast.Constant), f"{where}: the event is not static"
        assert EVENT.fullmatch(str(event.value)), f"{where}: the event is not snake_case"
        for keyword in call.keywords:
            assert keyword.arg in ALLOWED, f"{where}: {keyword.arg} is not on the allow-list"
            value = keyword.value
            whole = isinstance(value, ast.Name) and value.id in TELLING
            assert not whole, f"{where}: {keyword.arg} is a whole object"
            free = _says_str_of_an_error(value) and event.value not in OWN_SENTENCES
            assert not free, f"{where}: {keyword.arg} has free text"


def _says_str_of_an_error(value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TEXTS
        for node in ast.walk(value)
    ) or any(isinstance(node, ast.JoinedStr) for node in ast.walk(value))


_TEXTS = {"str", "repr", "format", "vars", "asdict"}


def test_somebody_logs_at_all() -> None:
    assert sum(1 for file in SOURCES for _ in _log_calls(file)) > 5


@pytest.mark.parametrize("file", [f for f in SOURCES if f.name != "__main__.py"], ids=str)
def test_nothing_is_printed(file: Path) -> None:
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        assert not (isinstance(node, ast.Name) and node.id == "print"), f"{file}:{node.lineno}"


@pytest.mark.parametrize("file", SOURCES, ids=str)
def test_only_the_plumbing_configures_loggers(file: Path) -> None:
    text = (ROOT / file).read_text()
    if file.name not in {"logs.py", "__main__.py"}:
        assert "import logging" not in text
        assert "import structlog" not in text
