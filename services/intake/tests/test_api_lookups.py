"""Who may ask whether somebody is known, and how often one person may."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mash_shared.act import Person
from mash_shared.http.often import Often, TooOftenError
from mash_shared.testing import NOW, person
from mash_shared.vocabulary import Role
from support.front_door import MANAGER, RECORDER, form
from support.in_process import Face, face


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


async def _look_up(intake: Face, by: Person, name: str = "Tobias Fenwick-Adair") -> Any:
    async with intake.client(by) as client:
        sought = {"reason_code": "new_contact", "full_name": name}
        return await client.post("/contacts/search", json=sought)


@pytest.mark.rule("S1", "S17")
@pytest.mark.parametrize("roles", [(), (Role.OPERATIONS,)], ids=["none", "operations"])
async def test_who_does_not_work_for_the_hub_learns_of_nobody(
    intake: Face, roles: tuple[Role, ...]
) -> None:
    answer = await _look_up(intake, person(*roles))
    assert answer.status_code == 403
    assert answer.json()["detail"].endswith("may look people up.")


@pytest.mark.rule("S14")
@pytest.mark.parametrize("born", ["<b>", "about 2016", "soon", "3016-05-31"])
async def test_a_birth_that_nobody_can_compare_is_refused_by_its_field(
    intake: Face, born: str
) -> None:
    body = {"reason_code": "new_contact", "full_name": "Tobias", "date_of_birth": born}
    async with intake.client(RECORDER) as client:
        answer = await client.post("/contacts/search", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["body.date_of_birth"]


@pytest.mark.rule("S17")
async def test_nobody_goes_through_a_list_of_names(intake: Face) -> None:
    answers = [await _look_up(intake, RECORDER, f"Nobody {number}") for number in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert "60 times a minute" in answers[-1].json()["detail"]
    assert (await _look_up(intake, MANAGER)).status_code == 200


@pytest.mark.rule("S17")
async def test_who_looked_up_too_many_records_as_before(intake: Face) -> None:
    for number in range(61):
        await _look_up(intake, RECORDER, f"Nobody {number}")
    async with intake.client(RECORDER) as client:
        body, key = form(urgency="red").model_dump(mode="json"), {"idempotency-key": "as-before-1"}
        assert (await client.post("/contacts", json=body, headers=key)).status_code == 201


def test_who_waits_may_ask_again_as_often_as_a_minute_allows() -> None:
    clock = [NOW]
    often = Often[Person](2, lambda: clock[0])
    for second in (0, 40):
        clock[0] = NOW + timedelta(seconds=second)
        often.count(RECORDER)
    with pytest.raises(TooOftenError) as refused:
        often.count(RECORDER)
    assert refused.value.seconds == 20
    often.count(MANAGER)
    clock[0] = NOW + timedelta(seconds=60)
    often.count(RECORDER)
    with pytest.raises(TooOftenError):
        often.count(RECORDER)


@pytest.mark.rule("S1", "S17")
@pytest.mark.parametrize("why", [None, "", "curious"])
async def test_nobody_is_looked_up_for_no_reason(intake: Face, why: str | None) -> None:
    body = {"full_name": "Tobias Fenwick-Adair"} | ({} if why is None else {"reason_code": why})
    async with intake.client(MANAGER) as client:
        answer = await client.post("/contacts/search", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["body.reason_code"]


@pytest.mark.rule("S1", "S17")
async def test_who_answers_a_request_is_shown_whole_hits_for_that_reason_only(
    intake: Face,
) -> None:
    officer = person(Role.INFORMATION_GOVERNANCE_OFFICER, id="igo")
    headers = {"idempotency-key": "sought-later"}
    async with intake.client(RECORDER) as client:
        body = form().model_dump(mode="json")
        made = await client.post("/contacts", json=body, headers=headers)
    reference = {"reference": made.json()["reference"]}
    shown = {}
    async with intake.client(officer) as client:
        for why in ("subject_access_request", "caller_asks"):
            answer = await client.post("/contacts/search", json={"reason_code": why} | reference)
            shown[why] = [hit["contact_id"] for hit in answer.json()]
    assert shown == {
        "subject_access_request": [made.json()["contact_id"]],
        "caller_asks": [None],
    }
    async with intake.client(MANAGER) as client:
        sought = {"reason_code": "subject_access_request"} | reference
        assert (await client.post("/contacts/search", json=sought)).status_code == 403
