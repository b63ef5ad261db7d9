"""Every handler of every door has a test, `test_…<handler>_twice…`, that sends it twice."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest

from support.tree import ROOT, handlers_class, import_name, part, services

each_service = pytest.mark.parametrize("service", services(), ids=lambda path: path.name)
Node = TypeVar("Node", bound=ast.AST)
TABLES = {"Subscription", "Due"}
TELLERS = ("courier.py", "eraser.py", "matcher.py", "staffing.py")
"""What tells of things by itself, beside messages, clocks and people."""
PERFORM = "perform"
ACTS = "acts"
"""The function that is a service's table of acts, where it has one."""


def _nodes(file: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, kind))


def _handlers_in(values: list[ast.expr]) -> Iterator[str]:
    for value in values:
        match value:
            case ast.Attribute(value=ast.Name(id="handlers"), attr=name):
                yield name


def _heard_and_due(service: Path) -> Iterator[list[ast.expr]]:
    """Every line of the tables of messages and of clocks."""
    for call in _nodes(service / "src" / import_name(service) / "consumers.py", ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id in TABLES:
            yield _given(call)


def _acts(service: Path) -> Iterator[list[ast.expr]]:
    """Every act: a line of the table of acts, or a call of `perform` that names its handler.

    Only the routes that are built from a table may perform what the table gave them, and a door
    may pass on to another what it was given.
    """
    for file in part(service, "api"):
        lines = [line for table in _tables_of_acts(file) for line in _lines(table)]
        yield from lines
        passed_on = _passed_on(file)
        for call in _nodes(file, ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == PERFORM:
                if ast.unparse(call) in passed_on:
                    continue
                given = _given(call)
                if not (lines and isinstance(given[0], ast.Name)):
                    yield given


def _passed_on(file: Path) -> set[str]:
    doors = (node for node in _nodes(file, ast.AsyncFunctionDef) if node.name == PERFORM)
    calls = (node for door in doors for node in ast.walk(door) if isinstance(node, ast.Call))
    return {ast.unparse(call) for call in calls}


def _tables_of_acts(file: Path) -> list[ast.FunctionDef]:
    return [node for node in _nodes(file, ast.FunctionDef) if node.name == ACTS]


def _lines(table: ast.FunctionDef) -> Iterator[list[ast.expr]]:
    (given,) = (node for node in ast.walk(table) if isinstance(node, ast.YieldFrom))
    assert isinstance(given.value, ast.Tuple)
    for line in given.value.elts:
        assert isinstance(line, ast.Tuple), "a line of the table that is none"
        yield line.elts


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _wired(service: Path) -> set[str]:
    """Handlers that a subscription, a clock or an act leads to."""
    lines = [*_heard_and_due(service), *_acts(service)]
    assert all(any(_handlers_in(line)) for line in lines), "a line without a handler"
    return {name for line in lines for name in _handlers_in(line)}


def _sent_twice(service: Path) -> list[str]:
    """Names of the tests that really send something twice."""
    return [
        node.name
        for file in (service / "tests").glob("test_*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(n, ast.Name) and n.id == "send_twice" for n in ast.walk(node))
    ]


@each_service
def test_every_handler_is_sent_its_message_twice(service: Path) -> None:
    wired, tests = _wired(service), _sent_twice(service)
    assert wired
    missing = [
        handler for handler in sorted(wired) if not any(f"{handler}_twice" in one for one in tests)
    ]
    assert missing == []


@each_service
def test_no_handler_is_left_unwired(service: Path) -> None:
    members = inspect.getmembers(handlers_class(service), inspect.isfunction)
    public = {name for name, _ in members if not name.startswith("_")}
    source = service / "src" / import_name(service)
    tellers = (file for name in TELLERS if (file := source / name).exists())
    told = {name for one in tellers for name in re.findall(r"handlers\.(\w+)", one.read_text())}
    assert public
    assert public - told == _wired(service) - told


@each_service
def test_no_handlers_are_left_out_of_those_a_service_is_built_with(service: Path) -> None:
    written = {
        (file.stem, node.name)
        for file in part(service, "handlers")
        for node in _nodes(file, ast.ClassDef)
        if node.name.endswith("Handlers")
    }
    names = {kind.__name__ for kind in handlers_class(service).__mro__}
    assert written
    assert {name for _, name in written} <= names


def test_the_table_of_acts_is_seen() -> None:
    """Guards the reading above: what is run as the table is what was read as one."""
    acts = import_module("intake.api.acts").acts
    intake = ROOT / "services" / "intake"
    kind = handlers_class(intake)
    run = {handler.__name__ for _, handler, _ in acts(kind(None))}
    assert run <= {name for line in _acts(intake) for name in _handlers_in(line)}
    assert len(run) == len(list(acts(kind(None)))) > 20
