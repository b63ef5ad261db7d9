"""Deliberately broken builds must each be caught, or a green crash test means nothing.

`make crash` runs them; that the same bugs are found, the simulation shows in every `make test`.

Their contacts are damaged on purpose, so they have a hub of their own: what a mutant lost would be
heard for the first time when another test replays every topic.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash_local.services import BY_NAME, POLICIES
from mash_local.stack import Stack
from mash_shared.catalogue.granting import Grants
from mash_shared.plumbing.rights import Kind, Operation, Right, agencies_of, rights
from mash_shared.policy import load_packs
from support.campaign import crash_at, dies, revive
from support.counters import was_killed
from support.hub import Hub, NotTakenError, Play, Upto
from support.invariants import findings
from support.outside import Outside
from support.session import looking_outside, people, running_stack

pytestmark = [pytest.mark.engines, pytest.mark.crash, pytest.mark.full]

BROKEN = Path(__file__).with_name("mutants") / "broken.py"
SERVICES = ("intake", "enquiry", "decision")
FORGOTTEN = ("enquiry.forgotten", "enquiry.red.forgotten")
"""Groups that a mutant takes in place of its own, which have read nothing."""


stack = pytest.fixture(scope="module", name="stack")(running_stack)
outside = pytest.fixture(scope="module", name="outside")(looking_outside)
hub = pytest.fixture(scope="module", name="hub")(people)


@pytest.fixture(autouse=True)
def sound_again(stack: Stack) -> Iterator[None]:
    yield
    for service in SERVICES:
        process, sound = stack.process(service), BY_NAME[service].command
        if process.command != sound:
            process.command = sound
            revive(stack, service)


class Broken:
    """One service as a mutant, and what the checker says of a contact meanwhile."""

    def __init__(self, stack: Stack, outside: Outside, service: str, mutation: str) -> None:
        self._stack, self._outside, self._service = stack, outside, service
        self.process = stack.process(service)
        self._command = [sys.executable, str(BROKEN), mutation, BY_NAME[service].module]

    def start(self, *, point: str = "", ready: bool = True) -> None:
        self.process.command = self._command
        self.process.restart(crash_at(self._service, point))
        if ready:
            self._stack.wait_ready(self._service)

    def found(self, plays: list[Play], expected: str, within: float = 15.0) -> list[str]:
        """Look until the checker says what is expected of it."""
        deadline = time.monotonic() + within
        while True:
            every = findings(self._outside.look(), plays, self._stack.time.now())
            found = [finding for finding in every if finding.startswith(expected)]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(0.5)


def test_committing_before_processing_is_caught(stack: Stack, hub: Hub, outside: Outside) -> None:
    enquiry = Broken(stack, outside, "enquiry", "commit_before_processing")
    enquiry.start(point="C1")
    plays = hub.play([Play(upto=Upto.AUTHORISED)])
    assert dies(enquiry.process)
    enquiry.start()
    assert enquiry.found(plays, "I10 committed and neither handled nor parked")


def test_having_no_inbox_is_caught(stack: Stack, hub: Hub, outside: Outside) -> None:
    intake = Broken(stack, outside, "intake", "no_inbox")
    intake.start(point="C2")
    plays = [Play(upto=Upto.RECORDED)]
    playing = hub.start(plays)
    assert dies(intake.process)
    intake.start()
    with pytest.raises(NotTakenError, match="409"):  # to one's own act, sent again under its key
        playing.result()


def test_sending_before_writing_is_caught(stack: Stack, hub: Hub, outside: Outside) -> None:
    intake = Broken(stack, outside, "intake", "send_before_write")
    intake.start(point="C1")
    plays = [Play(upto=Upto.RECORDED)]
    playing = hub.start(plays)
    assert dies(intake.process)
    intake.start()
    playing.result()
    assert intake.found(plays, "I3 contact.recorded.v1 repeats")


def test_an_outbox_without_a_relay_is_caught(stack: Stack, hub: Hub, outside: Outside) -> None:
    decision = Broken(stack, outside, "decision", "no_relay")
    decision.start(
        point="C3"
    )  # decided: the only act with a message, and the document's last write
    plays = [Play(upto=Upto.DECIDED)]
    playing = hub.start(plays)
    assert dies(decision.process)
    decision.start()
    playing.result()  # an answer that died with the service is asked for again
    time.sleep(10)  # the relay of a sound build has sent it by then
    assert decision.found(plays, "I2 decision has")
    assert decision.found(plays, "I9 decision")


@pytest.mark.parametrize("mutation", ["latest", "acknowledge_first"])
def test_unsafe_settings_are_refused_at_the_start(
    stack: Stack, outside: Outside, mutation: str
) -> None:
    enquiry = Broken(stack, outside, "enquiry", mutation)
    enquiry.start(ready=False)
    dies(enquiry.process)
    assert not enquiry.process.running
    assert not was_killed(enquiry.process)
    assert "UnsafeSubscriberError" in enquiry.process.log_tail()


def test_beginning_at_the_end_is_caught(stack: Stack, hub: Hub, outside: Outside) -> None:
    enquiry = Broken(stack, outside, "enquiry", "unasserted_latest")
    forgotten = [Right("enquiry", Operation.READ, Kind.GROUP, group) for group in FORGOTTEN]
    agencies = agencies_of(load_packs(POLICIES))
    Grants(stack.engines.kafka.address).settle({*rights(agencies), *forgotten})
    enquiry.process.stop()
    plays = hub.play([Play(upto=Upto.AUTHORISED)])
    enquiry.start()
    heard = hub.play([Play(upto=Upto.AUTHORISED)])
    assert enquiry.found(plays, "I12 contact")
    time.sleep(5)
    assert enquiry.found(plays, "I12 contact")
    assert not enquiry.found(heard, "I12 contact", within=0)
