"""What a closed hub is prone to: readiness names it, and it is mended as the runbook says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from mash_local.stack import Stack
from mash_shared.audit.lines import audit_database_of
from mash_shared.catalogue.users import AUDITED
from support.campaign import revive, until
from support.front_desk import FrontDesk
from support.hub import Hub

pytestmark = pytest.mark.engines

AWAY, THERE = httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.OK


def _ready(stack: Stack, service: str) -> dict[str, bool]:
    """Give what readiness says, nothing while the listener is not up."""
    address = f"{stack.addresses[f'{service}.ops']}/health/ready"
    try:  # while the database is away it answers after all that it waits for
        said: dict[str, bool] = httpx.get(address, timeout=60).json()
    except httpx.TransportError:
        return {}
    return said


@pytest.fixture
def ended(stack: Stack) -> Iterator[str]:
    """A service whose certificate for the database ended an hour ago."""
    authority = stack.engines.authority
    kept = authority.of("ops").read_bytes()
    file = authority.certificate("ops", holds_for=timedelta(hours=-1))
    yield "ops"
    file.write_bytes(kept)
    revive(stack, "ops")


def test_a_service_whose_certificate_has_ended_says_that_the_database_is_away(
    stack: Stack, ended: str
) -> None:
    stack.process(ended).restart()
    until(lambda: _ready(stack, ended).get("database") is False, "readiness names the database")
    assert stack.process(ended).running, "it waits for a certificate that holds"
    stack.engines.authority.certificate(ended)
    stack.process(ended).restart()
    stack.wait_ready(ended)


@pytest.fixture
def no_audit(stack: Stack) -> Iterator[MongoClient[dict[str, Any]]]:
    """An audit trail of intake that nobody may write, until the role is given back."""
    role = {"role": AUDITED, "db": audit_database_of("intake")}
    with MongoClient[dict[str, Any]](stack.engines.mongo.address) as administrator:
        users = administrator["$external"]
        users.command("revokeRolesFromUser", "CN=intake", roles=[role])
        yield administrator
        users.command("grantRolesToUser", "CN=intake", roles=[role])
    stack.wait_ready("intake")


@pytest.mark.rule("S9")
def test_readiness_names_an_audit_trail_that_cannot_be_written(
    stack: Stack, hub: Hub, no_audit: MongoClient[dict[str, Any]]
) -> None:
    desk = FrontDesk(stack, hub, "havering")
    recorder = desk.pack.contact.first_recorders[0]
    assert desk.send(recorder, "GET", "/staff").status_code == AWAY, "nothing is shown"
    until(lambda: _ready(stack, "intake").get("audit") is False, "readiness names the trail")
    red = desk.send(recorder, "POST", "/contacts", desk.form(urgency="red"))
    assert red.status_code == httpx.codes.CREATED, "a red contact is taken all the same"
    role = {"role": AUDITED, "db": audit_database_of("intake")}
    no_audit["$external"].command("grantRolesToUser", "CN=intake", roles=[role])
    until(lambda: _ready(stack, "intake").get("audit"), "the trail is written again by itself")
    assert desk.send(recorder, "GET", "/staff").status_code == THERE
    late = no_audit[audit_database_of("intake")]["lines"].find_one({"late": True, "kind": "act"})
    assert late is not None, "the line of the red contact stands behind it"
