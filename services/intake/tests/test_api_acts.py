"""Acts over HTTP: each is there, each asks for its role, its council, and what was last read."""

from typing import Any

import pytest

from intake.api.acts import acts
from mash_shared.act import Person
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.act_forms import FORMS
from support.front_door import HANDLERS, MANAGER, RECORDER, SOCIAL_WORKER, form
from support.in_process import Face, face

ALL_ROLES = person(*Role, id="p-9")
STRANGER = person(*Role, id="p-9", council="lewisham")
SORTING = person(Role.BUSINESS_SUPPORT_OFFICER, Role.MASH_ADMINISTRATOR, id="p-8")
NOBODY = person(Role.MASH_ADMINISTRATOR, Role.HEAD_OF_SERVICE, Role.OPERATIONS, id="p-8")
HELD = {
    "demographic-check": (NOBODY, 200),
    "completion": (MANAGER, 200),
    "written-follow-up": (NOBODY, 200),
    "joining": (NOBODY, 422),
    "attachments": (NOBODY, 200),
    "family-told": (NOBODY, 200),
    "consent": (NOBODY, 200),
    "consent-override": (SOCIAL_WORKER, 200),
    "consent-withdrawal": (NOBODY, 200),
    "family-discussion": (SORTING, 409),
    "match-decisions": (SORTING, 404),
    "assessment-prompt": (SORTING, 404),
    "ending-sign-off": (SOCIAL_WORKER, 404),
    "day-acceptance": (NOBODY, 409),
    "child-strike": (SORTING, 409),
    "one-family": (NOBODY, 200),
    "split": (SORTING, 409),
    "oversight": (SOCIAL_WORKER, 409),
    "hand-over": (SORTING, 409),
    "rerouting": (SORTING, 200),
    "allocation": (SORTING, 200),
    "signposting": (NOBODY, 200),
    "advice": (SORTING, 409),
    "return-to-referrer": (SORTING, 409),
    "enquiry-authorisation": (SOCIAL_WORKER, 200),
    "coordinator": (SOCIAL_WORKER, 404),
    "agency-times": (SOCIAL_WORKER, 404),
    "decision-request": (SORTING, 200),
    "call-back": (NOBODY, 200),
    "task-acceptance": (MANAGER, 200),
    "task-completion": (MANAGER, 200),
    "placement": (SORTING, 409),
    "answer": (SORTING, 409),
    "concern": (NOBODY, 409),
    "break-glass": (MANAGER, 409),
    "break-glass-review": (SOCIAL_WORKER, 404),
}
"""For each act somebody without the right to it, and what it comes to when all is new."""
TABLE = {path: (FORMS[path], *held) for path, held in HELD.items()}
each_act = pytest.mark.parametrize("path", TABLE)


class Recorded:
    """One contact that was just recorded, looked up and checked, at version 3."""

    def __init__(self, intake: Face, where: str) -> None:
        self.intake, self.where = intake, where

    @property
    def raw(self) -> dict[str, Any]:
        """The one contact there is."""
        (raw,) = self.intake.contacts
        return raw

    async def act(
        self, path: str, by: Person, *, body: Any = None, tag: str | None = None, key: str = ""
    ) -> Any:
        headers = {"idempotency-key": key or f"act-{path}"}
        sent = TABLE[path][0] if body is None else body
        async with self.intake.client(by) as client:
            return await client.post(
                f"{self.where}/{path}",
                json=sent,
                headers=headers | ({"if-match": tag} if tag else {}),
            )


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Face:
    return face("intake", tmp_path_factory.mktemp("intake"))


@pytest.fixture
async def contact(intake: Face) -> Recorded:
    intake.store.raws.clear()
    intake.employ(ALL_ROLES)
    async with intake.client(RECORDER) as client:
        answer = await client.post(
            "/contacts",
            json=form().model_dump(mode="json"),
            headers={"idempotency-key": "first-call-0001"},
        )
    assert answer.headers["etag"] == '"2"'
    found = Recorded(intake, answer.headers["location"])
    assert (await found.act("demographic-check", RECORDER)).headers["etag"] == '"3"'
    return found


def test_every_act_has_its_line_here() -> None:
    assert [path for path, _, _ in acts(HANDLERS)] == list(TABLE)


@each_act
async def test_an_act_comes_to_what_it_comes_to(contact: Recorded, path: str) -> None:
    answer = await contact.act(path, ALL_ROLES)
    assert answer.status_code == TABLE[path][2], answer.text
    if answer.is_success:
        assert answer.json()["contact_id"] == contact.raw["_id"]
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"' == '"4"'


@pytest.mark.rule("S1")
@each_act
async def test_who_has_no_right_to_an_act_is_refused_and_changes_nothing(
    contact: Recorded, path: str
) -> None:
    before = contact.raw
    answer = await contact.act(path, TABLE[path][1])
    assert answer.status_code == 403, answer.text
    assert answer.json()["detail"].startswith("Only ")
    assert contact.raw == before


@pytest.mark.rule("S1")
@each_act
@pytest.mark.parametrize("tag", [None, '"2"', '"7"'])
async def test_another_council_learns_of_no_contact_whatever_it_asks(
    contact: Recorded, path: str, tag: str | None
) -> None:
    before = contact.raw
    answer = await contact.act(path, STRANGER, tag=tag)
    assert answer.status_code == 404
    assert contact.raw == before
    assert contact.raw["_id"] not in answer.text


@pytest.mark.rule("S10")
@each_act
async def test_nobody_acts_without_signing_in(contact: Recorded, path: str) -> None:
    async with contact.intake.client() as client:
        answer = await client.post(f"{contact.where}/{path}", json=TABLE[path][0])
    assert answer.status_code == 401


@each_act
async def test_an_act_takes_its_own_form_and_no_other(contact: Recorded, path: str) -> None:
    needed = {} if TABLE[path][0] else {"unheard_of": 2}
    for body in (needed, TABLE[path][0] | {"unheard_of": 1}):
        answer = await contact.act(path, ALL_ROLES, body=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"].startswith("body.")


@each_act
async def test_an_act_on_what_was_changed_meanwhile_is_refused(
    contact: Recorded, path: str
) -> None:
    before = contact.raw
    answer = await contact.act(path, ALL_ROLES, tag='"2"')
    assert answer.status_code == (412 if TABLE[path][2] != 404 else 404)
    assert contact.raw == before


@each_act
async def test_an_act_on_what_still_stands_is_taken(contact: Recorded, path: str) -> None:
    answer = await contact.act(path, ALL_ROLES, tag='"3"')
    assert answer.status_code == TABLE[path][2], answer.text


@pytest.mark.rule("S16")
@each_act
async def test_the_same_act_again_is_answered_as_before(contact: Recorded, path: str) -> None:
    first = await contact.act(path, ALL_ROLES, tag='"3"')
    again = await contact.act(path, ALL_ROLES, tag='"3"')
    assert (first.status_code, first.json()) == (again.status_code, again.json())


@pytest.mark.parametrize("tag", ["2", 'W/"2"', '"two"', "*", '""'])
async def test_a_tag_that_is_none_of_ours_is_refused_by_name(contact: Recorded, tag: str) -> None:
    answer = await contact.act("consent", ALL_ROLES, tag=tag)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].lower() == "header.if-match"


async def test_of_two_who_act_on_the_same_reading_one_is_told_to_read_again(
    contact: Recorded,
) -> None:
    first = await contact.act("consent", MANAGER, tag='"3"', key="manager-0001")
    other = await contact.act("consent", SOCIAL_WORKER, tag='"3"', key="worker-00001")
    assert (first.status_code, other.status_code) == (200, 412)
    assert "read it again" in other.json()["detail"]


@pytest.mark.rule("F4", "F11", "D7", "D8")
@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("enquiry-authorisation", {"reason_code": "curiosity"}, "reason_code"),
        (
            "enquiry-authorisation",
            {"extra_agencies": [{"agency": "weather-office", "reason": "Why not."}]},
            "extra_agencies",
        ),
        ("consent-override", {"ground": "convenience"}, "ground"),
        ("consent", {"consent": {"status": "overridden"}}, "consent.status"),
        (
            "consent",
            {"consent": {"status": "refused", "do_not_inform": "habit"}},
            "consent.do_not_inform",
        ),
    ],
)
async def test_a_code_that_the_policy_does_not_have_is_refused_by_its_field(
    contact: Recorded, path: str, change: dict[str, Any], field: str
) -> None:
    before = contact.raw
    answer = await contact.act(path, ALL_ROLES, body=TABLE[path][0] | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == f"body.{field}"
    assert contact.raw == before
