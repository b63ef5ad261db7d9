"""Every secret is changed while contacts flow, as the runbook says: nothing is lost (S19)."""

import subprocess
import sys

import pytest

from mash_local.services import SERVICES
from mash_local.stack import Stack
from mash_shared.plumbing.rights import of_agency
from support.campaign import until
from support.flow import Flow
from support.hub import Hub
from support.invariants import Checker

pytestmark = [pytest.mark.engines, pytest.mark.crash, pytest.mark.rule("S19")]

AGENCY = "police"
PROCESSES = [service.name for service in SERVICES]


def _change_passwords(stack: Stack) -> None:
    """Write new ones to their files, and give them to the broker; then cut every connection."""
    for name in PROCESSES:
        stack.engines.authority.password(name)
    stack._provision()
    stack.engines.kafka.restart()


def _change_certificate(stack: Stack) -> None:
    """Put another certificate, of another key, in the agency's file, and start its program."""
    stack.engines.authority.certificate(of_agency(AGENCY))
    stack.replace(f"sandbox-agency.{AGENCY}")


def _change_token_key(stack: Stack, hub: Hub) -> None:
    """Sign with another key; who has a token goes on with it, everybody else takes a new one."""
    command = [sys.executable, "-m", "mash_local", "new-token-key", "--run", stack.run.name]
    subprocess.run(command, check=True, capture_output=True)
    hub.sign_in_anew()


def test_every_secret_changes_while_contacts_flow(stack: Stack, hub: Hub, checker: Checker) -> None:
    before = {name: stack.process(name).pid for name in PROCESSES}
    with Flow(hub, every=0.7) as flow:
        for change in (
            lambda: _change_passwords(stack),
            lambda: _change_certificate(stack),
            lambda: _change_token_key(stack, hub),
        ):
            change()
            began = len(flow.plays)
            until(
                lambda since=began: any("closed" in one.accepted for one in flow.plays[since:]),  # type: ignore[misc]
                "a contact that came after the change goes all its way",
            )
    assert checker.check(flow.plays) == [], "nothing is lost, and nothing is there twice"
    assert {name: stack.process(name).pid for name in PROCESSES} == before, "nobody was restarted"
    for name in PROCESSES:
        stack.wait_ready(name)
