"""Rebalances, pauses and rolling restarts: who listens changes while contacts come in."""

import time
from collections.abc import Sequence

import httpx
import pytest

from mash_local.services import BY_NAME
from mash_local.stack import Stack
from support.campaign import all_at_once, arm, dies, revive, second_copy
from support.counters import Logs
from support.flow import Flow
from support.hub import Hub
from support.invariants import Checker

pytestmark = [pytest.mark.engines, pytest.mark.crash]

SESSION = 30.0
"""Seconds after which the broker gives away what a silent member had."""


def rebalances(stack: Stack, service: str) -> float:
    """Count how often partitions were taken from a service or given to it since its start."""
    text = httpx.get(f"{stack.addresses[f'{service}.ops']}/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("mash_rebalances_total")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


@pytest.mark.parametrize("service", ["enquiry"])
def test_copies_may_join_and_leave_and_die_in_the_rebalance(
    stack: Stack, hub: Hub, checker: Checker, service: str
) -> None:
    arm(stack, service, "C8")
    stack.wait_ready(service)
    with Flow(hub, every=0.7) as flow:
        with second_copy(stack, service):
            assert dies(stack.process(service)), "C8 was not reached"
            revive(stack, service)
            before = rebalances(stack, service)
            time.sleep(2)
        time.sleep(SESSION + 5)
        assert rebalances(stack, service) > before, "the copy's partitions were not taken over"
    assert checker.check(flow.plays) == []


@pytest.mark.parametrize(
    "services",
    [("enquiry", "notify", "agency-gateway.police"), ("intake", "decision", "ops")],
    ids="+".join,
)
def test_a_paused_service_goes_on_where_it_was(  # noqa: PLR0913 - fixtures
    stack: Stack, hub: Hub, checker: Checker, logs: Logs, services: Sequence[str], *, full: bool
) -> None:
    seconds = SESSION + 15 if full else 15
    with Flow(hub, every=1.0) as flow:
        time.sleep(1)
        for service in services:
            stack.process(service).pause()
        began = time.monotonic()
        time.sleep(seconds)
        quiet = [service for service in services if _silent_since(logs, service, began)]
        for service in services:
            stack.process(service).resume()
    assert quiet == list(services)
    assert checker.check(flow.plays) == []


def _silent_since(logs: Logs, service: str, _: float) -> bool:
    before = sum(1 for _ in logs.lines(service))
    time.sleep(0.5)
    return sum(1 for _ in logs.lines(service)) == before


def test_all_services_may_be_restarted_one_after_another(
    stack: Stack, hub: Hub, checker: Checker, logs: Logs
) -> None:
    with Flow(hub, every=0.5) as flow:
        for service in BY_NAME:
            all_at_once(revive, stack, [service])
    stopped = {line["service"] for line in logs.lines() if line.get("event") == "service_stopped"}
    assert stopped == set(BY_NAME)
    assert all(stack.process(service).running for service in BY_NAME)
    assert checker.check(flow.plays) == []
