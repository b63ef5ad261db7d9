"""One hub for a whole session: real engines, every service, sandbox agencies, mail catcher.

Where several workers share the tests, those that share a hub, or anything else that is made once
for many, run on one of them.
"""

import os
from collections.abc import Iterator

import pytest

from mash_local.stack import Stack
from support.counters import Logs
from support.invariants import Checker
from support.outside import Outside
from support.session import looking_outside, people, running_stack


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="crash tests in their long form, and all")


def pytest_xdist_auto_num_workers() -> int:
    """Give one worker more than there are processors: tests on engines mostly wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name the worker's group of every test that needs what others need as well."""
    left = [] if config.getoption("full") else [one for one in items if _is_of_full(one)]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)
    for item in items:
        if shared := sorted(_shared(item), key=len):
            item.add_marker(pytest.mark.xdist_group(shared[0]))


def _is_of_full(item: pytest.Item) -> bool:
    return item.get_closest_marker("full") is not None


def _shared(item: pytest.Item) -> Iterator[str]:
    """Give where those fixtures of a test are defined that outlive it."""
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    for definitions in fixtures.values():
        if definitions[-1].scope != "function" and definitions[-1].baseid:
            yield definitions[-1].baseid


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to spread a group over workers: each would start a hub, and nothing would say so."""
    if session.config.getoption("loadgroup", default=False):
        spread = [one for one in session.items if _is_grouped(one) and "@" not in one.nodeid]
        assert not spread, "pytest-xdist no longer keeps groups of tests together"


def _is_grouped(item: pytest.Item) -> bool:
    return item.get_closest_marker("xdist_group") is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests said of themselves, whichever worker ran them."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name}: {said}")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full"))


stack = pytest.fixture(scope="session", name="stack")(running_stack)
outside = pytest.fixture(scope="session", name="outside")(looking_outside)
hub = pytest.fixture(scope="session", name="hub")(people)


@pytest.fixture(scope="session")
def checker(stack: Stack, outside: Outside) -> Checker:
    return Checker(stack, outside)


@pytest.fixture
def logs(stack: Stack) -> Logs:
    written = Logs(stack)
    written.mark()
    return written
