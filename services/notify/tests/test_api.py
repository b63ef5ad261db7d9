"""Notices over HTTP: how far one has come, and that a person told the referrer."""

from pathlib import Path
from typing import Any

import pytest

from mash_shared.messages.contact import ContactRecorded
from mash_shared.testing import NOW, Desk, heard, packs, person, sample
from mash_shared.vocabulary import OutcomeKind, Role
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from support.in_process import Face, face

RECORDED = sample(ContactRecorded)
WHERE = f"/notices/{RECORDED.contact_id}"
ADMINISTRATOR = person(Role.MASH_ADMINISTRATOR)


@pytest.fixture
def notices(tmp_path: Path) -> Face:
    desk = Desk(Notice, RECORDED.contact_id, "notify")
    desk.do(heard(NotifyHandlers(packs()).expect_notice, RECORDED))
    notice = desk.aggregate
    for child in notice.child_ids:
        notice.note_outcome(child, OutcomeKind.NO_FURTHER_ACTION, NOW)
    notice.leave_to_person("no_email_address")
    built = face("notify", tmp_path)
    built.keep(notice)
    return built


async def _tell(notices: Face, by: Any, body: Any = None, key: str = "telling-0001") -> Any:
    async with notices.client(by) as client:
        return await client.post(
            f"{WHERE}/told-by-person",
            json={"by": "telephone"} if body is None else body,
            headers={"idempotency-key": key},
        )


@pytest.mark.rule("K1")
async def test_a_person_tells_once(notices: Face) -> None:
    told, again = await _tell(notices, ADMINISTRATOR), await _tell(notices, ADMINISTRATOR)
    other = await _tell(notices, ADMINISTRATOR, key="telling-0002")
    assert (told.status_code, told.json()["phase"]) == (200, "delivered")
    assert again.json() == told.json()
    assert other.status_code == 409


@pytest.mark.rule("S1")
async def test_whose_role_is_gone_is_shown_nothing_by_an_act_sent_again(notices: Face) -> None:
    gone = person(Role.SOCIAL_WORKER, id=ADMINISTRATOR.id)
    assert (await _tell(notices, ADMINISTRATOR)).status_code == 200
    answer = await _tell(notices, gone)
    assert (answer.status_code, "tell a referrer" in answer.json()["detail"]) == (403, True)


async def test_neither_address_nor_name_is_shown(notices: Face) -> None:
    async with notices.client(ADMINISTRATOR) as client:
        answer = await client.get(WHERE)
    assert answer.status_code == 200
    assert answer.json()["by_person_because"] == "no_email_address"
    for secret in ("Saltmarsh", "marlpit", "7946"):
        assert secret not in answer.text


@pytest.mark.parametrize(
    ("body", "field"), [({}, "body.by"), ({"by": "pigeon"}, "body.by"), ([], "body")]
)
async def test_a_wrong_field_is_named(notices: Face, body: Any, field: str) -> None:
    answer = await _tell(notices, ADMINISTRATOR, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_others_neither_read_nor_tell(notices: Face) -> None:
    stranger = person(Role.MASH_ADMINISTRATOR, council="lewisham")
    assert (await _tell(notices, person(Role.OPERATIONS))).status_code == 403
    assert (await _tell(notices, stranger)).status_code == 404
    assert (await _tell(notices, None)).status_code == 401
    async with notices.client(stranger) as client:
        assert (await client.get(WHERE)).status_code == 404


async def test_a_notice_without_a_promise_is_shown_too(notices: Face) -> None:
    notices.keep(Notice(id="c-anonymous", council=RECORDED.council))
    async with notices.client(ADMINISTRATOR) as client:
        assert (await client.get("/notices/c-anonymous")).json()["due_at"] is None
