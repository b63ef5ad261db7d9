"""Whoever refers is rung back by somebody of their own agency, where there is one (A18)."""

from pathlib import Path
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.staff import KnownStaff, staff_key
from intake.domain.task import find
from intake.forms.contact import AmendContact
from intake.forms.task import AcceptTask, CallBack, CompleteTask
from mash_shared.act import Directory, Person, StaffMember
from mash_shared.testing import NOW, Desk, acted, person
from mash_shared.vocabulary import CouncilId, NotEntitledError, NotInPolicyError, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, recorded
from support.in_process import Face, face
from support.siblings import added, split, struck
from support.working import who_works

EDUCATION = {"kind": "professional", "agency": "Education"}
CALL = "call_back.1"


def _calling() -> Desk[Contact]:
    desk = recorded(referrer=EDUCATION)
    desk.do(acted(H.ask_for_call_back, CallBack(what="Which class?"), RECORDER))
    return desk


def _of(agency: str | None, person: Person = RECORDER) -> Directory:
    return {person.id: StaffMember(id=person.id, agency=agency)}


@pytest.mark.rule("A18")
@pytest.mark.parametrize("agency", ["health", None])
def test_a_call_back_is_neither_taken_nor_done_by_another_agencys_navigator(
    agency: str | None,
) -> None:
    desk = _calling()
    for act in (
        acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff=_of(agency)),
        acted(H.complete_task, CompleteTask(task_id=CALL, note="3B"), RECORDER, staff=_of(agency)),
        acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff={}),
    ):
        with pytest.raises(NotEntitledError, match="navigator"):
            desk.do(act)
    task = find(desk.aggregate.tasks, CALL)
    assert task.accepted_by is None
    assert task.is_open


@pytest.mark.rule("A18")
@pytest.mark.parametrize(
    ("by", "staff"),
    [(RECORDER, _of("education")), (SOCIAL_WORKER, {}), (MANAGER, {})],
    ids=["its navigator", "who sorts contacts", "a manager"],
)
def test_a_call_back_is_its_navigators_or_who_sorts_contacts(by: Person, staff: Directory) -> None:
    desk = _calling()
    desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), by, staff=staff))
    desk.do(acted(H.complete_task, CompleteTask(task_id=CALL, note="3B"), by, staff=staff))
    assert find(desk.aggregate.tasks, CALL).accepted_by == by.id


@pytest.mark.rule("A18")
def test_a_call_back_of_no_agency_is_everybodys() -> None:
    desk = recorded(referrer={"kind": "professional"})
    desk.do(acted(H.ask_for_call_back, CallBack(what="Which class?"), RECORDER))
    desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff={}))


@pytest.mark.rule("A18", "B3")
def test_an_agency_is_a_code_of_the_policy_or_another_and_may_be_missing() -> None:
    for agency, kept in ((" Education ", "education"), ("other", "other"), (None, None)):
        desk = recorded(referrer={"kind": "professional", "agency": agency})
        assert desk.aggregate.facts.referrer is not None
        assert desk.aggregate.facts.referrer.agency == kept
    with pytest.raises(NotInPolicyError) as refused:
        recorded(referrer={"kind": "professional", "agency": "the school"})
    assert refused.value.field == "referrer.agency"
    with pytest.raises(NotInPolicyError):
        _referrer(recorded(), agency="the school")
    _referrer(recorded(), agency="health")
    _referrer(recorded(), full_name="Imogen Saltmarsh")


def _referrer(desk: Desk[Contact], **said: Any) -> None:
    amended = AmendContact.model_validate({"why": "Put right.", "referrer": said})
    desk.do(acted(H.amend_contact, amended, MANAGER))


@pytest.mark.rule("A18")
def test_a_call_back_follows_the_referrers_agency_and_who_took_it_for_another_has_it_no_more() -> (
    None
):
    desk = _calling()
    desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff=_of("education")))
    _referrer(desk, full_name="Imogen Saltmarsh")
    assert _call(desk) == ("education", RECORDER.id)
    for agency, of in (("health", "health"), ("other", None), (None, None)):
        _referrer(desk, agency=agency)
        assert _call(desk) == (of, None)
        assert desk.aggregate.call_back_of == (of or "")
    _referrer(desk, agency="police")
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff=_of("education")))
    done = CompleteTask(task_id=CALL, note="3B")
    desk.do(acted(H.complete_task, done, RECORDER, staff=_of("police")))
    _referrer(desk, agency="health")
    assert _call(desk) == ("police", None), "what is done stays as it was done"
    assert desk.aggregate.call_back_of is None


def _call(desk: Desk[Contact]) -> tuple[str | None, str | None]:
    task = find(desk.aggregate.tasks, CALL)
    return task.agency, task.accepted_by


@pytest.mark.rule("A18")
@pytest.mark.parametrize(
    "change", [added, lambda desk: struck(desk, "c1-2"), lambda desk: split(desk, "c1-2")]
)
def test_no_change_of_its_children_takes_a_call_back_from_its_agency(change: Any) -> None:
    desk = _calling()
    change(desk)
    assert _call(desk) == ("education", None)
    assert Queue.CALL_BACKS in desk.aggregate.waiting


@pytest.mark.rule("A18")
@pytest.mark.parametrize(
    "gone",
    [
        StaffMember(id=RECORDER.id, roles=RECORDER.roles, agency="education", until=NOW),
        StaffMember(id=RECORDER.id, roles=RECORDER.roles, agency="health"),
        StaffMember(id=RECORDER.id, roles=RECORDER.roles),
    ],
    ids=["left", "of another agency", "of none"],
)
def test_a_call_back_of_a_navigator_who_left_is_anybodys_of_that_agency_again(
    gone: StaffMember,
) -> None:
    desk = _calling()
    desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), RECORDER, staff=_of("education")))
    there = StaffMember(id=RECORDER.id, roles=RECORDER.roles, agency="education")
    desk.do(who_works(there))
    assert _call(desk) == ("education", RECORDER.id)
    desk.do(who_works(gone))
    assert _call(desk) == ("education", None)
    desk.do(acted(H.accept_task, AcceptTask(task_id=CALL), MANAGER))
    desk.do(who_works(StaffMember(id=MANAGER.id, roles=MANAGER.roles)))
    assert _call(desk) == ("education", MANAGER.id), "who sorts contacts keeps it"


NAVIGATOR = person(Role.SCREENING_TEAM, id="nav-1")


@pytest.mark.rule("A18")
async def test_a_navigator_sees_the_call_backs_of_their_own_agency_and_no_others(
    tmp_path: Path,
) -> None:
    intake = face("intake", tmp_path)
    ids = {}
    for number, agency in enumerate(("education", "health", "other"), start=1):
        desk = recorded(id_=f"c{number}", referrer={"kind": "professional", "agency": agency})
        desk.do(acted(H.ask_for_call_back, CallBack(what="Which class?"), RECORDER))
        intake.keep(desk.aggregate)
        ids[f"c{number}"] = agency

    async def listed(by: Person) -> list[tuple[str, bool]]:
        async with intake.client(by) as client:
            page = (await client.get("/queues/call_backs")).json()
        return [(ids[one["contact_id"]], one["without_navigator"]) for one in page["items"]]

    async def status(by: Person) -> int:
        async with intake.client(by) as client:
            return int((await client.get("/queues/call_backs")).status_code)

    assert await status(NAVIGATOR) == 403, "the directory says nothing of them"
    everything = [("education", True), ("health", True), ("other", True)]
    assert await listed(SOCIAL_WORKER) == everything
    assert await listed(RECORDER) == [("other", True)]
    _employ(intake, agency="education")
    assert await listed(NAVIGATOR) == [("education", False)]
    assert await listed(SOCIAL_WORKER) == [("education", False), *everything[1:]]
    async with intake.client(NAVIGATOR) as client:
        assert (await client.get("/queues")).json() == ["call_backs"]
        assert (await client.get("/queues/gate")).status_code == 403
    for gone in ({"agency": "education", "until": NOW}, {"agency": None}):
        _employ(intake, **gone)
        assert await status(NAVIGATOR) == 403
    _employ(intake, agency="education")
    outside = person(Role.MASH_ADMINISTRATOR, id=NAVIGATOR.id)
    assert await status(outside) == 403, "who reads no contact sees no queue"


def _employ(intake: Face, **said: Any) -> None:
    member = StaffMember(id=NAVIGATOR.id, roles=NAVIGATOR.roles, **said)
    known = KnownStaff(id=staff_key("havering", NAVIGATOR.id), council=CouncilId("havering"))
    known.take(member, said_at=NOW, came_at=NOW)
    intake.keep(known)
