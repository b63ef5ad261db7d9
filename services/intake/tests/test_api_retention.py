"""Retention over HTTP: what is due, what holds a contact, how two people erase it (S18, S26)."""

from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from intake.domain.contact import Contact
from intake.domain.erasure import keepers
from intake.domain.progress import ContactState
from mash_shared.act import Person
from mash_shared.testing import NOW, packs, person
from mash_shared.vocabulary import Role
from support.front_door import MANAGER, SOCIAL_WORKER, recorded
from support.in_process import Face, face
from support.retention import HEAD, closed

pytestmark = pytest.mark.rule("S18")
REASON = {"reason": "An inquiry asks for it."}
UPHELD = {"ground": "request_upheld", "note": "Upheld."}
YES = {"agrees": True, "note": "Read."}
OPERATOR = person(Role.OPERATIONS, id="p-6")


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    made = face("intake", tmp_path)
    made.keep(_rested(7, "c1"))
    return made


def _rested(years: int, id_: str) -> Contact:
    contact = closed().aggregate
    contact.id = id_
    then = NOW - relativedelta(years=years)
    contact.recorded_at = contact.decided_at = contact.told_at = then
    contact.completion, contact.tasks = contact.completion, []
    if contact.completion is not None:
        object.__setattr__(contact.completion, "at", then)
    contact.rest()
    return contact


async def _post(intake: Face, path: str, body: Any, by: Person, key: str = "") -> Any:
    async with intake.client(by) as client:
        headers = {"idempotency-key": key or f"{path}-{by.id}"}
        return await client.post(f"/contacts/c1/{path}", json=body, headers=headers)


async def _get(intake: Face, path: str, by: Person = HEAD) -> Any:
    async with intake.client(by) as client:
        return await client.get(path)


async def test_what_is_due_is_named_who_is_due_first_first_and_nothing_else(intake: Face) -> None:
    intake.keep(_rested(9, "c2"))
    intake.keep(_rested(5, "c3"))
    shown = (await _get(intake, "/retention")).json()
    assert [one["contact_id"] for one in shown["due"]] == ["c2", "c1"]
    assert shown["under_way"] == []
    assert shown["due"][1] | {"reference": ""} == {
        "contact_id": "c1",
        "reference": "",
        "kept_as": "no_further_action",
        "kept_until": (NOW - relativedelta(years=1)).isoformat().replace("+00:00", "Z"),
        "is_held": False,
        "is_proposed": False,
    }
    assert [one["contact_id"] for one in (await _get(intake, "/retention?limit=1")).json()["due"]]
    stranger = person(Role.HEAD_OF_SERVICE, id="p-8", council="lewisham")
    assert (await _get(intake, "/retention", stranger)).json() == {"due": [], "under_way": []}


async def test_a_hold_shows_and_keeps_it_and_who_set_it_does_not_lift_it(intake: Face) -> None:
    assert (await _post(intake, "hold", REASON, MANAGER)).json()["is_held"]
    (due,) = (await _get(intake, "/retention")).json()["due"]
    assert due["is_held"]
    refused = await _post(intake, "erasure-proposal", UPHELD, MANAGER)
    assert (refused.status_code, "legal hold" in refused.json()["detail"]) == (409, True)
    assert (await _post(intake, "hold-lifting", REASON, MANAGER)).status_code == 403
    assert not (await _post(intake, "hold-lifting", REASON, HEAD)).json()["is_held"]


@pytest.mark.rule("S26")
async def test_two_people_erase_it_and_then_nobody_reads_it(intake: Face) -> None:
    proposed = await _post(intake, "erasure-proposal", UPHELD, MANAGER)
    assert proposed.json()["proposals"][0]["by"] == MANAGER.id
    assert (await _get(intake, "/retention")).json()["due"][0]["is_proposed"]
    done = await _post(intake, "erasure", YES, HEAD)
    assert done.status_code == 200, done.text
    assert done.json()["erasure"]["agreed_by"] == HEAD.id
    assert (await _post(intake, "erasure", YES, HEAD)).json() == done.json()
    gone = await _get(intake, "/contacts/c1", MANAGER)
    assert (gone.status_code, "erased" in gone.json()["detail"]) == (404, True)
    shown = (await _get(intake, "/contacts/c1/retention")).json()
    assert shown["erasure"] == done.json()["erasure"]
    assert shown["kept_until"] is None
    (waiting,) = (await _get(intake, "/retention")).json()["under_way"]
    assert waiting["waiting_for"] == list(keepers(packs()))
    again = await _post(intake, "erasure", YES, HEAD, key="another-key-of-theirs")
    assert again.status_code == 404


async def test_a_contact_that_belongs_to_it_and_is_open_keeps_it(intake: Face) -> None:
    other = recorded(id_="c2").aggregate
    assert other.state is ContactState.RECORDED
    intake.keep(other)
    contact = _rested(7, "c1")
    contact.concerns = ["c2"]
    intake.keep(contact)
    refused = await _post(intake, "erasure-proposal", UPHELD, MANAGER)
    assert (refused.status_code, "belongs" in refused.json()["detail"]) == (409, True)


async def test_an_erased_contact_is_named_in_no_act_on_another(intake: Face) -> None:
    await _post(intake, "erasure-proposal", UPHELD, MANAGER)
    await _post(intake, "erasure", YES, HEAD)
    intake.keep(recorded(id_="c5").aggregate)
    async with intake.client(MANAGER) as client:
        headers = {"idempotency-key": "join-c5-to-c1"}
        where = "/contacts/c5/joining"
        refused = await client.post(where, json={"earlier": "c1"}, headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body.earlier")


@pytest.mark.parametrize("path", ["/retention", "/contacts/c1/retention"])
async def test_who_has_no_part_in_it_sees_nothing_of_it(intake: Face, path: str) -> None:
    for nobody in (OPERATOR, SOCIAL_WORKER):
        assert (await _get(intake, path, nobody)).status_code == 403


async def test_of_a_case_or_of_staff_nothing_is_kept_or_erased_here(intake: Face) -> None:
    for id_ in ("known-havering-1", "staff-havering:1"):
        assert (await _get(intake, f"/contacts/{id_}/retention")).status_code == 404
