"""Whatever is posted to whatever route: a 4xx in problem+json that names the field, never a 5xx."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake.api.acts import acts
from intake.handlers import IntakeHandlers
from mash_shared.act import Person
from mash_shared.http.body import DEEPEST, LARGEST_BODY
from mash_shared.identity.provider import STAND_IN_FORMS
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.testing import packs, person, sample
from mash_shared.vocabulary import ContactId, Role
from support.act_forms import RETENTION
from support.in_process import FACES, Face, face

EVERY_ROLE = person(*Role)
JSON = {"content-type": "application/json", "idempotency-key": "hostile-0001", "if-match": '"1"'}


_ROUTES = {
    "intake": (
        *(("POST", path) for path in ("/contacts", "/group-contacts", "/contacts/search")),
        ("POST", "/form-contacts"),
        ("PATCH", "/contacts/c1"),
        *(("POST", f"/contacts/c1/{path}") for path, _, _ in acts(IntakeHandlers(packs()))),
        *(("POST", f"/contacts/c1/{path}") for path in RETENTION),
    ),
    "enquiry": (),
    "agency-gateway": (),
    "decision": (("POST", "/decisions/c1/recommendation"), ("POST", "/decisions/c1/outcome")),
    "notify": (("POST", "/notices/c1/told-by-person"),),
    "ops": (),
}
each_body = pytest.mark.parametrize(
    ("name", "method", "path"),
    [(name, *route) for name, routes in _ROUTES.items() for route in routes],
)


def _whose(path: str) -> Person:
    """Give who is let in: the program of the web forms, or somebody who holds every role."""
    return person(id=STAND_IN_FORMS) if path == "/form-contacts" else EVERY_ROLE


@pytest.fixture
def service(name: str, tmp_path_factory: pytest.TempPathFactory) -> Face:
    return _service(name, tmp_path_factory.getbasetemp())


@cache
def _service(name: str, folder: Path) -> Face:
    """Build a service once; nothing that is refused may change it."""
    keys = folder / f"keys-of-{name}"
    keys.mkdir()
    built = face(name, keys)
    kind, _ = FACES[name]
    collated = sample(EnquiryCollated)
    built.keep(kind(id="c1", contact_id=ContactId("c1"), council=collated.council))
    return built


def _deep(levels: int) -> bytes:
    return b'{"concern":' + b"[" * levels + b"]" * levels + b"}"


HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "given twice": (b'{"concern":"a","concern":"b"}', 400, "concern"),
    "given twice inside": (b'{"consent":{"status":"given","status":"refused"}}', 400, "status"),
    "operator": (b'{"$where":"sleep(9)"}', 422, "$where"),
    "operator inside": (b'{"concern":{"$gt":""}}', 422, "$gt"),
    "NaN": (b'{"concern":NaN}', 400, "body.concern"),
    "minus infinity": (b'{"consent":{"status":-Infinity}}', 400, "body.consent.status"),
    "infinite by size": (b'{"urgency":1e999}', 400, "body.urgency"),
    "endless number": (b'{"urgency":' + b"9" * 5000 + b"}", 400, "body"),
    "NUL": (b'{"concern":"a\\u0000b"}', 422, "body.concern"),
    "NUL in a name": (b'{"con\\u0000cern":"a"}', 422, "con\0cern"),
    "half a character": (b'{"concern":"\\ud83d"}', 422, "body.concern"),
    "half a character in a name": (b'{"\\udfff":"a"}', 422, "?"),
    "half a character in a list": (b'{"evidence":["\\ud83d"]}', 422, "body.evidence.0"),
    "too deep": (_deep(DEEPEST + 1), 400, "body"),
    "much too deep": (_deep(100_000), 400, "body"),
    "deep and unclosed": (b"[" * 100_000, 400, "body"),
    "10 MB": (b'{"concern":"' + b"x" * 10_000_000 + b'"}', 413, "body"),
    "just too large": (b" " * (LARGEST_BODY + 1), 413, "body"),
    "not UTF-8": (b'{"concern":"\xff"}', 400, "body"),
    "with a byte order mark": (b"\xef\xbb\xbf{}", 400, "body"),
    "not JSON": (b"concern=a", 400, "body"),
    "cut off": (b'{"concern":"a', 400, "body"),
    "two values": (b"{}{}", 400, "body"),
    "empty": (b"", 422, "body"),
    "only a list": (b"[]", 422, "body"),
    "only null": (b"null", 422, "body"),
    "only a number": (b"7", 422, "body"),
}


def _is_problem(answer: Any) -> None:
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["errors"]
    assert problem["errors"][0]["field"] in problem["detail"]


@pytest.mark.rule("S14")
@each_body
@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_body_is_refused_by_the_name_of_its_field(
    service: Face, method: str, path: str, what: str
) -> None:
    body, status, field = HOSTILE[what]
    before = dict(service.store.raws)
    async with service.client(_whose(path)) as client:
        answer = await client.request(method, path, content=body, headers=JSON)
    _is_problem(answer)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert service.store.raws == before


@each_body
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"],
)
async def test_a_body_that_is_not_called_json_is_refused(
    service: Face, method: str, path: str, content_type: str
) -> None:
    headers = JSON | {"content-type": content_type}
    async with service.client(_whose(path)) as client:
        answer = await client.request(method, path, content=b'{"concern":"a"}', headers=headers)
    _is_problem(answer)
    assert answer.json()["errors"][0]["field"] == "body"


@each_body
async def test_unknown_fields_and_wrong_types_are_named(
    service: Face, method: str, path: str
) -> None:
    async with service.client(_whose(path)) as client:
        for value in (None, 7, True, [], {}, "x", [[]], {"a": {}}):
            body = json.dumps({"priority": value}).encode()
            answer = await client.request(method, path, content=body, headers=JSON)
            _is_problem(answer)
            assert answer.status_code == 422
            named = {error["field"] for error in answer.json()["errors"]}
            assert "body.priority" in named


@each_body
async def test_a_body_nobody_signed_for_is_not_even_shown_its_form(
    service: Face, method: str, path: str
) -> None:
    async with service.client() as client:
        answer = await client.request(method, path, content=b"{}", headers=JSON)
    assert answer.status_code in {401, 422}
    async with service.client() as client:
        headers = JSON | {"authorization": "Bearer x"}
        answer = await client.request(method, path, content=b"{}", headers=headers)
    assert answer.status_code in {401, 422}


@pytest.mark.parametrize("name", FACES)
async def test_every_route_with_a_body_is_among_these(name: str, service: Face) -> None:
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "c1", path))
        for path, operations in service.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }
    assert described == set(_ROUTES[name])
