"""One hub for a whole session: real engines, every service, sandbox agencies, mail catcher."""

from collections.abc import Iterator

import pytest

from mash_local.stack import Stack
from support.counters import Logs
from support.hub import Hub
from support.invariants import Checker
from support.outside import Outside


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the long form of the crash matrix")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with Stack(ready_seconds=180) as started:
        yield started


@pytest.fixture(scope="session")
def outside(stack: Stack) -> Iterator[Outside]:
    looking = Outside(stack)
    yield looking
    looking.close()


@pytest.fixture(scope="session")
def hub(stack: Stack) -> Iterator[Hub]:
    people = Hub(stack)
    yield people
    people.close()


@pytest.fixture(scope="session")
def checker(stack: Stack, outside: Outside) -> Checker:
    return Checker(stack, outside)


@pytest.fixture
def logs(stack: Stack) -> Logs:
    written = Logs(stack)
    written.mark()
    return written
