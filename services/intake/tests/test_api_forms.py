"""A council's own web form is recorded by its program, which is nobody and learns nothing (A8)."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from intake.domain.contact import Contact
from mash_shared.act import Person
from mash_shared.identity.provider import STAND_IN_FORMS
from mash_shared.messages.contact import ContactRecorded
from mash_shared.testing import Desk, acted, person, send_twice
from mash_shared.vocabulary import Machine, NotEntitledError, Role
from support.front_door import HANDLERS, MANAGER, RECORDER, form
from support.in_process import Face, face

PROGRAM = person(id=STAND_IN_FORMS)
"""As the stand-in signs for it; here it is `machine:web-forms`."""


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


async def _send(
    intake: Face, by: Person = PROGRAM, where: str = "/form-contacts", **changes: Any
) -> httpx.Response:
    body = form(**{"channel": "online_form"} | changes).model_dump(mode="json")
    async with intake.client(by) as client:
        return await client.post(where, json=body, headers={"idempotency-key": "from-a-form-1"})


@pytest.mark.rule("A8", "S10")
async def test_a_form_is_recorded_under_the_programs_name_and_shows_nothing(intake: Face) -> None:
    first, again = await _send(intake), await _send(intake)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json().keys() == {"reference"}
    [contact] = intake.contacts
    async with intake.client(MANAGER) as client:
        shown = (await client.get(f"/contacts/{contact['_id']}")).json()
    assert shown["recorded_by"] == "machine:web-forms"
    assert (shown["reference"], shown["channel"]) == (first.json()["reference"], "online_form")
    assert ("machine:web-forms", [], [contact["_id"]]) in intake.trail.said("who", "roles", "ids")


@pytest.mark.rule("A8")
@pytest.mark.parametrize("channel", ["phone", "agency_system"])
async def test_it_records_what_came_by_a_form_and_nothing_else(intake: Face, channel: str) -> None:
    answer = await _send(intake, channel=channel)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["body.channel"]
    assert intake.contacts == []


@pytest.mark.rule("S10")
async def test_it_is_no_person_and_no_person_is_it(intake: Face) -> None:
    refused = await _send(intake, where="/contacts")
    assert (refused.status_code, refused.json()["detail"]) == (403, "Only people may ask this.")
    for one in (RECORDER, MANAGER, person(*Role)):
        refused = await _send(intake, by=one)
        assert refused.status_code == 403
        assert refused.json()["detail"] == "Only the program of forms may ask this."
    assert intake.contacts == []


@pytest.mark.rule("A8", "I2")
def test_record_form_twice_gives_one_contact() -> None:
    program = Person(
        id="machine:web-forms", council=RECORDER.council, roles=frozenset(), machine=Machine.FORMS
    )
    came = acted(HANDLERS.record_form, form(channel="online_form"), program)
    said = send_twice(Desk(Contact, "c1"), came)
    assert list(map(type, said)) == [ContactRecorded]


@pytest.mark.rule("S10")
def test_no_person_records_a_form_as_its_program_does() -> None:
    came = acted(HANDLERS.record_form, form(channel="online_form"), RECORDER)
    taken = Desk(Contact, "c1").take(came, arrival_id="act:1")
    assert isinstance(taken.settled.error, NotEntitledError)
