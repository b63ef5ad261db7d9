"""Every handler of every door has a test, `test_…<handler>_twice…`, that sends it twice."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.tree import import_name, services

each_service = pytest.mark.parametrize("service", services(), ids=lambda path: path.name)
TABLES = {"Subscription", "Due"}


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))


def _handlers_in(call: ast.Call) -> Iterator[str]:
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        match argument:
            case ast.Attribute(value=ast.Name(id="handlers"), attr=name):
                yield name


def _wired(service: Path) -> set[str]:
    """Handlers that a subscription, a clock or an act leads to."""
    source = service / "src" / import_name(service)
    tables = [
        call
        for call in _calls(source / "consumers.py")
        if isinstance(call.func, ast.Name) and call.func.id in TABLES
    ]
    acts = [
        call
        for call in _calls(source / "api.py")
        if isinstance(call.func, ast.Attribute) and call.func.attr == "perform"
    ]
    assert all(any(_handlers_in(call)) for call in (*tables, *acts)), "a line without a handler"
    return {name for call in (*tables, *acts) for name in _handlers_in(call)}


def _sent_twice(service: Path) -> list[str]:
    """Names of the tests that really send something twice."""
    file = service / "tests" / "test_handlers.py"
    return [
        node.name
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
    file = service / "src" / import_name(service) / "handlers.py"
    (handlers,) = (
        node
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Handlers")
    )
    public = {
        node.name
        for node in handlers.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    courier = file.with_name("courier.py")
    told = courier.read_text() if courier.exists() else ""
    assert {name for name in public if f"handlers.{name}" not in told} <= _wired(service)
