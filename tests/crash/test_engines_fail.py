"""Broker and database restart and die while 60 contacts are in flight."""

import time
from collections.abc import Callable

import pytest

from mash_local.engines import Engine
from mash_local.stack import Stack
from support.counters import Logs
from support.flow import SORTS
from support.hub import Hub, Play
from support.invariants import Checker

pytestmark = [pytest.mark.engines, pytest.mark.crash]

IN_FLIGHT = 60
DRAINED_WITHIN = 120.0


DOWN_SECONDS = 6.0
"""Longer than the driver waits for a database by itself."""


def kill(engine: Engine) -> None:
    engine.kill()
    time.sleep(DOWN_SECONDS)
    engine.restart()


def restart(engine: Engine) -> None:
    engine.restart()


@pytest.mark.parametrize("how", [restart, kill])
@pytest.mark.parametrize("what", ["kafka", "mongo"])
def test_an_engine_comes_back_and_nothing_is_lost(  # noqa: PLR0913 - fixtures
    stack: Stack,
    hub: Hub,
    checker: Checker,
    logs: Logs,
    *,
    what: str,
    how: Callable[[Engine], None],
) -> None:
    plays = [Play(**SORTS[number % len(SORTS)]) for number in range(IN_FLIGHT)]
    playing = hub.start(plays, every=0.02)
    time.sleep(IN_FLIGHT * 0.02)
    in_flight = sum("closed" not in play.accepted for play in plays)
    how(getattr(stack.engines, what))
    healed = time.monotonic()
    playing.result()
    assert checker.check(plays) == []
    drained = time.monotonic() - healed
    print(
        f"{what} {how.__name__}: {in_flight} in flight, drained {drained:.1f} s after it was back"
    )
    assert drained < DRAINED_WITHIN
    assert in_flight > IN_FLIGHT / 2
    retries = sum(play.retries for play in plays)
    assert logs.outages() + retries + logs.complaints("aiokafka") > 0
