"""The checker knows every topic, and what it expects of state is what the services keep."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import CheckResult, ContactState
from intake.forms.contact import CheckDemographics, JoinContact
from intake.forms.ending import Signpost
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.request import RaiseConcern
from mash_local.services import AGENCIES
from mash_shared.messages import Message, all_messages
from mash_shared.messages.agency_says import AgencyInformationShared
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.contact import ChildAllegedToHarm, ContactEnded, ContactRecorded
from mash_shared.messages.erasure import ContactErased
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import Lane
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from support.front_door import (
    HANDLERS,
    MANAGER,
    RECORDER,
    asking,
    form,
    found,
    indexed,
)
from support.invariants import STATES
from support.messages import CONSUMERS, KEEPERS, PRODUCED, alleged, rounds_of
from support.requests import NOTIFICATION
from support.requests import said as asking_for
from support.said import CASES, STAFF, consumed_by
from support.siblings import APART

OURS = {"intake", "enquiry", "decision", "notify", "ops", "agency-gateway"}
STARTING_CLOCKS = ("intake", "enquiry", "decision", "notify")
NOTE = Note(note="The mother rang.")
EARLIER = found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True)
RECORD = acted(HANDLERS.record_contact, form(), RECORDER)
SENT = acted(HANDLERS.send_for_decision, SendForDecision(reason="All is known."), MANAGER)
CONFIRMED = CheckDemographics(result=CheckResult.CONFIRMED)
CHECK = acted(HANDLERS.check_demographics, CONFIRMED, RECORDER)
SIGNPOST = acted(HANDLERS.signpost, Signpost(to="library"), MANAGER)
HARMING = [{"full_name": "Casper Lindqvist-Moor", "is_child": True}, {}, {"is_child": True}]

CONCERN = RaiseConcern.model_validate(
    {
        "urgency": "amber",
        "concern": "He has moved in with them.",
        "children": [{"full_name": "Juniper Hallaway"}],
        "consent": {"status": "not_sought"},
    }
)

WAYS: dict[str, tuple[Change, ...]] = {
    "contact.recorded.v1": (RECORD,),
    "contact.ended.v1": (RECORD, indexed(), CHECK, SIGNPOST),
    "contact.routed.v1": (RECORD, indexed(found())),
    "contact.ready-for-decision.v1": (RECORD, indexed(), CHECK, SENT),
    "contact.work-outstanding.v1": (
        acted(HANDLERS.record_contact, form(circumstances={"remand": {}}), RECORDER),
    ),
    "contact.joined.v1": (
        RECORD,
        indexed(EARLIER),
        acted(HANDLERS.join_contact, JoinContact(earlier="c0"), RECORDER),
    ),
    "contact.split.v1": (RECORD, indexed(), acted(HANDLERS.split_contact, APART, MANAGER)),
    "contact.concern-raised.v1": (
        acted(HANDLERS.record_contact, form(**asking_for(NOTIFICATION)), RECORDER),
        acted(HANDLERS.raise_concern, CONCERN, RECORDER),
    ),
    "agency-message.recorded.probation.v1": (
        heard(
            HANDLERS.record_said,
            sample(AgencyInformationShared, agency="probation", contact_id="c1"),
        ),
    ),
    "child.alleged-to-harm.v1": (
        acted(HANDLERS.record_contact, form(alleged_perpetrators=HARMING), RECORDER),
    ),
    "enquiry.authorised.v1": (
        RECORD,
        indexed(),
        CHECK,
        acted(HANDLERS.authorise_enquiry, asking(), MANAGER),
    ),
    "enquiry.amended.v1": (
        RECORD,
        indexed(),
        CHECK,
        acted(HANDLERS.authorise_enquiry, asking(), MANAGER),
        acted(HANDLERS.withdraw_consent, NOTE, RECORDER, NOW + timedelta(minutes=1)),
    ),
}
"""For each topic of intake the acts after which it is told."""


def _topics() -> Iterator[tuple[str, str]]:
    """Every amber topic with a consumer of ours."""
    places = {"agency": AGENCIES, "service": STARTING_CLOCKS, "process": KEEPERS}
    for message in all_messages():
        (part,) = message.parts() or ("",)
        for value in places.get(part, ("",)):
            topic = message.topic_in(Lane.AMBER, **({part: value} if part else {}))
            for consumer in OURS & set(message.consumers):
                of = (value,) if value else AGENCIES
                gateway = consumer == "agency-gateway"
                yield from ((topic, f"{consumer}.{a}") for a in of if gateway)
                yield from ((topic, consumer) for _ in of[:1] if not gateway)


def test_the_checker_knows_who_must_take_in_every_topic() -> None:
    known = {(topic, process) for topic, processes in CONSUMERS.items() for process in processes}
    assert known == set(_topics())


def test_the_checker_knows_what_every_topic_of_intake_tells_of() -> None:
    by_intake = (message for message in all_messages() if message.owner == "intake")
    ours = [one for one in by_intake if one is not ContactErased]  # of it a stub is all there is
    told = {one.topic_in(Lane.AMBER, **dict.fromkeys(one.parts(), "probation")) for one in ours}
    assert {kind for kind, rule in PRODUCED.items() if rule.owner == "intake"} == told
    assert WAYS.keys() == told


def test_the_checker_knows_every_state_in_its_order() -> None:
    assert tuple(ContactState) == STATES


@pytest.mark.rule("I2")
@pytest.mark.parametrize("way", WAYS)
def test_what_intake_tells_of_is_what_its_state_has_of_it(way: str) -> None:
    """Neither a ghost nor a zombie, for every topic, after every way."""
    desk, said = Desk(Contact, "c1"), list[Message]()
    for change in WAYS[way]:
        said += desk.do(change)
    assert desk.raw is not None
    state = desk.raw["state"]
    for kind, rule in PRODUCED.items():
        if rule.owner == "intake":
            bodies = [_body(one) for one in said if _kind(one) == kind]
            told = {subject for body in bodies for subject in rule.subjects(body)}
            assert told == set(rule.kept(state)), kind
            assert told or kind != way


def _kind(message: Message) -> str:
    return message.topic_in(
        Lane.AMBER, **{name: getattr(message, name) for name in message.parts()}
    )


def _body(message: Message) -> dict[str, Any]:
    return message.model_dump(mode="json", exclude_none=True)


@pytest.mark.rule("N10")
def test_contacts_of_children_who_are_said_to_harm_belong_to_what_is_checked() -> None:
    desk = Desk(Contact, "c1")
    said = desk.do(acted(HANDLERS.record_contact, form(alleged_perpetrators=HARMING), RECORDER))
    ids = [one.contact_id for one in said if isinstance(one, ChildAllegedToHarm)]
    assert desk.raw is not None
    assert list(alleged(desk.raw["state"])) == ids
    assert len(set(ids)) == 2


@pytest.mark.rule("E1")
def test_news_of_a_case_is_looked_for_in_the_index() -> None:
    body = _body(sample(CaseStatusChanged))
    assert consumed_by("intake", body, CASES) == ["known-havering-LCS-40417"]


@pytest.mark.rule("F6", "F7")
def test_news_of_somebody_is_looked_for_in_the_directory() -> None:
    assert consumed_by("intake", _body(sample(StaffChanged)), STAFF) == ["staff-havering:sw-4021"]


def test_a_referrer_who_heard_it_at_once_is_owed_no_news_of_delivery() -> None:
    handlers, desk = NotifyHandlers(packs()), Desk(Notice, "c1", "notify")
    own = {"contact_id": "c1", "urgency": "red"}
    desk.do(heard(handlers.expect_notice, sample(ContactRecorded, contact_id="c1")))
    desk.do(heard(handlers.note_ended, sample(ContactEnded, **own, told_at_once=True)))
    assert desk.raw is not None
    assert desk.raw["state"]["phase"] == "delivered"
    assert not list(PRODUCED["notice.delivered.v1"].kept(desk.raw["state"]))


def test_an_agency_had_a_request_of_each_round_in_which_it_was_asked() -> None:
    twice = [{"request_id": "e.police"}, {"request_id": "e.police.2"}]
    assert rounds_of({"rounds": []}) == []
    assert rounds_of({"rounds": twice}) == ["e.police", "e.police.2"]
