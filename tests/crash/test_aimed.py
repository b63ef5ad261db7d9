"""kill -9 at the turns of one case: C9 and C10 at the gateway, C12 collating, C13 deciding."""

import pytest

from mash_local.stack import Stack
from support.campaign import all_at_once, arm, dies, revive, until
from support.hub import Hub, Play
from support.invariants import Checker
from support.outside import Outside

pytestmark = [pytest.mark.engines, pytest.mark.crash]

GATEWAY = "agency-gateway.police"
AT_ONCE = {"default": {"answer": "information"}}
LATER = {"default": {"answer": "information", "delay_seconds": 4}}


@pytest.mark.parametrize(
    ("storing_a_reply", "collating", "deciding"), [("C6", "C1", "C2:3"), ("C1", "C2", "C3")]
)
def test_a_case_outlives_a_death_at_each_of_its_turns(  # noqa: PLR0913 - three turns, one case
    stack: Stack,
    hub: Hub,
    checker: Checker,
    outside: Outside,
    *,
    storing_a_reply: str,
    collating: str,
    deciding: str,
) -> None:
    points = {GATEWAY: storing_a_reply, "enquiry": collating}
    stack.behave("police", LATER)
    # opened, recommended, decided: the third write, and the first act with a message
    arm(stack, "decision", deciding)
    stack.wait_ready("decision")
    play = Play()
    playing = hub.start([play])

    def only_police_is_waited_for() -> bool:
        enquiry = outside.documents("enquiry").get(f"enq-{play.contact_id}")
        slots = enquiry["state"]["slots"].values() if enquiry else ()
        waited_for = [slot["agency"] for slot in slots if not slot["rounds"][-1]["state"]]
        return waited_for == ["police"]

    until(only_police_is_waited_for, "four agencies answered")
    all_at_once(lambda stack, service: arm(stack, service, points[service]), stack, list(points))
    for service in (GATEWAY, "enquiry", "decision"):
        assert dies(stack.process(service)), f"{service} did not die"
        revive(stack, service)
    playing.result()
    stack.behave("police", AT_ONCE)
    assert checker.check([play]) == []


@pytest.mark.parametrize("point", ["C4", "C5"])
def test_a_request_handed_over_and_not_noted_is_handed_over_again(
    stack: Stack, hub: Hub, checker: Checker, outside: Outside, point: str
) -> None:
    stack.behave("police", LATER)
    arm(stack, GATEWAY, point)
    plays = [Play(), Play()]
    playing = hub.start(plays)
    assert dies(stack.process(GATEWAY))
    revive(stack, GATEWAY)
    playing.result()
    stack.behave("police", AT_ONCE)
    assert checker.check(plays) == []
    ours = {f"enq-{play.contact_id}" for play in plays}
    lines = [line for line in outside.ledger("police") if line["enquiry_id"] in ours]
    repeats = [line for line in lines if line["action"] == "repeat"]
    assert repeats or point == "C4", "the agency was to see the same request twice"
