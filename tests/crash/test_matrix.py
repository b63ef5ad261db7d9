"""kill -9 at every crash point of every service where it applies (reliability, C1-C7, C11, C14).

C9 and C10 are the gateway's C4/C5 and C6/C1; they, C12 and C13 are also aimed at one by one in
`test_aimed.py`, C8 in `test_membership.py`.
"""

import time

import pytest

from mash_local.stack import Stack
from support.campaign import Campaign, Cell
from support.counters import Logs, repeated_on_wire
from support.flow import Flow
from support.hub import Hub
from support.invariants import Checker
from support.outside import Outside

pytestmark = [pytest.mark.engines, pytest.mark.crash]

GATEWAY = "agency-gateway.police"
SPEAKERS = ("intake", "enquiry", GATEWAY, "decision", "notify")
CELLS = [
    *[
        Cell(service, point, "a batch of records")
        for service in (*SPEAKERS, "ops")
        for point in ("C6", "C1", "C2", "C7")
    ],
    *[
        Cell(service, point, "a message of its own")
        for service in SPEAKERS
        for point in ("C4", "C5")
    ],
    *[Cell(service, "C3", "an act over HTTP") for service in ("intake", "decision", "notify")],
    *[
        Cell(service, "C14", "a contact received too long ago")
        for service in ("enquiry", "decision", "notify")
    ],
    Cell("notify", "C11", "a mail that the provider took"),
]


@pytest.fixture(scope="module")
def campaign(
    stack: Stack, hub: Hub, checker: Checker, outside: Outside, *, full: bool
) -> "tuple[Campaign, Flow, Logs]":
    logs = Logs(stack)
    logs.mark()
    killing = Campaign(stack)
    with Flow(hub, every=0.7) as flow:
        time.sleep(1)
        for _ in range(3 if full else 1):
            killing.run(CELLS)
    return killing, flow, logs


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_service_died_at_its_point(
    campaign: tuple[Campaign, Flow, Logs], cell: Cell, *, full: bool
) -> None:
    killing, _, _ = campaign
    assert killing.deaths.get(cell, 0) == (3 if full else 1), killing.missed


def test_nothing_was_lost_or_done_twice(
    campaign: tuple[Campaign, Flow, Logs], checker: Checker
) -> None:
    _, flow, _ = campaign
    assert {"closed"} <= set.intersection(*(play.accepted for play in flow.plays))
    assert checker.check(flow.plays) == []


def test_the_faults_really_hit(campaign: tuple[Campaign, Flow, Logs], outside: Outside) -> None:
    _, flow, logs = campaign
    contacts = {play.contact_id for play in flow.plays}
    assert repeated_on_wire(outside.wire(), contacts) > 0
    assert logs.redelivered() > 0
    assert sum(play.retries for play in flow.plays) > 0
