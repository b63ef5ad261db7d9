"""A contact: taken in once, authorised once, closed only when its referrer was told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain import (
    Authorisation,
    Contact,
    ContactAlreadyRecordedError,
    ContactState,
    EnquiryAlreadyAuthorisedError,
    NoLawfulBasisError,
    ReceivedInTheFutureError,
    UnknownChildError,
    child_ids,
    enquiry_of,
    lawful_basis,
    reference_of,
)
from mash_shared.people import Child, Consent, Family, Referrer
from mash_shared.testing import NOW
from mash_shared.vocabulary import (
    AgencyId,
    ConsentStatus,
    ContactId,
    NotKnownError,
    OutcomeKind,
    ReferrerKind,
)

CONSENT = Consent(status=ConsentStatus.GIVEN, given_by="mother")
AUTHORISATION = Authorisation(
    by="p-1",
    at=NOW,
    reason_code="need_unclear",
    reason="Nothing is known of the second adult.",
    enquiry_id=enquiry_of(ContactId("c1")),
    agencies=(AgencyId("police"),),
    extra_reasons={},
    coordinating_social_worker="Delphine Ashgrove",
    lawful_basis=lawful_basis(CONSENT, "havering/1.0+0"),
)


def _recorded(kind: ReferrerKind = ReferrerKind.PROFESSIONAL, children: int = 2) -> Contact:
    ids = child_ids("c1", children)
    contact = Contact(
        id="c1",
        family=Family(children=tuple(Child(child_id=child) for child in ids)),
        referrer=Referrer(kind=kind),
        consent=CONSENT,
    )
    contact.record(received_at=NOW - timedelta(minutes=20), recorded_at=NOW, by="p-1")
    return contact


@pytest.mark.rule("X4")
def test_a_contact_keeps_when_it_was_received_apart_from_when_it_was_typed() -> None:
    contact = _recorded()
    assert contact.recorded_at == NOW
    assert contact.received_at == NOW - timedelta(minutes=20)
    assert contact.recorded_by == "p-1"


@pytest.mark.rule("X4")
def test_a_contact_cannot_be_received_later_than_now() -> None:
    contact = Contact(id="c1")
    with pytest.raises(ReceivedInTheFutureError, match="received_at"):
        contact.record(received_at=NOW + timedelta(seconds=1), recorded_at=NOW, by="p-1")


def test_a_contact_received_this_very_moment_is_taken() -> None:
    contact = Contact(id="c1")
    contact.record(received_at=NOW, recorded_at=NOW, by="p-1")
    assert contact.is_recorded


def test_a_recorded_contact_is_not_recorded_over() -> None:
    Contact(id="c1").must_be_new()
    with pytest.raises(ContactAlreadyRecordedError):
        _recorded().must_be_new()


@pytest.mark.rule("A7")
def test_nothing_is_owed_to_an_anonymous_referrer() -> None:
    assert _recorded(ReferrerKind.ANONYMOUS).not_told_because == "anonymous"
    assert _recorded(ReferrerKind.PUBLIC).not_told_because is None


@pytest.mark.rule("F3")
def test_no_enquiry_is_the_default() -> None:
    contact = _recorded()
    assert contact.authorisation is None
    assert contact.state is ContactState.RECORDED


@pytest.mark.rule("T12")
def test_an_enquiry_is_authorised_once() -> None:
    contact = _recorded()
    contact.authorise_enquiry(AUTHORISATION)
    assert contact.state is ContactState.ENQUIRY_AUTHORISED
    with pytest.raises(EnquiryAlreadyAuthorisedError):
        contact.authorise_enquiry(replace(AUTHORISATION, by="p-2"))
    assert contact.authorisation == AUTHORISATION


def test_no_enquiry_for_a_contact_nobody_recorded() -> None:
    with pytest.raises(NotKnownError):
        Contact(id="c1").authorise_enquiry(AUTHORISATION)


@pytest.mark.rule("D12")
def test_an_override_of_consent_needs_its_rationale() -> None:
    contact = _recorded()
    contact.consent = Consent(status=ConsentStatus.OVERRIDDEN)
    with pytest.raises(NoLawfulBasisError, match="rationale"):
        contact.authorise_enquiry(AUTHORISATION)
    contact.consent = replace(contact.consent, rationale="Asking would put the child at risk.")
    contact.authorise_enquiry(AUTHORISATION)


@pytest.mark.parametrize("status", [s for s in ConsentStatus if s is not ConsentStatus.OVERRIDDEN])
def test_any_other_consent_needs_no_rationale(status: ConsentStatus) -> None:
    contact = _recorded()
    contact.consent = Consent(status=status)
    contact.authorise_enquiry(AUTHORISATION)
    assert contact.authorisation is not None


@pytest.mark.rule("D12")
def test_the_lawful_basis_says_whether_a_rationale_is_on_record() -> None:
    consent = Consent(status=ConsentStatus.OVERRIDDEN, rationale="Risk of harm.")
    basis = lawful_basis(consent, "havering/1.0+0")
    assert basis.override_rationale_recorded
    assert not lawful_basis(CONSENT, "havering/1.0+0").override_rationale_recorded
    assert basis.policy_version == "havering/1.0+0"
    assert basis.basis == "public_task"


def test_a_contact_is_decided_when_every_child_is() -> None:
    contact = _recorded()
    contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert contact.state is ContactState.RECORDED
    contact.record_outcome("c1-2", OutcomeKind.NO_FURTHER_ACTION)
    assert contact.state is ContactState.DECIDED


@pytest.mark.rule("J6")
def test_a_contact_is_closed_when_its_referrer_is_told() -> None:
    contact = _recorded(children=1)
    contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    contact.record_told(NOW)
    assert contact.state is ContactState.CLOSED


@pytest.mark.rule("J6")
def test_a_contact_whose_referrer_could_not_be_told_stays_open() -> None:
    contact = _recorded(children=1)
    contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    contact.record_not_told("no_email_address")
    assert contact.state is ContactState.DECIDED
    contact.record_told(NOW)
    assert contact.state is ContactState.CLOSED


@pytest.mark.rule("A7")
def test_a_contact_of_an_anonymous_referrer_is_closed_when_decided() -> None:
    contact = _recorded(ReferrerKind.ANONYMOUS, children=1)
    contact.record_outcome("c1-1", OutcomeKind.NO_FURTHER_ACTION)
    assert contact.state is ContactState.CLOSED


def test_news_in_any_order_ends_in_the_same_state() -> None:
    contact = _recorded(children=1)
    contact.record_told(NOW)
    assert contact.state is ContactState.RECORDED
    contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert contact.state is ContactState.CLOSED
    contact.authorise_enquiry(AUTHORISATION)
    assert contact.state is ContactState.CLOSED


@pytest.mark.rule("I5")
def test_a_decision_for_a_child_of_another_contact_is_never_attached() -> None:
    contact = Contact(id="c1")
    with pytest.raises(UnknownChildError):
        contact.record_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert contact.outcomes == {}


@pytest.mark.rule("S24")
@settings(deadline=None)
@given(st.uuids(), st.uuids())
def test_a_reference_is_short_stable_and_says_nothing_of_the_id(one: object, other: object) -> None:
    reference = reference_of(str(one), "waltham-forest")
    assert reference == reference_of(str(one), "waltham-forest")
    assert reference.startswith("WAL-")
    assert len(reference) == len("WAL-XXXXX-XXXXX")
    assert (reference == reference_of(str(other), "waltham-forest")) == (one == other)
    assert not set("ILOU") & set(reference[4:])
