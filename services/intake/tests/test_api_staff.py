"""The directory over HTTP: whom acts may name, who is listed, whose names are shown."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.case import KnownCase, known_id
from intake.domain.reference import reference_of
from intake.domain.staff import KnownStaff, staff_key
from mash_shared.act import Person
from mash_shared.messages.staff import StaffChanged
from mash_shared.testing import NOW, heard, person, sample
from mash_shared.vocabulary import CouncilId, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, form, indexed
from support.in_process import Face, face
from support.siblings import closed_case

SAMPLE = sample(StaffChanged)
ALLOCATE = {"social_worker": SAMPLE.contact_id}
OUTSIDE = person(Role.MASH_ADMINISTRATOR)
ELSEWHERE = person(Role.MASH_MANAGER, council="lewisham")


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


def _hear(intake: Face, **said: Any) -> None:
    """Take in news of somebody, as the topic brings it."""
    changed = sample(StaffChanged, **said)
    known = KnownStaff(id=staff_key(changed.council, changed.contact_id))
    assert not list(heard(H.note_staff, changed, at=NOW)(known))
    intake.keep(known)


async def _read(intake: Face, by: Person, path: str) -> Any:
    async with intake.client(by) as client:
        return await client.get(path)


async def _send(intake: Face, by: Person, path: str, body: Any, key: str = "") -> Any:
    async with intake.client(by) as client:
        headers = {"idempotency-key": key or uuid4().hex}
        return await client.post(path, json=body, headers=headers)


async def _record(intake: Face, by: Person = RECORDER, **said: Any) -> str:
    body = form(**said).model_dump(mode="json")
    answer = await _send(intake, by, "/contacts", body)
    return str(answer.headers["location"])


@pytest.mark.rule("E6")
async def test_only_somebody_of_the_own_councils_directory_is_allocated(intake: Face) -> None:
    where = f"{await _record(intake, significant_harm='yes')}/allocation"
    _hear(intake, council="lewisham")
    refused = await _send(intake, MANAGER, where, ALLOCATE)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == "body.social_worker"
    assert SAMPLE.contact_id not in refused.text
    _hear(intake)
    taken = await _send(intake, MANAGER, where, ALLOCATE)
    assert taken.json()["allocation"]["social_worker"] == SAMPLE.contact_id
    assert taken.json()["staff"] == {SAMPLE.contact_id: SAMPLE.display_name}


@pytest.mark.rule("E6")
async def test_an_act_sent_again_after_its_worker_left_was_done_before(intake: Face) -> None:
    where = f"{await _record(intake, significant_harm='yes')}/allocation"
    _hear(intake)
    first = await _send(intake, MANAGER, where, ALLOCATE, key="allocation-1")
    _hear(intake, until=NOW - timedelta(days=1))
    again = await _send(intake, MANAGER, where, ALLOCATE, key="allocation-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()


@pytest.mark.rule("S1")
async def test_whose_role_is_gone_is_shown_nothing_by_an_act_sent_again(intake: Face) -> None:
    body, key = form().model_dump(mode="json"), uuid4().hex
    recorded = await _send(intake, RECORDER, "/contacts", body, key)
    where = f"{recorded.headers['location']}/demographic-check"
    checked, check = {"result": "confirmed"}, uuid4().hex
    assert (await _send(intake, RECORDER, where, checked, check)).status_code == 200
    gone = person(Role.OPERATIONS, id=RECORDER.id)
    for path, sent, same in (("/contacts", body, key), (where, checked, check)):
        answer = await _send(intake, gone, path, sent, same)
        assert (answer.status_code, "children" in answer.text) == (403, False)
    assert (await _send(intake, RECORDER, where, checked, check)).status_code == 200


@pytest.mark.rule("E3")
async def test_whoever_is_of_the_team_that_a_hand_over_names_is_looked_up(intake: Face) -> None:
    where = await _record(intake, children=[{"full_name": "Tobias Fenwick-Adair"}])
    contact = intake.store.aggregate(intake.store.raws[where.rpartition("/")[2]])
    closed = closed_case(contact.child_ids[0])
    list(indexed(closed)(contact))
    intake.keep(contact)
    await _send(intake, MANAGER, f"{where}/demographic-check", {"result": "confirmed"})
    by_us = {"to": closed.team, "acknowledged_by": MANAGER.id}
    _hear(intake, contact_id=MANAGER.id, roles=list(MANAGER.roles), teams=[])
    _hear(intake, contact_id="sw-7", teams=["Assessment  Team 2"])
    refused = await _send(intake, MANAGER, f"{where}/hand-over", by_us)
    assert refused.json()["errors"][0]["field"] == "body.acknowledged_by"
    _hear(intake, contact_id="sw-7", teams=["Assessment Team 2"], until=NOW)
    taken = (await _send(intake, MANAGER, f"{where}/hand-over", by_us)).json()
    assert taken["ways"][0]["handed_over"]["on_behalf"]
    assert MANAGER.id in taken["staff"]


async def test_who_reads_a_contact_sees_names_beside_ids(intake: Face) -> None:
    _hear(intake, contact_id=RECORDER.id, display_name="Amber Quayle")
    shown = (await _read(intake, RECORDER, await _record(intake))).json()
    assert shown["staff"] == {shown["recorded_by"]: "Amber Quayle"}


async def test_the_front_door_lists_who_works_for_its_own_council_now(intake: Face) -> None:
    _hear(intake)
    _hear(intake, contact_id="n-1", display_name="Bea Lorne", roles=[], agency="education",
          teams=[], registration_number=None)  # fmt: skip
    _hear(intake, contact_id="gone", until=NOW)
    _hear(intake, contact_id="other", council="lewisham")

    async def listed(path: str, by: Person = RECORDER) -> list[str]:
        return [one["staff_id"] for one in (await _read(intake, by, path)).json()]

    assert await listed("/staff") == ["n-1", "sw-4021"]
    assert await listed("/staff?role=social_worker") == ["sw-4021"]
    assert await listed("/staff?agency=education") == ["n-1"]
    assert await listed("/staff?team=assessment%20TEAM%202") == ["sw-4021"]
    assert await listed("/staff", ELSEWHERE) == ["other"]
    (first, second) = (await _read(intake, RECORDER, "/staff")).json()
    assert (first["is_registered"], second["is_registered"]) == (False, True)
    assert "SW99901" not in str(second)
    assert (await _read(intake, OUTSIDE, "/staff")).status_code == 403


@pytest.mark.rule("A9", "A10")
async def test_no_contact_is_joined_to_one_that_is_not_there(intake: Face) -> None:
    ours = await _record(intake)
    theirs = await _record(intake, person(Role.BUSINESS_SUPPORT_OFFICER, council="lewisham"))
    for earlier in ("nonsense", theirs.rpartition("/")[2]):
        quoted = {"earlier": earlier, "reference": reference_of(earlier, "havering")}
        refused = await _send(intake, MANAGER, f"{ours}/joining", quoted)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "body.earlier"
    there = (await _read(intake, MANAGER, await _record(intake))).json()
    quoted = {"earlier": there["contact_id"], "reference": there["reference"]}
    joined = await _send(intake, MANAGER, f"{ours}/joining", quoted)
    assert joined.json()["ending"]["to"] == there["contact_id"]


@pytest.mark.rule("S1")
@pytest.mark.parametrize(
    "kept",
    [
        KnownCase(id=known_id("havering", "LCS-1"), council=CouncilId("havering")),
        KnownStaff(id=staff_key("havering", "sw-1"), council=CouncilId("havering")),
    ],
    ids=["a case", "somebody of the staff"],
)
async def test_what_is_kept_beside_contacts_is_not_known_as_one(intake: Face, kept: Any) -> None:
    intake.keep(kept)
    where = f"/contacts/{kept.id}"
    for path in (where, f"{where}/history"):
        assert (await _read(intake, MANAGER, path)).status_code == 404
    told = {"what": "What the hub is."}
    assert (await _send(intake, MANAGER, f"{where}/family-told", told)).status_code == 404


@pytest.mark.rule("A9")
async def test_a_quoted_reference_that_no_contact_has_is_taken_and_shown(intake: Face) -> None:
    where = await _record(intake, reference="HAV-00000-00000")
    (doubt,) = (await _read(intake, RECORDER, where)).json()["doubts"]
    assert (doubt["field"], doubt["code"]) == ("reference", "unknown_reference")
