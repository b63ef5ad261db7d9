"""One hub for a whole session: real engines, every service, sandbox agencies, mail catcher."""

import pytest

from mash_local.stack import Stack
from support.counters import Logs
from support.invariants import Checker
from support.outside import Outside
from support.session import looking_outside, people, running_stack


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the long form of the crash matrix")


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
