"""What is wrong over HTTP is said plainly, under the name of its field."""

from pathlib import Path
from typing import Any

import pytest

from support.front_door import MANAGER
from support.in_process import Face, face
from support.over_http import OF_NOBODY

CONSENTS = (
    "must be one of 'given', 'refused', 'not_possible', 'not_sought', 'informed_only', "
    "'overridden' or 'not_expected'"
)


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"children": []}, "must not be empty"),
        ({"children": [{"full_name": "x" * 20_000}]}, "must have at most 200 characters"),
        ({"received_at": "2026-03-11T09:20:00"}, "must say its time zone, Z for example"),
        ({"urgency": "green"}, "urgency must be one of amber, red."),
        ({"consent": {"status": "often"}}, CONSENTS),
        ({"immediate_danger": "perhaps"}, "must be true or false"),
        ({"referrer": 7}, "must be an object with fields"),
        ({"priority": 1}, "is not a field that is known here"),
    ],
)
async def test_what_is_wrong_with_a_field_is_said_plainly(
    intake: Face, change: dict[str, Any], reason: str
) -> None:
    async with intake.client(MANAGER) as client:
        headers = {"idempotency-key": "wrong-0001"}
        answer = await client.post("/contacts", json=OF_NOBODY | change, headers=headers)
    assert answer.json()["errors"][0]["reason"] == reason


@pytest.mark.parametrize(
    ("query", "field"),
    [("after=spoilt", "query.after"), ("colour=red", "query.colour"), ("limit=-1", "query.limit")],
)
async def test_a_spoilt_cursor_and_an_unknown_filter_are_refused_by_name(
    intake: Face, query: str, field: str
) -> None:
    async with intake.client(MANAGER) as client:
        answer = await client.get(f"/queues/allocation?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
