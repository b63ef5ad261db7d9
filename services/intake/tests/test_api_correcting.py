"""Correcting a contact over HTTP: on what was last read, with what stood before kept for good."""

from pathlib import Path
from typing import Any

import pytest

from mash_shared.plumbing import bounds
from mash_shared.testing import NOW, person
from mash_shared.vocabulary import Role
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, form
from support.in_process import Face, face

HARMING = [{"full_name": "Corwin Hale-Strand", "relationship_to_child": "uncle"}]
HIDDEN = {"alleged_perpetrators", "alleged_contacts", "flags"}
WHY = {"why": "The school rang."}
CHANGE = WHY | {"address": "3 Plover Walk, Romford", "concern": "He was seen alone twice."}


class Contact:
    """One contact of the front door, and requests about it."""

    def __init__(self, intake: Face, shown: dict[str, Any]) -> None:
        self.intake, self.shown = intake, shown
        self.where = f"/contacts/{shown['contact_id']}"

    async def read(self, path: str = "", by: Any = MANAGER) -> Any:
        async with self.intake.client(by) as client:
            return await client.get(self.where + path)

    async def amend(
        self,
        body: Any = None,
        *,
        tag: str | None = '"2"',
        by: Any = RECORDER,
        key: str = "amend-01",
    ) -> Any:
        headers = {"idempotency-key": key} | ({"if-match": tag} if tag else {})
        async with self.intake.client(by) as client:
            return await client.patch(self.where, json=body or CHANGE, headers=headers)


@pytest.fixture
async def contact(tmp_path: Path) -> Contact:
    intake = face("intake", tmp_path)
    said = form(alleged_perpetrators=HARMING, address="14 Quillfeather Row, Romford")
    async with intake.client(RECORDER) as client:
        answer = await client.post(
            "/contacts",
            json=said.model_dump(mode="json"),
            headers={"idempotency-key": "first-call-0001"},
        )
    return Contact(intake, answer.json())


async def test_a_correction_stands_where_the_earlier_words_stood(contact: Contact) -> None:
    answer = await contact.amend()
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["address"], shown["concern"]) == (CHANGE["address"], CHANGE["concern"])
    assert answer.headers["etag"] == f'"{shown["version"]}"' == '"4"'  # corrected, looked up again
    assert shown["children"] == contact.shown["children"]
    assert (await contact.read()).json()["address"] == CHANGE["address"]


@pytest.mark.rule("T12")
async def test_a_correction_keeps_what_was_there_who_changed_it_and_why(contact: Contact) -> None:
    await contact.amend()
    await contact.amend(WHY | {"address": "5 Plover Walk"}, tag='"4"', by=MANAGER, key="amend-02")
    history = (await contact.read("/history")).json()
    first, second = history["earlier"]
    assert (first["by"], first["why"]) == (RECORDER.id, WHY["why"])
    assert first["until"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert first["facts"]["address"] == contact.shown["address"]
    assert first["facts"]["concern"] == contact.shown["concern"]
    assert (second["by"], second["facts"]["address"]) == (MANAGER.id, CHANGE["address"])
    assert second["facts"]["concern"] == history["now"]["concern"] == CHANGE["concern"]
    assert history["now"]["address"] == "5 Plover Walk"


async def test_a_correction_of_what_was_changed_meanwhile_is_refused(contact: Contact) -> None:
    before = dict(contact.intake.store.raws)
    answer = await contact.amend(tag='"1"')
    assert answer.status_code == 412
    assert contact.intake.store.raws == before


async def test_a_correction_says_what_it_corrects(contact: Contact) -> None:
    answer = await contact.amend(tag=None)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].lower() == "header.if-match"
    assert (await contact.read()).json()["version"] == 2


async def test_of_two_corrections_of_one_reading_the_second_is_told(contact: Contact) -> None:
    first = await contact.amend()
    other = await contact.amend(WHY | {"address": "Elsewhere"}, by=MANAGER)
    assert (first.status_code, other.status_code) == (200, 412)
    assert (await contact.read()).json()["address"] == CHANGE["address"]


async def test_a_correction_of_a_full_contact_is_refused_with_a_sentence(
    contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(contact.intake.store.raws)
    for limit in ("LARGE", "LARGEST", "LITTLE"):
        monkeypatch.setattr(bounds, limit, 0)
    answer = await contact.amend()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "The record is full: it cannot take in more of this size."
    assert contact.intake.store.raws == before


@pytest.mark.rule("S16")
async def test_the_same_correction_again_is_made_once(contact: Contact) -> None:
    first, again = await contact.amend(), await contact.amend()
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert len((await contact.read("/history")).json()["earlier"]) == 1


@pytest.mark.rule("S1")
async def test_others_correct_nothing(contact: Contact) -> None:
    administrator = await contact.amend(by=person(Role.MASH_ADMINISTRATOR))
    stranger = await contact.amend(by=person(*Role, council="lewisham"))
    assert (administrator.status_code, stranger.status_code) == (403, 404)
    assert (await contact.read()).json()["version"] == 2


@pytest.mark.rule("B10")
@pytest.mark.parametrize("by", [MANAGER, SOCIAL_WORKER], ids=["manager", "social worker"])
async def test_who_sorts_contacts_sees_who_is_said_to_do_harm(contact: Contact, by: Any) -> None:
    shown = (await contact.read(by=by)).json()
    assert shown["alleged_perpetrators"][0]["full_name"] == "Corwin Hale-Strand"
    assert shown["withheld"] == []


@pytest.mark.rule("B10")
async def test_from_others_it_is_withheld_in_every_answer_and_they_are_told_so(
    contact: Contact,
) -> None:
    note = {"what": "What the hub is."}
    async with contact.intake.client(RECORDER) as client:
        act = await client.post(
            f"{contact.where}/family-told", json=note, headers={"idempotency-key": "told-0001"}
        )
    for answer in (act, await contact.read(by=RECORDER), await contact.amend(tag='"3"')):
        assert answer.status_code == 200
        shown = answer.json()
        assert set(shown["withheld"]) == HIDDEN
        assert all(shown[name] is None for name in HIDDEN)
        assert "Corwin" not in answer.text
    assert set(contact.shown["withheld"]) == HIDDEN


@pytest.mark.rule("B10", "S1")
async def test_history_shows_all_that_was_said_and_so_not_to_everybody(contact: Contact) -> None:
    await contact.amend()
    refused = await contact.read("/history", by=RECORDER)
    stranger = await contact.read("/history", by=person(*Role, council="lewisham"))
    assert (refused.status_code, stranger.status_code) == (403, 404)
    assert "Corwin" in (await contact.read("/history")).text


@pytest.mark.rule("S1")
@pytest.mark.parametrize("role", [Role.MASH_ADMINISTRATOR, Role.OPERATIONS, Role.HEAD_OF_SERVICE])
async def test_who_does_not_work_at_the_front_door_reads_no_contact(
    contact: Contact, role: Role
) -> None:
    answer = await contact.read(by=person(role))
    assert answer.status_code == 403
    assert "Tobias" not in answer.text
