"""Acts of the intake team and news of other services: once, twice, early, by the wrong person."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain import (
    Contact,
    ContactAlreadyRecordedError,
    ContactState,
    EnquiryAlreadyAuthorisedError,
    NoLawfulBasisError,
)
from intake.forms import AuthoriseEnquiry, RecordContact
from intake.handlers import AgencyNotInPolicyError, IntakeHandlers, ReasonNotInPolicyError
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, sample, send_twice
from mash_shared.vocabulary import NotEntitledError, NotKnownError, Role

HANDLERS = IntakeHandlers(packs())
RECORDER = person(Role.BUSINESS_SUPPORT_OFFICER)
MANAGER = person(Role.MASH_MANAGER)
RECEIVED = NOW - timedelta(minutes=40)


def _form(**changes: Any) -> RecordContact:
    return RecordContact.model_validate(
        {
            "channel": "phone",
            "urgency": "red",
            "received_at": RECEIVED,
            "concern": "A neighbour hears crying every night.",
            "children": [{"full_name": "Tobias Fenwick-Adair"}, {}],
            "referrer": {"kind": "professional", "email": "i.saltmarsh@marlpit-lane.example"},
            "consent": {"status": "given", "given_by": "mother"},
        }
        | changes
    )


def _asking(**changes: Any) -> AuthoriseEnquiry:
    return AuthoriseEnquiry.model_validate(
        {
            "reason_code": "need_unclear",
            "reason": "Nothing is known of the second adult.",
            "coordinating_social_worker": "Delphine Ashgrove",
        }
        | changes
    )


def _recorded(council: str = "havering", **changes: Any) -> Desk[Contact]:
    desk = Desk(Contact, "c1")
    recorder = person(Role.BUSINESS_SUPPORT_OFFICER, council=council)
    desk.do(acted(HANDLERS.record_contact, _form(**changes), recorder))
    return desk


@pytest.mark.rule("A1")
def test_record_contact_twice_gives_one_contact() -> None:
    said = send_twice(Desk(Contact, "c1"), acted(HANDLERS.record_contact, _form(), RECORDER))
    (recorded,) = said
    assert isinstance(recorded, ContactRecorded)
    assert recorded.child_ids == ("c1-1", "c1-2")
    assert recorded.received_at == RECEIVED
    assert recorded.occurred_at == NOW


def test_a_contact_is_never_recorded_over() -> None:
    desk = _recorded()
    with pytest.raises(ContactAlreadyRecordedError):
        desk.do(acted(HANDLERS.record_contact, _form(concern="Another matter."), RECORDER))
    assert desk.aggregate.concern == "A neighbour hears crying every night."


def test_a_contact_belongs_to_the_council_of_whoever_records_it() -> None:
    assert _recorded("lewisham").aggregate.council == "lewisham"
    with pytest.raises(NotKnownError, match="atlantis"):
        _recorded("atlantis")


@pytest.mark.parametrize("role", [Role.MASH_ADMINISTRATOR, Role.OPERATIONS])
def test_others_record_no_contact(role: Role) -> None:
    desk = Desk(Contact, "c1")
    with pytest.raises(NotEntitledError):
        desk.do(acted(HANDLERS.record_contact, _form(), person(role)))
    assert desk.raw is None


@pytest.mark.rule("B3")
def test_a_contact_with_nothing_known_of_the_child_is_taken() -> None:
    contact = _recorded(children=[{}]).aggregate
    assert contact.family is not None
    assert contact.family.children[0].full_name is None


@pytest.mark.rule("F2", "F8")
def test_authorise_enquiry_twice_sends_one_enquiry_out() -> None:
    desk = _recorded()
    (authorised,) = send_twice(desk, acted(HANDLERS.authorise_enquiry, _asking(), MANAGER))
    assert isinstance(authorised, EnquiryAuthorised)
    assert authorised.received_at == RECEIVED
    assert authorised.lawful_basis.policy_version == packs().of("havering").version
    assert desk.aggregate.state is ContactState.ENQUIRY_AUTHORISED


def test_a_second_authorisation_is_refused() -> None:
    desk = _recorded()
    desk.do(acted(HANDLERS.authorise_enquiry, _asking(), MANAGER))
    with pytest.raises(EnquiryAlreadyAuthorisedError):
        desk.do(acted(HANDLERS.authorise_enquiry, _asking(reason="Again."), MANAGER))


@pytest.mark.rule("F2", "F4")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_policy_authorise(pack: Pack, role: Role) -> None:
    desk = _recorded(pack.council.id)
    change = acted(HANDLERS.authorise_enquiry, _asking(), person(role, council=pack.council.id))
    if role in pack.gate.roles:
        assert desk.do(change)
    else:
        with pytest.raises(NotEntitledError):
            desk.do(change)


def test_nobody_authorises_for_another_council() -> None:
    with pytest.raises(NotKnownError):
        _recorded("lewisham").do(acted(HANDLERS.authorise_enquiry, _asking(), MANAGER))


def test_nothing_is_authorised_that_nobody_recorded() -> None:
    with pytest.raises(NotKnownError):
        Desk(Contact, "c1").do(acted(HANDLERS.authorise_enquiry, _asking(), MANAGER))


@pytest.mark.rule("F3", "F4")
def test_the_reason_is_one_of_the_policy() -> None:
    with pytest.raises(ReasonNotInPolicyError, match="reason_code must be one of information"):
        _recorded().do(acted(HANDLERS.authorise_enquiry, _asking(reason_code="curiosity"), MANAGER))


@pytest.mark.rule("D12")
def test_an_override_needs_its_rationale_before_anything_leaves() -> None:
    overridden = {"status": "overridden"}
    with pytest.raises(NoLawfulBasisError):
        _recorded(consent=overridden).do(acted(HANDLERS.authorise_enquiry, _asking(), MANAGER))
    with_rationale = overridden | {"rationale": "Asking would put the child at risk."}
    (said,) = _recorded(consent=with_rationale).do(
        acted(HANDLERS.authorise_enquiry, _asking(), MANAGER)
    )
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.override_rationale_recorded


@pytest.mark.rule("F9")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
def test_an_enquiry_asks_the_mandatory_agencies(pack: Pack) -> None:
    manager = person(*pack.gate.roles, council=pack.council.id)
    desk = _recorded(pack.council.id)
    (said,) = desk.do(acted(HANDLERS.authorise_enquiry, _asking(), manager))
    assert isinstance(said, EnquiryAuthorised)
    assert said.agencies == pack.mandatory_agencies


@pytest.mark.rule("F11")
def test_an_agency_that_is_no_member_is_not_asked() -> None:
    form = _asking(extra_agencies=[{"agency": "weather-office", "reason": "Why not."}])
    with pytest.raises(AgencyNotInPolicyError, match="this council names none"):
        _recorded().do(acted(HANDLERS.authorise_enquiry, form, MANAGER))


@pytest.mark.rule("F10")
def test_a_further_agency_is_asked_for_a_reason_that_is_kept() -> None:
    havering = packs().of("havering")
    agencies = havering.model_dump()["agencies"]
    agencies["housing"]["has_gateway"] = True
    housing = Pack.model_validate(havering.model_dump() | {"agencies": agencies})
    handlers = IntakeHandlers(PolicyPacks({"havering": housing}))
    desk = _recorded()
    extra = {"agency": "housing", "reason": "The family was moved twice this year."}
    form = _asking(extra_agencies=[extra, extra, extra | {"agency": "housing"}])
    (said,) = desk.do(acted(handlers.authorise_enquiry, form, MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    assert said.agencies == (*havering.mandatory_agencies, "housing")
    kept = desk.aggregate.authorisation
    assert kept is not None
    assert kept.extra_reasons == {"housing": "The family was moved twice this year."}


def test_note_decision_twice_notes_one_outcome() -> None:
    desk = _recorded()
    decided = sample(DecisionRecorded, contact_id="c1", child_id="c1-1")
    assert not send_twice(desk, heard(HANDLERS.note_decision, decided))
    assert desk.aggregate.outcomes == {"c1-1": decided.outcome}


@pytest.mark.rule("J6")
def test_note_referrer_told_twice_keeps_the_first_time() -> None:
    desk = _recorded()
    delivered = sample(NoticeDelivered, contact_id="c1")
    assert not send_twice(desk, heard(HANDLERS.note_referrer_told, delivered))
    assert desk.aggregate.told_at == delivered.occurred_at


def test_note_referrer_not_told_twice_keeps_the_contact_open() -> None:
    desk = _recorded(children=[{}])
    desk.do(heard(HANDLERS.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    failed = sample(NoticeFailed, contact_id="c1")
    assert not send_twice(desk, heard(HANDLERS.note_referrer_not_told, failed))
    assert desk.aggregate.not_told_because == failed.reason
    assert desk.aggregate.state is ContactState.DECIDED


def test_told_before_decided_ends_in_the_same_state() -> None:
    desk = _recorded(children=[{}])
    desk.do(heard(HANDLERS.note_referrer_told, sample(NoticeDelivered)))
    desk.do(heard(HANDLERS.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    desk.do(heard(HANDLERS.note_referrer_not_told, sample(NoticeFailed)))
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.parametrize(
    "change",
    [
        heard(HANDLERS.note_decision, sample(DecisionRecorded)),
        heard(HANDLERS.note_referrer_told, sample(NoticeDelivered)),
        heard(HANDLERS.note_referrer_not_told, sample(NoticeFailed)),
    ],
)
def test_news_of_a_contact_nobody_recorded_is_refused(change: Any) -> None:
    with pytest.raises(NotKnownError):
        Desk(Contact, "c1").do(change)
