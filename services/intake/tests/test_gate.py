"""The gate: who lets an enquiry out, about which contacts, to whom, and with what in it."""

from typing import Any

import pytest
from pydantic import ValidationError

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.family import family_of
from intake.domain.progress import ContactState
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    AlreadyEndedError,
    NotAChildConcernError,
    RoutedError,
    StillLookingError,
)
from intake.forms.ending import Signpost
from intake.forms.gate import AuthoriseEnquiry, SendForDecision
from intake.handlers import IntakeHandlers
from mash_shared.messages.contact import ContactReadyForDecision
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import (
    NotEntitledError,
    NotInPolicyError,
    NotKnownError,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    asking,
    found,
    fresh,
    known,
    recorded,
    staff,
)

COUNCILS = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
FIVE = ["domestic-abuse", "education", "health", "police", "probation"]
# where no gate is needed, whoever triages does both (F4)
GATE = {
    "havering": {Role.MASH_MANAGER},
    "lewisham": {Role.SOCIAL_WORKER, Role.MASH_MANAGER, Role.HEAD_OF_MASH},
    "redbridge": {Role.HEAD_OF_MASH},
    "waltham-forest": {Role.MASH_MANAGER},
}
GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
ENOUGH = SendForDecision(reason="The school's account is clear.")


def _authorise(desk: Desk[Contact], **changes: Any) -> EnquiryAuthorised:
    (said,) = desk.do(acted(H.authorise_enquiry, asking(**changes), MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    return said


def _decide(desk: Desk[Contact]) -> None:
    desk.do(acted(H.send_for_decision, ENOUGH, MANAGER))


@pytest.mark.rule("F3")
def test_no_enquiry_is_the_default() -> None:
    contact = recorded().aggregate
    assert contact.authorisation is None
    assert contact.state is ContactState.RECORDED


@pytest.mark.rule("F2", "F3", "F4", "O12")
@COUNCILS
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_policy_let_an_enquiry_out_or_send_a_contact_past_it(
    pack: Pack, role: Role
) -> None:
    by = staff(role, council=pack.council.id)
    for change in (
        acted(H.authorise_enquiry, asking(), by),
        acted(H.send_for_decision, ENOUGH, by),
    ):
        desk = recorded(pack.council.id)
        if role in GATE[pack.council.id]:
            assert desk.do(change)
            continue
        with pytest.raises(NotEntitledError, match=r"may (authorise|send)"):
            desk.do(change)
        assert not desk.aggregate.is_on_its_way


@pytest.mark.rule("O15")
def test_nobody_authorises_for_another_council_or_what_nobody_recorded() -> None:
    for desk in (recorded("lewisham"), Desk(Contact, "c1")):
        with pytest.raises(NotKnownError):
            _authorise(desk)


@pytest.mark.rule("F1", "F3", "F4")
@COUNCILS
def test_an_enquiry_has_a_reason_that_the_policy_names(pack: Pack) -> None:
    by = staff(*pack.gate.roles, council=pack.council.id)
    desk = recorded(pack.council.id)
    with pytest.raises(NotInPolicyError, match="reason_code must be one of information"):
        desk.do(acted(H.authorise_enquiry, asking(reason_code="curiosity"), by))
    for code in ("need_unclear", "risk_unclear", "information_insufficient"):
        assert recorded(pack.council.id).do(
            acted(H.authorise_enquiry, asking(reason_code=code), by)
        )


@pytest.mark.rule("C11", "F6", "F7")
@pytest.mark.parametrize("field", ["reason", "reason_code", "coordinating_social_worker"])
def test_an_enquiry_says_why_it_is_needed_and_who_coordinates_it(field: str) -> None:
    without = asking().model_dump(exclude={field})
    for said in (without, without | {field: " "}):
        with pytest.raises(ValidationError):
            AuthoriseEnquiry.model_validate(said)


@pytest.mark.rule("C11", "F3", "F6", "T12")
def test_who_let_the_enquiry_out_and_why_is_kept() -> None:
    desk = recorded()
    said = _authorise(desk)
    assert (kept := desk.aggregate.authorisation)
    assert (kept.by, kept.at, kept.enquiry_id) == (MANAGER.id, NOW, said.enquiry_id)
    assert (kept.reason_code, kept.reason) == ("need_unclear", asking().reason)
    assert said.coordinating_social_worker == kept.coordinating_social_worker
    assert (said.received_at, said.occurred_at) == (RECEIVED, NOW)
    assert desk.aggregate.state is ContactState.ENQUIRY_AUTHORISED


@pytest.mark.rule("T10", "D12")
def test_an_enquiry_carries_its_lawful_basis() -> None:
    said = _authorise(recorded())
    assert said.lawful_basis.basis == "public_task"
    assert said.lawful_basis.consent_status == "given"
    assert said.lawful_basis.policy_version == packs().of("havering").version
    assert not said.lawful_basis.override_rationale_recorded


@pytest.mark.rule("F9", "X6")
@COUNCILS
def test_an_enquiry_asks_the_five_agencies_without_their_being_named(pack: Pack) -> None:
    by = staff(*pack.gate.roles, council=pack.council.id)
    (said,) = recorded(pack.council.id).do(acted(H.authorise_enquiry, asking(), by))
    assert isinstance(said, EnquiryAuthorised)
    assert sorted(said.agencies) == FIVE


@pytest.mark.rule("F11")
@pytest.mark.parametrize("agency", ["weather-office", "camhs", "police"])
def test_an_agency_that_is_no_optional_member_is_no_extra(agency: str) -> None:
    extra = {"agency": agency, "reason": "Why not."}
    with pytest.raises(NotInPolicyError, match="must be one of childrens-services, housing"):
        _authorise(recorded(), extra_agencies=[extra])


@pytest.mark.rule("F10")
def test_a_further_agency_is_asked_once_for_a_reason_that_is_kept() -> None:
    havering = packs().of("havering")
    agencies = havering.model_dump()["agencies"]
    agencies["housing"]["has_gateway"] = True
    housing = Pack.model_validate(havering.model_dump() | {"agencies": agencies})
    handlers = IntakeHandlers(PolicyPacks({"havering": housing}))
    desk = recorded()
    extra = {"agency": "housing", "reason": "The family was moved twice this year."}
    form = asking(extra_agencies=[extra, extra])
    (said,) = desk.do(acted(handlers.authorise_enquiry, form, MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    assert said.agencies == (*havering.mandatory_agencies, "housing")
    kept = desk.aggregate.authorisation
    assert kept is not None
    assert kept.extra_reasons == {"housing": "The family was moved twice this year."}
    for unexplained in ({"agency": "housing"}, {"agency": "housing", "reason": ""}):
        with pytest.raises(ValidationError):
            asking(extra_agencies=[unexplained])


@pytest.mark.rule("F14", "B8", "B9", "B10")
def test_agencies_are_given_the_family_and_nothing_of_what_else_was_said() -> None:
    secret = {"ethnicity": "secret", "first_language": "secret", "religion": "secret"}
    child = secret | {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"}
    child |= {"special_needs": "secret", "communication_means": "secret", "address": "secret"}
    adult = secret | {"full_name": "Orla Fenwick", "date_of_birth": "1988", "address": "secret"}
    desk = recorded(
        children=[child | {"vulnerabilities": ["secret"], "nhs_number": "9990000026"}],
        household=[adult],
        parental_responsibility=[{"full_name": "secret"}],
        alleged_perpetrators=[{"full_name": "secret", "whereabouts": "secret"}],
        address="4 Quarry Lane, Hornchurch",
        referrer={"kind": "professional", "full_name": "secret", "knowledge": "secret"},
        consent=GIVEN
        | {"consent_to_service": "yes"}
        | dict.fromkeys(("given_by_name", "explanation"), "secret"),
        circumstances={"young_carer": {"cared_for": "secret"}},
    )
    said = _authorise(desk)
    assert "secret" not in said.model_dump_json()
    assert said.family == family_of(desk.aggregate.facts, desk.aggregate.child_ids)
    (shared,) = said.family.children
    assert (shared.child_id, shared.nhs_number) == ("c1-1", "9990000026")
    assert said.family.household[0].full_name == "Orla Fenwick"


@pytest.mark.rule("T12", "I3")
def test_a_contact_goes_to_a_decision_once_by_an_enquiry_or_without() -> None:
    enquiry, straight = recorded(), recorded()
    _authorise(enquiry)
    _decide(straight)
    for desk in (enquiry, straight):
        for again in (_authorise, _decide):
            with pytest.raises(AlreadyAuthorisedError):
                again(desk)


@pytest.mark.rule("F3")
def test_what_is_known_can_be_enough_to_decide_on_at_once() -> None:
    desk = recorded()
    (said,) = desk.do(acted(H.send_for_decision, ENOUGH, MANAGER))
    assert isinstance(said, ContactReadyForDecision)
    assert (said.received_at, said.child_ids) == (RECEIVED, ("c1-1", "c1-2"))
    sent = desk.aggregate.sent_for_decision
    assert sent is not None
    assert (sent.by, sent.at, sent.reason) == (MANAGER.id, NOW, ENOUGH.reason)
    assert desk.aggregate.state is ContactState.SENT_FOR_DECISION


def _ended() -> Desk[Contact]:
    desk = recorded()
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    return desk


@pytest.mark.rule("A14", "E1", "E3", "X7")
@pytest.mark.parametrize("way", [_authorise, _decide])
def test_contacts_that_go_another_way_lead_to_no_enquiry(way: Any) -> None:
    closed = {"status": CaseStatus.CLOSED, "closed_at": NOW, "team": "Assessment team 2"}
    for desk, why in (
        (_ended(), AlreadyEndedError),
        (recorded(request_type="consultation"), NotAChildConcernError),
        (recorded(request_type="information"), NotAChildConcernError),
        (fresh(), StillLookingError),
        (known(found()), RoutedError),
        (known(found(**closed)), RoutedError),
    ):
        with pytest.raises(why):
            way(desk)
