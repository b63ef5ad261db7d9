"""Clocks over HTTP: the next due first, one's own council only."""

from datetime import timedelta
from pathlib import Path

import pytest

from mash_shared.clocks import Clock
from mash_shared.testing import NOW, person
from mash_shared.vocabulary import ClockKind, ClockState, ContactId, CouncilId, Role
from ops.domain import Case, Heard
from support.in_process import Face, face

OPERATIONS = person(Role.OPERATIONS)


def _case(contact: str, hours: int, council: str = "havering", *, is_open: bool = True) -> Case:
    clock = Clock(
        kind=ClockKind.ENQUIRY,
        started_at=NOW,
        due_at=NOW + timedelta(hours=hours),
        state=ClockState.OPEN if is_open else ClockState.MET,
        policy_version="havering/1.0+0",
        calendar_version="1",
    )
    case = Case(id=contact, contact_id=ContactId(contact), council=CouncilId(council))
    case.hear("enquiry/e", Heard(service="enquiry", version=1, clocks=[clock]))
    return case


@pytest.fixture
def ops(tmp_path: Path) -> Face:
    built = face("ops", tmp_path)
    built.keep(_case("later", 9))
    built.keep(_case("sooner", 2))
    built.keep(_case("ended", 1, is_open=False))
    built.keep(_case("foreign", 1, "lewisham"))
    return built


@pytest.mark.rule("I8")
async def test_the_next_due_comes_first(ops: Face) -> None:
    async with ops.client(OPERATIONS) as client:
        every = await client.get("/clocks")
        one = await client.get("/clocks", params={"limit": 1})
    assert [case["contact_id"] for case in every.json()] == ["sooner", "later"]
    assert [case["contact_id"] for case in one.json()] == ["sooner"]


@pytest.mark.parametrize("limit", ["0", "501", "many", "1e9"])
async def test_a_limit_has_limits(ops: Face, limit: str) -> None:
    async with ops.client(OPERATIONS) as client:
        answer = await client.get("/clocks", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.limit"


async def test_the_clocks_of_one_contact_are_read_even_when_they_have_ended(ops: Face) -> None:
    async with ops.client(OPERATIONS) as client:
        answer = await client.get("/clocks/ended")
        foreign = await client.get("/clocks/foreign")
    assert [clock["state"] for clock in answer.json()["clocks"]] == ["met"]
    assert foreign.status_code == 404


@pytest.mark.parametrize("path", ["/clocks", "/clocks/sooner"])
async def test_others_do_not_read_clocks(ops: Face, path: str) -> None:
    async with ops.client(person(Role.BUSINESS_SUPPORT_OFFICER)) as client:
        assert (await client.get(path)).status_code == 403
    async with ops.client() as client:
        assert (await client.get(path)).status_code == 401
