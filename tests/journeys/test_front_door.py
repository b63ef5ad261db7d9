"""The front door on the real engines: each council up to the gate, and every other way out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from mash_local.stack import Stack
from support.campaign import until
from support.case_system import invented_number, say_case
from support.front_desk import FrontDesk
from support.hub import Hub
from support.staff import COORDINATOR, staff_id

COUNCILS = ("havering", "lewisham", "redbridge", "waltham-forest")
SORTS = [
    ("professional", "online_form", "red"),
    ("professional", "phone", "amber"),
    ("public", "in_person", "amber"),
    ("public", "letter", "red"),
    ("anonymous", "phone", "red"),
    ("anonymous", "email", "amber"),
]


@pytest.mark.rule("A1", "A3", "A7", "A8", "A11", "D2", "F2", "F4")
@pytest.mark.parametrize("sort", SORTS, ids="-".join)
@pytest.mark.parametrize("council", COUNCILS)
def test_every_council_takes_every_sort_up_to_the_gate(
    council: str, sort: tuple[str, str, str], stack: Stack, hub: Hub
) -> None:
    desk = FrontDesk(stack, hub, council)
    kind, channel, urgency = sort
    contact = desk.record(kind=kind, channel=channel, urgency=urgency)
    queue = desk.send(desk.pack.gate.roles[0], "GET", "/queues/gate?limit=200").json()["items"]
    assert contact["waiting"]["gate"]
    assert [one["due_at"] for one in queue] == sorted(one["due_at"] for one in queue)
    assert desk.authorise(contact).status_code == httpx.codes.OK


@pytest.mark.rule("E1", "E2")
def test_an_open_childs_contact_goes_to_the_worker_and_asks_nobody(stack: Stack, hub: Hub) -> None:
    desk, number = FrontDesk(stack, hub, "havering"), invented_number()
    say_case(stack, "havering", number, status="open", worker="sw-9", team="Team 2")
    look = {"reason_code": "new_contact", "nhs_number": number}
    until(lambda: desk.send("social_worker", "POST", "/contacts/search", look).json(), "known")
    contact = desk.record(children=[{"nhs_number": number}])
    assert [way["route"]["kind"] for way in contact["ways"]] == ["to_allocated_worker"]
    assert desk.authorise(contact).status_code == httpx.codes.CONFLICT
    action = {"what": "Visit.", "due_at": (stack.time.now() + timedelta(days=1)).isoformat()}
    path = f"/contacts/{contact['contact_id']}/oversight"
    form = {"note": "To the worker.", "actions": [action]}
    assert desk.send("social_worker", "POST", path, form).status_code == httpx.codes.FORBIDDEN
    assert desk.send("mash_manager", "POST", path, form).json()["ending"]


def test_a_creation_that_is_retried_at_the_same_moment_gives_one_contact(
    stack: Stack, hub: Hub
) -> None:
    desk, key = FrontDesk(stack, hub, "lewisham"), uuid4().hex
    form = desk.form()
    with ThreadPoolExecutor(8) as threads:
        role = desk.pack.contact.first_recorders[0]
        answers = list(
            threads.map(lambda _: desk.send(role, "POST", "/contacts", form, key), range(8))
        )
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["contact_id"] for answer in answers}) == 1


def test_two_people_accept_one_task_and_one_is_told_who_has_it(stack: Stack, hub: Hub) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record()
    path = f"/contacts/{contact['contact_id']}/task-acceptance"
    form = {"task_id": contact["tasks"][0]["task_id"]}
    with ThreadPoolExecutor(2) as threads:
        roles = ("social_worker", "out_of_hours_duty_social_worker")
        answers = list(threads.map(lambda role: desk.send(role, "POST", path, form), roles))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer for answer in answers if answer.status_code == httpx.codes.CONFLICT)
    (winner,) = (role for role, one in zip(roles, answers, strict=True) if one.is_success)
    assert staff_id(winner) in refused.json()["detail"]


@pytest.mark.rule("F6", "E6", "J4")
def test_nobody_is_named_whom_the_directory_has_not(stack: Stack, hub: Hub) -> None:
    desk = FrontDesk(stack, hub, "havering")
    contact = desk.record(significant_harm="yes")
    for worker in ("nobody-at-all", staff_id("mash_administrator")):
        refused = desk.act("mash_manager", contact, "allocation", {"social_worker": worker})
        assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert refused.json()["errors"][0]["field"] == "body.social_worker"
    taken = desk.act("mash_manager", contact, "allocation", {"social_worker": COORDINATOR})
    assert taken.json()["staff"][COORDINATOR] == "Invented social_worker"


@pytest.mark.rule("E4")
def test_the_third_referral_raises_one_prompt_however_close_they_come(
    stack: Stack, hub: Hub
) -> None:
    desk, number = FrontDesk(stack, hub, "havering"), invented_number()
    with ThreadPoolExecutor(5) as threads:
        child = [{"nhs_number": number}]
        recorded = list(threads.map(lambda _: desk.record(children=child), range(5)))
    paths = [f"/contacts/{contact['contact_id']}" for contact in recorded]
    shown = [desk.send("social_worker", "GET", path).json() for path in paths]
    assert sum(contact["assessment_prompt"] is not None for contact in shown) == 1
