"""Each child of a contact goes a way of their own to its end, on the real engines (E, N11)."""

from collections.abc import Iterable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mash_local.stack import Stack
from support.campaign import until
from support.case_system import invented_number, say_case
from support.front_desk import FrontDesk
from support.hub import Hub
from support.names import child_of
from support.outside import Outside, Seen
from support.staff import COORDINATOR, staff_id

Shown = dict[str, Any]
SOON = 90.0
"""Seconds until what a step brings has surely come, on a busy machine too."""
ASSESSED = {"outcome": "child_and_family_assessment", "rationale": "He is alone at night."}


def _read(desk: FrontDesk, contact: Shown) -> Shown:
    shown: Shown = desk.send("mash_manager", "GET", f"/contacts/{contact['contact_id']}").json()
    return shown


def _done(desk: FrontDesk, role: str, contact: Shown, path: str, form: Shown) -> Shown:
    answer = desk.act(role, contact, path, form)
    assert answer.is_success, answer.text
    shown: Shown = answer.json()
    return shown


def _positions(desk: FrontDesk, contact: Shown) -> list[str]:
    return [way["position"] for way in _read(desk, contact)["ways"]]


def _of(outside: Outside, topic: str, contact: Shown) -> list[Seen]:
    """Give what lies of a contact on a topic, on both its lanes, repeats apart."""
    lanes = (seen for name, seen in outside.wire().items() if name.replace(".red.", ".") == topic)
    ours = (one for lane in lanes for one in lane if one.contact_id == contact["contact_id"])
    return list({one.id: one for one in ours}.values())


def _named(records: Iterable[Seen]) -> list[list[str]]:
    """Give whom each record names to an agency, by full name."""
    return [[one["full_name"] for one in seen.body["family"]["children"]] for seen in records]


def _asked(outside: Outside, desk: FrontDesk, contact: Shown) -> dict[str, list[list[str]]]:
    """Give whom each agency was asked about, request by request."""
    return {
        agency: _named(_of(outside, f"agency.{agency}.request.v1", contact))
        for agency in desk.pack.mandatory_agencies
    }


def _letters(stack: Stack, *contacts: Shown) -> list[EmailMessage]:
    files = (stack.run.path / "mail").glob("*.eml")
    letters = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
    ids = [contact["contact_id"] for contact in contacts]
    return [one for one in letters if any(id_ in str(one["Message-ID"]) for id_ in ids)]


def _decide(stack: Stack, desk: FrontDesk, child: str) -> None:
    """Recommend and decide for one child, as soon as that is open."""
    for role, act in (("social_worker", "recommendation"), ("mash_manager", "outcome")):
        token = stack.token(role=role, person=staff_id(role), council=desk.council)
        headers = {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
        url = f"{stack.addresses['decision']}/decisions/{child}/{act}"

        def judged(url: str = url, headers: dict[str, str] = headers) -> bool:
            answer = httpx.post(url, json=ASSESSED, headers=headers)
            assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, answer.text
            return answer.is_success

        until(judged, act, SOON)


def _make_whole(desk: FrontDesk, contact: Shown) -> None:
    """Speak to people, check the details, complete the record (B2, J4, J5)."""
    for task in contact["tasks"]:
        spoken = {"task_id": task["task_id"], "note": "Spoken to."}
        _done(desk, "social_worker", contact, "task-completion", spoken)
    _done(desk, "social_worker", contact, "demographic-check", {"result": "confirmed"})
    _done(desk, "social_worker", contact, "completion", {})


def _recorded_known(stack: Stack, desk: FrontDesk, family: str) -> Shown:
    """Record three siblings: one with an open case, one closed lately, one whom nobody knows."""
    open_, closed = invented_number(), invented_number()
    say_case(stack, desk.council, open_, status="open", worker=COORDINATOR, team="Team 2")
    lately = stack.time.now() - timedelta(days=20)
    say_case(stack, desk.council, closed, status="closed", team="Team 5", closed_at=lately)
    for number in (open_, closed):
        look = {"reason_code": "new_contact", "nhs_number": number}
        search = partial(desk.send, "social_worker", "POST", "/contacts/search", look)
        until(lambda search=search: search().json(), "known", SOON)
    return desk.record(
        children=[
            {"nhs_number": open_, "full_name": f"Merryn {family}"},
            {"nhs_number": closed, "full_name": f"Jago {family}"},
            {"full_name": f"Katharine {family}", "date_of_birth": "2019-03-04"},
        ],
        referrer=_reached("professional"),
    )


def _reached(kind: str, **said: str) -> Shown:
    return {"kind": kind, "email": f"r.{uuid4().hex[:8]}@home.example"} | said


def _slow(stack: Stack, agency: str, contact: Shown) -> None:
    """Let one agency take a while for a contact."""
    matches = {"match": {"contact_id": contact["contact_id"]}, "answer": "nothing_known"}
    stack.behave(agency, {"rules": [matches | {"delay_seconds": 15}]})


def _hand_known_over(stack: Stack, desk: FrontDesk, outside: Outside, contact: Shown) -> None:
    """Give the known children to the worker and the team, each by the act for it."""
    first, second, third = (way["child_id"] for way in contact["ways"])
    routed = {one.body["child_id"]: one.body for one in _of(outside, "contact.routed.v1", contact)}
    assert routed[first]["worker"] == COORDINATOR
    assert (routed[second]["team"], routed[second]["route"]) == ("Team 5", "to_last_team")
    assert third not in routed
    visit = {"what": "Visit.", "due_at": (stack.time.now() + timedelta(days=1)).isoformat()}
    overseen = {"note": "To her worker.", "actions": [visit]}
    _done(desk, "mash_manager", contact, "oversight", overseen)
    _make_whole(desk, contact)
    taken = {"to": "Team 5", "acknowledged_by": COORDINATOR}
    _done(desk, "social_worker", contact, "hand-over", taken)


def _must_be_told_once(stack: Stack, desk: FrontDesk, outside: Outside, contact: Shown) -> None:
    """See that agencies heard of the level, and the referrer of every way in one letter."""
    amended = [
        _of(outside, f"agency.{one}.amendment.v1", contact) for one in desk.pack.mandatory_agencies
    ]
    assert all(_named(told) == [["Katharine Lanyon-Bree"]] * len(told) for told in amended)
    assert {told[-1].body["urgency"] for told in amended} == {"red"}
    (told,) = _letters(stack, contact)
    ways = [desk.pack.outcomes[ASSESSED["outcome"]].name]
    routes = desk.pack.routing.routes
    ways += (routes["to_allocated_worker"], routes["to_last_team"])
    assert all(way in told.get_content() for way in ways)


def _join(desk: FrontDesk, contact: Shown, rung: Shown, child: str) -> None:
    """Decide that they are the same, and join the second to the first: both are of one child."""
    same = {"record_id": contact["contact_id"], "same": True, "reason": "Her mother rang again."}
    _done(desk, "social_worker", rung, "match-decisions", same)
    same_child = {rung["ways"][0]["child_id"]: child}
    joining = {"earlier": contact["contact_id"], "same_children": same_child}
    assert _done(desk, "social_worker", rung, "joining", joining)["state"] == "ended"


@pytest.mark.rule("E1", "E2", "E3", "N11", "C8", "I7")
def test_three_siblings_go_to_the_worker_the_team_and_the_agencies_and_one_letter_says_so(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    desk, family = FrontDesk(stack, hub, "havering"), "Lanyon-Bree"
    contact = _recorded_known(stack, desk, family)
    third = contact["ways"][2]["child_id"]

    _hand_known_over(stack, desk, outside, contact)
    _slow(stack, "probation", contact)
    assert desk.authorise(contact).is_success
    known = ["with_allocated_worker", "with_last_team"]
    assert _positions(desk, contact) == [*known, "in_enquiry"]
    agencies = desk.pack.mandatory_agencies
    asked_once = {agency: [[f"Katharine {family}"]] for agency in agencies}
    until(lambda: _asked(outside, desk, contact) == asked_once, "asked of one child", SOON)

    desk.correct(contact, urgency="red")
    until(lambda: _of(outside, "agency.probation.amendment.v1", contact), "told of the level", SOON)
    rung = desk.record(
        kind="public",
        children=[{"full_name": f"Catherine {family}", "date_of_birth": "2019-03-04"}],
        referrer=_reached("public", relationship_to_child="mother"),
    )
    (found,) = (one["found"] for one in rung["matches"])
    assert (found["record_id"], found["certainty"]) == (contact["contact_id"], "possible")
    _join(desk, contact, rung, third)
    until(lambda: _read(desk, contact)["follow_up"]["arrived_at"], "taken in", SOON)
    assert _read(desk, contact)["urgency"] == "red"

    _decide(stack, desk, third)
    until(lambda: _read(desk, contact)["state"] == "closed", "closed", SOON)
    assert _positions(desk, contact) == [*known, "decided"]
    assert _asked(outside, desk, contact) == asked_once
    _must_be_told_once(stack, desk, outside, contact)
    until(lambda: _read(desk, rung)["state"] == "closed", "her mother told", SOON)
    assert len(_letters(stack, rung)) == 1
    assert {way["told_as"] for way in _read(desk, contact)["ways"]} == {
        None, "to_allocated_worker", "to_last_team"
    }  # fmt: skip


@pytest.mark.rule("A9", "A10", "H7", "I7")
def test_children_whom_the_form_adds_are_asked_about_in_a_round_of_their_own(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    desk, referrer = FrontDesk(stack, hub, "havering"), _reached("professional")
    eldest, middle, baby = (
        {"nhs_number": invented_number(), **child_of(uuid4().hex)} for _ in "123"
    )
    contact = desk.record(children=[eldest], referrer=referrer, written_part_follows=True)
    _make_whole(desk, contact)
    enquiry = desk.authorise(contact).json()["enquiry_id"]
    agencies, name = desk.pack.mandatory_agencies, "full_name"
    first = {agency: [[eldest[name]]] for agency in agencies}
    until(lambda: _of(outside, "enquiry.collated.v1", contact), "collated", SOON)
    assert _asked(outside, desk, contact) == first

    children = [eldest, middle, baby]
    form = desk.record(channel="online_form", children=children, referrer=referrer)
    joining = {"earlier": contact["contact_id"], "reference": contact["reference"]}
    _done(desk, desk.pack.contact.first_recorders[0], form, "joining", joining)
    again = {agency: [[eldest[name]], [middle[name], baby[name]]] for agency in agencies}
    until(lambda: _asked(outside, desk, contact) == again, "asked of who was added", SOON)
    requests = _of(outside, "agency.police.request.v1", contact)
    assert [one.body["request_id"] for one in requests] == [
        f"{enquiry}.police", f"{enquiry}.police.2"
    ]  # fmt: skip
    for way in _read(desk, contact)["ways"]:
        _decide(stack, desk, way["child_id"])
    _done(desk, "social_worker", contact, "completion", {})
    until(lambda: _read(desk, contact)["state"] == "closed", "closed", SOON)
    assert _positions(desk, contact) == ["decided"] * 3
    assert _asked(outside, desk, contact) == again
    heard = outside.documents("notify")[contact["contact_id"]]["state"]["heard"]
    told = [child for one in heard for child in one["about"]]
    assert sorted(told) == [way["child_id"] for way in _read(desk, contact)["ways"]]
    assert len(_letters(stack, contact, form)) == len(heard)
