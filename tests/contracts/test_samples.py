"""One invented, realistic sample for every message, all telling one story."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mash_shared.catalogue.samples import Sample, SampleError, sample_of, type_of
from mash_shared.messages import Message, PersonalData, all_messages
from mash_shared.messages.agency_check import AgencyReply, AgencyRequest
from mash_shared.messages.agency_says import (
    AgencyEnquiry,
    AgencyEnquiryMade,
    AgencyInformation,
    AgencyInformationShared,
    AgencyMessageRecorded,
    AgencyReceipt,
)
from mash_shared.messages.audit import EVERY_COUNCIL, AuditTrailReached
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactConcernRaised,
    ContactEnded,
    ContactReadyForDecision,
    ContactRecorded,
    ContactRouted,
    ContactSplit,
    ContactWorkOutstanding,
)
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.messages.erasure import ContactErased, ContactForgotten
from mash_shared.messages.staff import StaffChanged
from mash_shared.plumbing.envelope import Envelope
from mash_shared.plumbing.outgoing import Outgoing

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
MESSAGES = tuple(all_messages())
HEADERS = {
    "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "content-type",
    "traceparent",
}  # fmt: skip
OF_PEOPLE = {
    "full_name", "date_of_birth", "gender", "nhs_number", "school_or_nursery", "address", "concern",
    "relationship_to_child", "organisation", "email", "telephone", "text", "relevance", "analysis",
    "declined_reason", "display_name",
}  # fmt: skip
DRAMA = re.compile(
    r"(02079460\d{3}|01632960\d{3}|07700900\d{3}|08081570\d{3}|03069990\d{3}"
    r"|01[1-9]14960\d{3}|02896496\d{3}|02920180\d{3})"
)

ELSEWHERE = (
    AgencyEnquiry, AgencyEnquiryMade, AgencyInformation, AgencyInformationShared,
    AgencyMessageRecorded, AgencyReceipt, AuditTrailReached,
    CaseStatusChanged, ChildAllegedToHarm, ContactConcernRaised, ContactEnded,
    ContactErased, ContactForgotten, ContactReadyForDecision, ContactRouted, ContactSplit,
    ContactWorkOutstanding, StaffChanged,
)  # fmt: skip
"""What is told of another contact, or of a case: these ends are none of the story's own contact."""

each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.__name__)


def _sample(message: type[Message]) -> Sample:
    return sample_of(SAMPLES, message)


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, child in value.items():
            yield from _leaves(child, inner)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child, name)
    else:
        yield name, str(value)


@each_message
def test_a_sample_is_what_its_writer_would_say(message: type[Message]) -> None:
    sample = _sample(message)
    said = message.model_validate_json(json.dumps(sample.body), strict=True)
    assert json.loads(said.body()) == sample.body
    assert message.read(said.body()) == said


@each_message
def test_the_headers_and_the_key_are_those_the_plumbing_gives(message: type[Message]) -> None:
    sample = _sample(message)
    said = message.model_validate(sample.body)
    outgoing = Outgoing.of(
        said, cause="any", source="any", traceparent=sample.headers["traceparent"]
    )
    own = {"ce_id", "ce_source"}
    plumbed = {name: (value or b"").decode() for name, value in outgoing.headers}
    assert plumbed.keys() == sample.headers.keys() == HEADERS
    assert {n: v for n, v in plumbed.items() if n not in own} == {
        n: v for n, v in sample.headers.items() if n not in own
    }
    assert sample.key.encode() == outgoing.key
    envelope = Envelope.read([(n, v.encode()) for n, v in sample.headers.items()])
    assert envelope.headers() == sample.headers


KEPT_AS_IT_IS = ("slots", "passed_on", "said", "reminders", "times", "heard_from")
"""Whose names are not those of fields of a message."""


@each_message
def test_readers_ignore_a_field_they_do_not_know_wherever_it_is(message: type[Message]) -> None:
    body = _sample(message).body
    assert message.read(json.dumps(_with_unknown(body)).encode()) == message.model_validate(body)


@each_message
def test_writers_refuse_a_field_they_do_not_know_wherever_it_is(message: type[Message]) -> None:
    body = _sample(message).body
    with pytest.raises(ValidationError):
        message.model_validate({**body, "unheard_of": 1})
    for name, part in body.items():
        first = part[0] if isinstance(part, list) and part else part
        if isinstance(first, dict) and name not in KEPT_AS_IT_IS:
            changed = {**first, "unheard_of": 1}
            with pytest.raises(ValidationError):
                message.model_validate(
                    {**body, name: [changed] if isinstance(part, list) else changed}
                )


def _with_unknown(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        if name in KEPT_AS_IT_IS:
            return value
        inner = {field: _with_unknown(child, field) for field, child in value.items()}
        return {**inner, "unheard_of": {"some": "thing"}}
    if isinstance(value, list):
        return [_with_unknown(child) for child in value]
    return value


def test_there_is_no_sample_of_anything_else() -> None:
    assert {file.name for file in SAMPLES.iterdir()} == {f"{type_of(m)}.json" for m in MESSAGES}


def test_a_missing_sample_is_named(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match=r"no sample: write .*agency-check\.amended\.police\.v1"):
        sample_of(tmp_path, MESSAGES[0])


def test_all_samples_tell_one_story() -> None:
    bodies = [_sample(message).body for message in MESSAGES]
    contact = _sample(ContactRecorded).body["contact_id"]
    main = [body for body in bodies if body["contact_id"] == contact]
    assert len(main) == len(MESSAGES) - len(ELSEWHERE)
    for name in ("urgency", "enquiry_id", "request_id"):
        assert len({body[name] for body in main if name in body}) == 1
    assert len({body["council"] for body in bodies} - {EVERY_COUNCIL}) == 1
    assert not any(
        {"enquiry_id", "request_id"} & body.keys() for body in bodies if body not in main
    )
    request, reply = _sample(AgencyRequest).body, _sample(AgencyReply).body
    assert reply["request_hash"] == request["request_hash"]
    assert _sample(AgencyReply).headers["ce_id"] == reply["reply_id"]
    assert request["family"] == _sample(EnquiryAuthorised).body["family"]
    assert len({_sample(message).headers["ce_id"] for message in MESSAGES}) == len(MESSAGES)


def test_the_samples_of_other_contacts_belong_to_the_story() -> None:
    others = {kind: _sample(kind).body for kind in ELSEWHERE}
    case, routed = others[CaseStatusChanged], others[ContactRouted]
    assert case["contact_id"] == routed["case_ref"]
    assert (case["worker"], case["team"]) == (routed["worker"], routed["team"])
    ended = others[ContactEnded]
    assert (ended["contact_id"], ended["ended_as"]) == (routed["contact_id"], routed["route"])
    alleged, first = others[ChildAllegedToHarm], _sample(ContactRecorded).body
    assert alleged["arising_from"] == first["contact_id"]
    assert alleged["received_at"] == first["received_at"]
    assert alleged["occurred_at"] == first["occurred_at"]
    made, told = others[AgencyEnquiryMade], others[AgencyInformationShared]
    assert made["number"] == others[AgencyEnquiry]["contact_id"]
    assert told["number"] == others[AgencyInformation]["contact_id"]
    for name in ("contact_id", "number"):
        assert made[name] == others[AgencyMessageRecorded][name] == others[AgencyReceipt][name]
    raised = others[ContactConcernRaised]
    assert raised["arising_from"] not in {raised["contact_id"], first["contact_id"]}
    assert raised["said"]["urgency"] == raised["urgency"]
    split = others[ContactSplit]
    assert split["split_from"] == split["group_id"] == first["contact_id"]
    ready = others[ContactReadyForDecision]
    assert ready["child_ids"] == [f"{ready['contact_id']}-1"]
    assert others[ContactWorkOutstanding]["children"][0]["child_id"] == ready["child_ids"][0]


def test_the_request_hash_is_that_of_the_other_fields() -> None:
    request = AgencyRequest.model_validate(_sample(AgencyRequest).body)
    fields = request.model_dump(mode="json", exclude={"request_hash"}, exclude_none=True)
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert request.request_hash == hashlib.sha256(text.encode()).hexdigest()


def test_everybody_in_the_samples_is_invented() -> None:
    for message in MESSAGES:
        body = _sample(message).body
        text = json.dumps(body, ensure_ascii=False)
        for number in [value for name, value in _leaves(body) if name == "nhs_number"]:
            assert number.startswith("999")
            assert _check_digit(number[:9]) == int(number[9])
        for number in re.findall(r"\b0\d{2,4} ?\d{3,4} ?\d{3,4}\b", text):
            assert DRAMA.fullmatch(number.replace(" ", "")), number
        for address in re.findall(r"[\w.+-]+@[\w.-]+", text):
            assert address.endswith(".example"), address


def _check_digit(nine: str) -> int:
    return (11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11) % 11


def _of_people(body: dict[str, Any]) -> set[str]:
    return {value for name, value in _leaves(body) if name in OF_PEOPLE}


@each_message
def test_keys_and_headers_hold_nothing_of_people(message: type[Message]) -> None:
    people = set().union(*(_of_people(_sample(one).body) for one in MESSAGES))
    words = {word for value in people for word in re.findall(r"[A-Z][a-z]{3,}", value)}
    sample = _sample(message)
    for value in (sample.key, *sample.headers.values()):
        assert not any(word in value for word in words | people)


@each_message
def test_a_body_carries_no_more_of_people_than_its_class_says(message: type[Message]) -> None:
    found = {name for name, _ in _leaves(_sample(message).body)} & OF_PEOPLE
    if message.personal_data is PersonalData.NONE:
        assert not found
    else:
        assert found
    if message.personal_data is not PersonalData.REFERRER:
        assert not found & {"email", "telephone", "organisation"}
