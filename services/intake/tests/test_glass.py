"""Glass broken in need: one contact, for a time, for a reason, and looked at afterwards (S12)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain.glass import GlassReason
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError
from intake.forms.glass import BreakGlass, ReviewGlass
from mash_shared.act import Person
from mash_shared.testing import NOW, acted, packs, person, send_twice
from mash_shared.vocabulary import NotEntitledError, NotKnownError, Refusal, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, recorded
from support.in_process import Face, face

pytestmark = pytest.mark.rule("S12")

HEAD = person(Role.HEAD_OF_SERVICE, id="p-8")
ADMINISTRATOR = person(Role.MASH_ADMINISTRATOR, id="p-7")
WHY = {"reason_code": "child_in_danger", "reason": "A&E rings, and the hub does not answer."}
BREAK = BreakGlass.model_validate(WHY)
SEEN = ReviewGlass(number=1, justified=True, note="She could not wait.")
HOURS = timedelta(hours=4)
NOT_BROKEN = "Only business_support_officer or "


def test_break_glass_twice_breaks_it_once_and_until_a_set_time() -> None:
    desk = recorded()
    assert not send_twice(desk, acted(H.break_glass, BREAK, HEAD))
    (glass,) = desk.aggregate.broken_glass
    assert (glass.by, glass.at, glass.until) == (HEAD.id, NOW, NOW + HOURS)
    assert (glass.reason_code, glass.review) == (GlassReason.CHILD_IN_DANGER, None)


def test_review_glass_twice_keeps_the_first_and_empties_the_queue() -> None:
    desk = recorded()
    desk.do(acted(H.break_glass, BREAK, HEAD))
    assert desk.aggregate.waiting[Queue.BROKEN_GLASS] == NOW + HOURS
    assert not send_twice(desk, acted(H.review_glass, SEEN, MANAGER))
    (glass,) = desk.aggregate.broken_glass
    assert glass.review
    assert (glass.review.by, glass.review.justified) == (MANAGER.id, True)
    assert Queue.BROKEN_GLASS not in desk.aggregate.waiting


def test_it_may_be_broken_anew_once_it_has_ended_and_each_time_is_looked_at() -> None:
    desk = recorded()
    desk.do(acted(H.break_glass, BREAK, HEAD))
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.break_glass, BREAK, HEAD, NOW + HOURS - timedelta(seconds=1)))
    desk.do(acted(H.break_glass, BREAK, HEAD, NOW + HOURS))
    desk.do(acted(H.review_glass, SEEN, MANAGER))
    assert desk.aggregate.waiting[Queue.BROKEN_GLASS] == NOW + 2 * HOURS


@pytest.mark.parametrize("role", sorted(set(Role) - {*packs().of("havering").break_glass.roles}))
def test_whom_the_policy_does_not_name_breaks_no_glass(role: Role) -> None:
    desk = recorded()
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.break_glass, BREAK, person(role)))
    assert desk.aggregate.broken_glass == []


@pytest.mark.parametrize(
    ("form", "by", "refusal"),
    [
        (SEEN, person(Role.MASH_MANAGER, id=HEAD.id), NotEntitledError),
        (SEEN, SOCIAL_WORKER, NotEntitledError),
        (SEEN.model_copy(update={"number": 2}), MANAGER, NotKnownError),
    ],
    ids=["oneself", "no manager", "another time"],
)
def test_only_another_who_manages_looks_at_what_there_was(
    form: ReviewGlass, by: Person, refusal: type[Refusal]
) -> None:
    desk = recorded()
    desk.do(acted(H.break_glass, BREAK, HEAD))
    with pytest.raises(refusal):
        desk.do(acted(H.review_glass, form, by))
    assert desk.aggregate.broken_glass[0].review is None


def test_who_reads_it_whole_breaks_nothing() -> None:
    with pytest.raises(AlreadyDoneError, match="there is no glass"):
        recorded().do(acted(H.break_glass, BREAK, person(Role.HEAD_OF_SERVICE, Role.SOCIAL_WORKER)))


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


async def _get(intake: Face, by: Person, path: str = "") -> Any:
    async with intake.client(by) as client:
        return await client.get(f"/contacts/c1{path}")


async def _break(intake: Face, by: Person = HEAD) -> Any:
    headers = {"idempotency-key": "glass-0001"}
    async with intake.client(by) as client:
        return await client.post("/contacts/c1/break-glass", json=WHY, headers=headers)


async def test_it_shows_one_contact_whole_to_whoever_broke_it_and_to_nobody_else(
    intake: Face,
) -> None:
    for id_ in ("c1", "c2"):
        intake.keep(recorded(id_=id_).aggregate)
    refused = await _get(intake, HEAD)
    assert (refused.status_code, refused.json()["detail"][: len(NOT_BROKEN)]) == (403, NOT_BROKEN)
    broken = await _break(intake)
    assert (broken.status_code, broken.json()["withheld"]) == (200, [])
    assert (await _get(intake, HEAD)).json()["broken_glass"][0]["reason"] == WHY["reason"]
    assert (await _get(intake, HEAD, "/history")).status_code == 200
    assert (await _get(intake, ADMINISTRATOR)).status_code == 403
    assert (await _get(intake, HEAD, "/answer")).status_code == 403
    async with intake.client(HEAD) as client:
        assert (await client.get("/contacts/c2")).status_code == 403
    line = intake.trail.said("what", "who", "why", "outcome")[1]
    assert line == ("break_glass", HEAD.id, "child_in_danger", 200)


@pytest.mark.parametrize("ago", [HOURS, HOURS - timedelta(seconds=1)], ids=["ended", "open"])
async def test_it_ends_by_itself(intake: Face, ago: timedelta) -> None:
    desk = recorded()
    desk.do(acted(H.break_glass, BREAK, HEAD, NOW - ago))
    intake.keep(desk.aggregate)
    status = 403 if ago == HOURS else 200
    assert (await _get(intake, HEAD)).status_code == status
    assert (await _get(intake, HEAD, "/history")).status_code == status


async def test_sent_again_after_its_end_it_shows_nothing(intake: Face) -> None:
    intake.keep(recorded().aggregate)
    assert (await _break(intake)).status_code == 200
    state = intake.store.raws["c1"]["state"]
    state["broken_glass"][0]["until"] = NOW
    assert (await _break(intake)).status_code == 403


async def test_whoever_may_break_glass_does_not_learn_what_is_there(intake: Face) -> None:
    intake.keep(recorded("lewisham").aggregate)
    there = await _get(intake, HEAD)
    intake.store.raws.clear()
    nowhere = await _get(intake, HEAD)
    assert there.status_code == 403
    assert there.json() == nowhere.json()


async def test_whose_front_door_role_sees_a_part_sees_the_rest_by_it(intake: Face) -> None:
    desk = recorded()
    both = person(Role.BUSINESS_SUPPORT_OFFICER, Role.HEAD_OF_SERVICE, id="p-9")
    intake.keep(desk.aggregate)
    assert (await _get(intake, both)).json()["withheld"]
    assert (await _break(intake, both)).json()["withheld"] == []
    assert (await _get(intake, RECORDER)).json()["withheld"]
