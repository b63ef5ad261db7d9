"""Whoever acts too often is refused, and a red contact never is (S17)."""

from pathlib import Path
from typing import Any

import pytest

from mash_shared.act import Person
from mash_shared.http.often import Limits
from mash_shared.testing import NOW
from support.front_door import MANAGER, RECORDER, form
from support.in_process import Face, face

ACTS = 2


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path, Limits.a_minute(reads=300, acts=ACTS, now=lambda: NOW))


async def _record(intake: Face, number: int, urgency: str, by: Person = RECORDER) -> Any:
    body, key = form(urgency=urgency).model_dump(mode="json"), f"one-of-many-{number}"
    async with intake.client(by) as client:
        return await client.post("/contacts", json=body, headers={"idempotency-key": key})


async def _check(intake: Face, contact: Any, number: int) -> Any:
    where = f"/contacts/{contact.json()['contact_id']}/demographic-check"
    key = {"idempotency-key": f"one-check-{number}"}
    async with intake.client(RECORDER) as client:
        return await client.post(where, json={"result": "confirmed"}, headers=key)


@pytest.mark.rule("S9", "S17")
async def test_whoever_acts_too_often_is_refused_and_nothing_is_kept(intake: Face) -> None:
    answers = [await _record(intake, number, "amber") for number in range(ACTS + 1)]
    assert [one.status_code for one in answers] == [201] * ACTS + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert len(intake.contacts) == ACTS
    assert intake.trail.said("who", "kind", "outcome", "refusal")[-1] == (
        RECORDER.id, "act", 429, "TooOftenError",
    )  # fmt: skip


@pytest.mark.rule("S17")
async def test_a_red_contact_is_recorded_and_acted_on_however_often(intake: Face) -> None:
    for number in range(ACTS):
        await _record(intake, number, "amber")
    red = await _record(intake, ACTS, "red")
    assert red.status_code == 201
    assert (await _check(intake, red, 0)).status_code == 200


@pytest.mark.rule("S17")
async def test_what_was_sent_again_is_answered_however_often(intake: Face) -> None:
    answers = [await _record(intake, 0, "amber") for _ in range(ACTS + 2)]
    assert [one.status_code for one in answers] == [201] + [200] * (ACTS + 1)


@pytest.mark.rule("S17")
async def test_a_contact_that_was_red_is_lowered_however_often(intake: Face) -> None:
    red = await _record(intake, 0, "red", MANAGER)
    await _record(intake, 1, "amber", MANAGER)
    where, key = f"/contacts/{red.json()['contact_id']}", "lowered-one-1"
    headers = {"idempotency-key": key, "if-match": red.headers["etag"]}
    body = {"urgency": "amber", "why": "the school was mistaken"}
    async with intake.client(MANAGER) as client:
        answer = await client.patch(where, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["urgency"] == "amber"
