"""What the audit trail says of intake's API, and what is shown while it is away (S9)."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from mash_shared.act import Person
from mash_shared.testing import NOW, person
from mash_shared.vocabulary import Role
from support.in_process import Face, checked_over_http, face
from support.over_http import ASKING, CONTACT

pytestmark = pytest.mark.rule("S9")

RECORDER = person(Role.BUSINESS_SUPPORT_OFFICER)
MANAGER = person(Role.MASH_MANAGER, id="p-2")
OPERATOR = person(Role.OPERATIONS, id="p-3")
NAME = "Tobias Fenwick-Adair"
SOUGHT = {"reason_code": "caller_asks", "full_name": NAME}


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    one = face("intake", tmp_path)
    one.employ(MANAGER)
    return one


async def _send(
    intake: Face, by: Person, method: str, where: str, body: Any = None, **headers: str
) -> httpx.Response:
    key = {"idempotency-key": "first-call-0001"} | headers
    async with intake.client(by) as client:
        return await client.request(method, where, json=body, headers=key)


async def _record(intake: Face, **changes: Any) -> httpx.Response:
    return await _send(intake, RECORDER, "POST", "/contacts", CONTACT | changes)


async def _recorded(intake: Face, **changes: Any) -> str:
    contact_id: str = (await _record(intake, **changes)).json()["contact_id"]
    return contact_id


async def test_an_act_and_a_read_leave_a_line_each(intake: Face) -> None:
    trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
    id_ = await _recorded(intake)
    await _send(intake, MANAGER, "GET", f"/contacts/{id_}", traceparent=trace)
    began, act, read = intake.trail.kept
    assert began["kind"] == "began"
    assert {name: act[name] for name in ("kind", "what", "ids", "who", "outcome")} == {
        "kind": "act", "what": "record_contact", "ids": [id_], "who": RECORDER.id, "outcome": 201,
    }  # fmt: skip
    assert {name: read[name] for name in read.keys() - {"_id", "hash", "before", "chain"}} == {
        "number": 3, "at": NOW.isoformat(timespec="microseconds"), "kind": "read",
        "what": "read_contact", "method": "GET", "who": "p-2", "council": "havering",
        "roles": ["mash_manager"], "ids": [id_], "why": None, "outcome": 200, "refusal": None,
        "address": "127.0.0.1", "trace": trace[3:35],
    }  # fmt: skip


async def test_a_refusal_says_what_refused(intake: Face) -> None:
    id_ = await _recorded(intake)
    await _send(intake, OPERATOR, "GET", f"/contacts/{id_}")
    await _send(intake, MANAGER, "GET", "/contacts/Tobias-Fenwick-Adair")
    await _send(intake, OPERATOR, "GET", "/figures?from=2026-W11")
    await _send(intake, MANAGER, "GET", "/Tobias-Fenwick-Adair")
    refused = intake.trail.said("what", "outcome", "refusal")[1:]
    assert refused == [
        ("read_contact", 403, "NotEntitledError"),
        ("read_contact", 404, "NotKnownError"),
        ("read_figures", 403, "NotEntitledError"),
        ("nothing", 404, None),
    ]


async def test_a_search_and_a_queue_say_whom_they_showed(intake: Face) -> None:
    id_ = await _recorded(intake)
    await _send(intake, MANAGER, "POST", "/contacts/search", SOUGHT)
    await _send(intake, MANAGER, "GET", "/queues/oversight")
    search, queue = intake.trail.said("kind", "ids", "why", "outcome")[1:]
    assert search == ("search", [id_], "caller_asks", 200)
    assert queue == ("read", [], None, 200)


async def test_an_act_says_its_reason_by_code(intake: Face) -> None:
    id_ = await _recorded(intake)
    await checked_over_http(intake, id_, MANAGER)
    await _send(intake, MANAGER, "POST", f"/contacts/{id_}/enquiry-authorisation", ASKING)
    assert intake.trail.said("what", "why")[-1] == ("authorise_enquiry", "need_unclear")


async def test_words_of_the_policy_leave_no_line(intake: Face) -> None:
    for where in ("/places", "/risk-levels", "/queues", "/openapi.json"):
        assert (await _send(intake, MANAGER, "GET", where)).status_code == 200
    assert intake.trail.kept == []


async def test_no_line_names_anybody_but_by_an_id(intake: Face) -> None:
    id_ = await _recorded(intake)
    await _send(intake, MANAGER, "POST", "/contacts/search", SOUGHT)
    await _send(intake, MANAGER, "GET", f"/contacts/{NAME}")
    await _send(intake, MANAGER, "GET", f"/contacts/{id_}/{NAME}")
    said = json.dumps(intake.trail.kept)
    assert not [word for word in ("Tobias", "Fenwick", "neighbour") if word in said]


async def test_what_fails_leaves_a_line_too(intake: Face) -> None:
    intake.door.outage = ZeroDivisionError("Tobias")
    assert (await _record(intake)).status_code == 500
    assert intake.trail.said("kind", "outcome") == [("act", 500)]


async def test_what_cannot_be_audited_is_not_read(intake: Face) -> None:
    id_ = await _recorded(intake)
    intake.trail.away = True
    looks = [
        ("GET", f"/contacts/{id_}", None),
        ("POST", "/contacts/search", SOUGHT),
        ("GET", f"/contacts/{id_}/access", None),
    ]
    for method, where, body in looks:
        answer = await _send(intake, MANAGER, method, where, body)
        assert (answer.status_code, answer.json()["title"]) == (503, "Not audited")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert NAME not in answer.text
    assert (await _send(intake, MANAGER, "GET", "/risk-levels")).status_code == 200


async def test_a_red_contact_is_recorded_though_its_line_has_to_wait(intake: Face) -> None:
    intake.trail.away = True
    answer = await _record(intake)
    assert answer.status_code == 201
    assert len(intake.contacts) == 1
    intake.trail.away = False
    await intake.audit.trail.mend()
    assert intake.trail.said("what", "ids", "late", "outcome") == [
        ("record_contact", [answer.json()["contact_id"]], True, 201)
    ]


async def test_another_act_is_not_shown_and_is_done_once(intake: Face) -> None:
    intake.trail.away = True
    answer = await _record(intake, urgency="amber")
    assert answer.status_code == 503
    assert "same Idempotency-Key" in answer.json()["detail"]
    intake.trail.away = False
    await intake.audit.trail.mend()
    assert (await _record(intake, urgency="amber")).status_code == 200
    assert len(intake.contacts) == 1
    assert intake.trail.said("what", "outcome") == [
        ("record_contact", 201),
        ("record_contact", 200),
    ]


async def test_managers_see_who_saw_a_contact(intake: Face) -> None:
    id_ = await _recorded(intake)
    await _send(intake, OPERATOR, "GET", f"/contacts/{id_}")
    for _ in range(2):
        answer = await _send(intake, MANAGER, "GET", f"/contacts/{id_}/access")
    assert {(one["who"], one["what"], one["outcome"]) for one in answer.json()["lines"]} == {
        (RECORDER.id, "record_contact", 201),
        ("p-3", "read_contact", 403),
        ("p-2", "read_access", 200),
    }
    assert {tuple(one["roles"]) for one in answer.json()["lines"] if one["who"] == "p-2"} == {
        ("mash_manager",)
    }


async def test_nobody_sees_who_saw_a_contact_of_another_council(intake: Face) -> None:
    id_ = await _recorded(intake)
    other = person(Role.MASH_MANAGER, id="p-9", council="redbridge")
    assert (await _send(intake, other, "GET", f"/contacts/{id_}/access")).status_code == 404
    assert (await _send(intake, RECORDER, "GET", f"/contacts/{id_}/access")).status_code == 403
