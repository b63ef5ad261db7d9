"""The tables of intake are whole: every message meant for it, every clock that does something."""

import pytest

from intake.consumers import due, subscriptions
from intake.domain.erasure import keepers
from mash_shared.messages import all_messages
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.erasure import ContactForgotten
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.rights import agencies_of
from mash_shared.plumbing.topics import processes
from mash_shared.testing import packs, sample
from mash_shared.vocabulary import ClockKind, Lane
from support.front_door import HANDLERS

TABLE = subscriptions(HANDLERS)


def test_intake_hears_every_message_meant_for_it() -> None:
    meant = {message for message in all_messages() if "intake" in message.consumers}
    assert {line.message for line in TABLE} == meant
    others = [line for line in TABLE if line.message is not ContactForgotten]
    assert len(others) == len(meant) - 1


@pytest.mark.rule("S18")
def test_intake_waits_for_every_process_that_may_keep_something_and_hears_it() -> None:
    heard = [line.parts["process"] for line in TABLE if line.message is ContactForgotten]
    assert sorted(heard) == sorted({*processes(agencies_of(packs()))} - {"intake"})
    assert heard == list(keepers(packs()))


def test_every_line_but_those_of_cases_and_staff_is_about_one_contact() -> None:
    others = [line for line in TABLE if line.message not in (CaseStatusChanged, StaffChanged)]
    assert {line.document for line in others} == {"contact_id"}


def test_news_of_a_case_goes_to_the_index_of_its_own_council() -> None:
    (line,) = (line for line in TABLE if line.message is CaseStatusChanged)
    assert callable(line.document)
    assert line.document(sample(CaseStatusChanged)) == ("known-havering-LCS-40417",)
    elsewhere = sample(CaseStatusChanged, council="lewisham")
    assert line.document(elsewhere) == ("known-lewisham-LCS-40417",)


def test_news_of_somebody_goes_to_the_directory_of_their_own_council() -> None:
    (line,) = (line for line in TABLE if line.message is StaffChanged)
    assert callable(line.document)
    assert line.document(sample(StaffChanged)) == ("staff-havering:sw-4021",)


def test_red_news_has_lanes_of_its_own_and_cases_and_staff_have_none() -> None:
    red = {topic for line in TABLE for topic in line.topics(Lane.RED)}
    assert red == {
        "child.alleged-to-harm.red.v1",
        "agency.information-shared.red.v1",
        "agency.enquiry-made.red.v1",
        "contact.concern-raised.red.v1",
        "contact.joined.red.v1",
        "contact.split.red.v1",
        "enquiry.collated.red.v1",
        "decision.recorded.red.v1",
        "notice.delivered.red.v1",
        "notice.failed.red.v1",
    }
    named = (line for line in TABLE if line.message is not ContactForgotten)
    amber = {topic for line in named for topic in line.topics(Lane.AMBER)}
    assert amber == {topic.replace(".red.", ".") for topic in red} | {
        "case.status-changed.v1",
        "staff.changed.v1",
    }


def test_two_clocks_do_something_when_they_ring_that_of_allocation_and_the_hubs_own() -> None:
    assert [(line.kind, line.handler) for line in due(HANDLERS)] == [
        (ClockKind.ALLOCATION, HANDLERS.raise_allocation_alarm),
        (ClockKind.CHASE, HANDLERS.pass_to_duty_team),
    ]
