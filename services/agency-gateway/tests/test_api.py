"""The agency's own view over HTTP: ids and hashes, no narrative."""

from pathlib import Path

import pytest

from agency_gateway.domain import Request, Said
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import AgencyCheckRequested, AgencyReply
from mash_shared.testing import NOW, Desk, heard, packs, person, sample
from mash_shared.vocabulary import Role
from support.in_process import Face, face

REQUESTED = sample(AgencyCheckRequested)
WHERE = f"/requests/{REQUESTED.request_id}"


@pytest.fixture
def gateway(tmp_path: Path) -> Face:
    desk = Desk(Request, REQUESTED.request_id, "agency-gateway.police")
    desk.do(heard(GatewayHandlers(packs()).hand_over, REQUESTED, at=NOW))
    desk.do(heard(GatewayHandlers(packs()).take_reply, sample(AgencyReply), at=NOW))
    built = face("agency-gateway", tmp_path)
    built.keep(desk.aggregate)
    return built


@pytest.mark.rule("G3")
async def test_the_ledger_of_a_request_is_read(gateway: Face) -> None:
    async with gateway.client(person(Role.MASH_MANAGER)) as client:
        answer = await client.get(WHERE)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["request_hash"] == sample(AgencyReply).request_hash
    (line,) = shown["disclosures"]
    assert line["state"] == "information"
    assert "Fenwick" not in answer.text
    assert str(sample(AgencyReply).analysis) not in answer.text


async def test_others_do_not_read_it(gateway: Face) -> None:
    async with gateway.client(person(Role.MASH_MANAGER, council="lewisham")) as client:
        assert (await client.get(WHERE)).status_code == 404
        assert (await client.get("/requests/none.police")).status_code == 404
    async with gateway.client() as client:
        assert (await client.get(WHERE)).status_code == 401


@pytest.mark.rule("M10")
async def test_what_the_agency_said_of_its_own_accord_is_no_request(gateway: Face) -> None:
    gateway.keep(Said(id="said-1", council=REQUESTED.council))
    async with gateway.client(person(Role.MASH_MANAGER)) as client:
        assert (await client.get("/requests/said-1")).status_code == 404
