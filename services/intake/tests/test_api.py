"""Intake over HTTP: the form of every answer, from 201 to 503."""

from pathlib import Path
from typing import Any

import pytest

from mash_shared.plumbing.acts import HubUnavailableError
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.in_process import Face, face
from support.over_http import ASKING, CONTACT

RECORDER = person(Role.BUSINESS_SUPPORT_OFFICER)
MANAGER = person(Role.MASH_MANAGER, id="p-2")
KEY = {"idempotency-key": "first-call-0001"}


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    built = face("intake", tmp_path)
    built.employ(MANAGER)
    return built


async def _record(intake: Face, body: Any = None, key: str = "first-call-0001") -> Any:
    async with intake.client(RECORDER) as client:
        return await client.post(
            "/contacts", json=body or CONTACT, headers={"idempotency-key": key}
        )


@pytest.mark.rule("S16")
async def test_the_same_call_again_gives_the_same_contact(intake: Face) -> None:
    first, again = await _record(intake), await _record(intake)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["location"] == f"/contacts/{first.json()['contact_id']}"
    assert first.json()["reference"].startswith("HAV-")
    assert len(intake.contacts) == 1


@pytest.mark.rule("S16")
async def test_the_same_key_with_another_body_is_refused(intake: Face) -> None:
    await _record(intake)
    answer = await _record(intake, CONTACT | {"concern": "Another matter."})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.rule("S16")
async def test_two_people_with_the_same_key_record_two_contacts(intake: Face) -> None:
    await _record(intake)
    async with intake.client(MANAGER) as client:
        other = await client.post("/contacts", json=CONTACT, headers=KEY)
    assert other.status_code == 201
    assert len(intake.contacts) == 2


@pytest.mark.rule("B4", "B5", "B11")
async def test_what_was_said_stands_under_the_names_it_was_sent_with(intake: Face) -> None:
    said = {
        "address": "14 Quillfeather Row, Romford",
        "household": [{"full_name": "Jonah Adair"}],
        "significant_harm": "yes",
        "referrer": {"kind": "public", "relationship_to_child": "neighbour"},
    }
    shown = (await _record(intake, CONTACT | said)).json()
    assert shown["address"] == said["address"]
    assert shown["household"][0]["full_name"] == "Jonah Adair"
    assert shown["significant_harm"] == "yes"
    assert shown["referrer"]["relationship_to_child"] == "neighbour"
    assert shown["children"][0]["full_name"] == "Tobias Fenwick-Adair"
    assert shown["children"][0]["child_id"] == f"{shown['contact_id']}-1"
    assert not {"family", "facts"} & shown.keys()


@pytest.mark.rule("A2", "C2", "D8", "D12", "D18", "M1")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"request_type": "fortune_telling"}, "request_type"),
        ({"attestations": ["hearsay"]}, "attestations"),
        ({"consent": {"status": "refused", "do_not_inform": "habit"}}, "consent.do_not_inform"),
        ({"consent": {"status": "refused", "exception": "haste"}}, "consent.exception"),
        ({"consent": {"status": "overridden"}}, "consent.status"),
        ({"request_type": "request_to_the_hub"}, "request"),
    ],
)
async def test_a_code_that_the_policy_does_not_have_is_refused_by_its_field(
    intake: Face, change: dict[str, Any], field: str
) -> None:
    answer = await _record(intake, CONTACT | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == f"body.{field}"
    assert not intake.contacts


async def test_another_key_records_another_contact(intake: Face) -> None:
    ids = {(await _record(intake, key=f"call-{n:08}")).json()["contact_id"] for n in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"urgency": "green"}, "body.urgency"),
        ({"received_at": "2026-03-11T09:20:00"}, "body.received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "body.received_at"),
        ({"children": []}, "body.children"),
        ({"children": [{"nhs_number": 9990000026}]}, "body.children.0.nhs_number"),
        ({"children": [{}, {"full_name": "nobody" * 40}]}, "body.children.1.full_name"),
        ({"referrer": {"kind": "public", "email": ["nobody"]}}, "body.referrer.email"),
        ({"concern": "   "}, "body.concern"),
        ({"priority": "high"}, "body.priority"),
    ],
)
async def test_a_wrong_field_is_named_and_its_value_is_not(
    intake: Face, change: dict[str, Any], field: str
) -> None:
    answer = await _record(intake, CONTACT | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert "nobody" not in answer.text
    assert not intake.contacts


@pytest.mark.rule("X4")
async def test_a_contact_from_the_future_is_refused_by_name(intake: Face) -> None:
    answer = await _record(intake, CONTACT | {"received_at": "2026-03-11T10:05:01Z"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.received_at"


@pytest.mark.parametrize("key", ["short", "with space", "x" * 201])
async def test_a_call_needs_a_key_of_its_own(intake: Face, key: str) -> None:
    answer = await _record(intake, key=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "header.Idempotency-Key"


async def test_a_call_without_a_key_is_refused(intake: Face) -> None:
    async with intake.client(RECORDER) as client:
        answer = await client.post("/contacts", json=CONTACT)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "header.Idempotency-Key"


async def test_nobody_who_is_not_signed_in_is_answered(intake: Face) -> None:
    async with intake.client() as client:
        answer = await client.post("/contacts", json=CONTACT, headers=KEY)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_contact_is_read_by_its_own_council_only(intake: Face) -> None:
    where = (await _record(intake)).headers["location"]
    async with intake.client(RECORDER) as client:
        assert (await client.get(where)).json()["version"] == 2  # recorded, and looked up
    async with intake.client(person(Role.MASH_MANAGER, council="lewisham")) as client:
        other = await client.get(where)
        missing = await client.get("/contacts/no-such-contact")
    assert other.status_code == missing.status_code == 404
    assert other.json() == missing.json()


@pytest.mark.rule("F2")
async def test_a_manager_authorises_once(intake: Face) -> None:
    where = f"{(await _record(intake)).headers['location']}/enquiry-authorisation"
    async with intake.client(MANAGER) as client:
        first = await client.post(where, json=ASKING, headers=KEY)
        again = await client.post(where, json=ASKING, headers=KEY)
        other = await client.post(where, json=ASKING, headers={"idempotency-key": "x" * 8})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["enquiry_id"] == f"enq-{first.json()['contact_id']}"
    assert other.status_code == 409


@pytest.mark.rule("F2")
async def test_the_wrong_role_or_council_does_not_authorise(intake: Face) -> None:
    where = f"{(await _record(intake)).headers['location']}/enquiry-authorisation"
    async with intake.client(RECORDER) as client:
        refused = await client.post(where, json=ASKING, headers={"idempotency-key": "x" * 8})
    async with intake.client(person(Role.MASH_MANAGER, council="lewisham")) as client:
        unknown = await client.post(where, json=ASKING, headers=KEY)
    assert refused.status_code == 403
    assert refused.json()["detail"] == "Only mash_manager may authorise an enquiry."
    assert unknown.status_code == 404


async def test_a_person_of_a_council_without_policy_is_told_so(intake: Face) -> None:
    async with intake.client(person(Role.MASH_MANAGER, council="atlantis")) as client:
        answer = await client.post("/contacts", json=CONTACT, headers=KEY)
    assert answer.status_code == 404
    assert "atlantis" in answer.json()["detail"]


async def test_in_immediate_danger_the_answer_says_what_to_do(intake: Face) -> None:
    answer = await _record(intake, CONTACT | {"immediate_danger": True})
    assert "999" in answer.json()["advice"]
    assert (await _record(intake, key="another-0001")).json()["advice"] is None


async def test_in_an_outage_the_caller_may_send_it_again(intake: Face) -> None:
    intake.door.outage = HubUnavailableError("AutoReconnect")
    answer = await _record(intake)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    intake.door.outage = None
    assert (await _record(intake)).status_code == 201


async def test_a_failure_of_our_own_says_nothing_of_the_case(intake: Face) -> None:
    intake.door.outage = RuntimeError("Tobias Fenwick-Adair")
    answer = await _record(intake)
    assert answer.status_code == 500
    assert "Tobias" not in answer.text


async def test_an_unknown_path_is_a_problem_too(intake: Face) -> None:
    async with intake.client(RECORDER) as client:
        answer = await client.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
