"""The collated view over HTTP: every agency asked is on it."""

from pathlib import Path

import pytest

from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.messages.agency_check import AgencyCheckAnswered, AgencyCheckReturned
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.reminders import Reminder
from mash_shared.testing import Desk, heard, packs, person, sample
from mash_shared.vocabulary import Role
from support.in_process import Face, face

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
BACK = sample(AgencyCheckReturned)
WHERE = f"/enquiries/{AUTHORISED.enquiry_id}"


@pytest.fixture
def enquiry(tmp_path: Path) -> Face:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, AUTHORISED))
    desk.do(heard(HANDLERS.record_reply, sample(AgencyCheckAnswered)))
    built = face("enquiry", tmp_path)
    built.keep(desk.aggregate)
    return built


@pytest.mark.rule("H7")
async def test_the_view_shows_what_each_agency_said_or_that_it_has_not(enquiry: Face) -> None:
    async with enquiry.client(person(Role.SOCIAL_WORKER)) as client:
        answer = await client.get(WHERE)
    assert answer.status_code == 200
    shown = answer.json()
    assert set(shown["slots"]) == set(AUTHORISED.agencies)
    children = [child.child_id for child in AUTHORISED.family.children]
    assert shown["slots"]["health"] == dict.fromkeys(children)
    (said,) = shown["answers"].pop("police")
    assert (said["about"], said["answer"]["state"]) == (children, "information")
    assert not shown["answers"]
    (asked,) = shown["asked"]["police"]
    assert asked["reply_by"] > asked["asked_at"]
    assert (asked["handed_over_at"], asked["reminded"]) == (None, [])
    told = [(fact["fact_id"], fact["handling"]) for fact in said["answer"]["facts"]]
    assert told == [("f-1", "family_may_know"), ("f-2", "professionals_only")]
    assert shown["gaps"] == []
    assert sum(clock["part"] is None for clock in shown["clocks"]) == 6


@pytest.mark.rule("G1")
async def test_whoever_coordinates_sees_that_a_reply_came_and_that_one_was_returned(
    enquiry: Face,
) -> None:
    (raw,) = enquiry.store.raws.values()
    told = enquiry.store.aggregate(raw)
    assert not [*HANDLERS.note_returned(told, BACK)]
    enquiry.keep(told)
    async with enquiry.client(person(Role.SOCIAL_WORKER)) as client:
        shown = (await client.get(WHERE)).json()
    returned, taken = shown["replies"].pop("police")
    assert not shown["replies"]
    assert (returned["reply_id"], returned["returned_for"]) == (BACK.reply_id, BACK.code)
    assert (returned["state"], taken["state"]) == (None, "information")
    assert taken["returned_for"] is None
    assert shown["answers"]["police"][0]["answer"]["designated_professional"]["role"]


async def test_gaps_are_shown_once_the_enquiry_is_collated(enquiry: Face) -> None:
    (raw,) = enquiry.store.raws.values()
    collated = enquiry.store.aggregate(raw)
    collated.collate(AUTHORISED.occurred_at)
    enquiry.keep(collated)
    async with enquiry.client(person(Role.HEAD_OF_MASH)) as client:
        shown = (await client.get(WHERE)).json()
    assert set(shown["gaps"]) == set(AUTHORISED.agencies) - {"police"}


@pytest.mark.rule("F14")
@pytest.mark.parametrize(
    ("role", "council", "status"),
    [
        (Role.OPERATIONS, "havering", 403),
        (Role.BUSINESS_SUPPORT_OFFICER, "havering", 403),
        (Role.MASH_MANAGER, "lewisham", 404),
    ],
)
async def test_others_do_not_read_it(enquiry: Face, role: Role, council: str, status: int) -> None:
    async with enquiry.client(person(role, council=council)) as client:
        answer = await client.get(WHERE)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "answers" not in answer.json()


async def test_an_unknown_enquiry_is_not_found(enquiry: Face) -> None:
    async with enquiry.client(person(Role.SOCIAL_WORKER)) as client:
        assert (await client.get("/enquiries/enq-nothing")).status_code == 404
    async with enquiry.client() as client:
        assert (await client.get(WHERE)).status_code == 401


@pytest.mark.rule("N1", "O13")
async def test_whoever_coordinates_reads_what_is_easily_overlooked_of_each_child(
    tmp_path: Path,
) -> None:
    child = AUTHORISED.family.children[0].child_id
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    reminded = sample(EnquiryAuthorised, reminders={child: [Reminder.DISABILITY_PRESSURES]})
    asked = desk.do(heard(HANDLERS.open_enquiry, reminded))
    assert "disability" not in "".join(one.model_dump_json() for one in asked)
    for reminders, seen in (({child: [Reminder.EASY_TO_EXPLOIT]}, "easy to exploit"), ({}, "")):
        built = face("enquiry", tmp_path)
        edition = desk.aggregate.edition + 1
        amended = sample(EnquiryAmended, reminders=reminders, edition=edition)
        desk.do(heard(HANDLERS.amend_enquiry, amended))
        built.keep(desk.aggregate)
        async with built.client(person(Role.SOCIAL_WORKER)) as client:
            shown = (await client.get(WHERE)).json()["reminders"]
        assert shown.keys() == reminders.keys()
        assert all(seen in sentence for of in shown.values() for sentence in of)
