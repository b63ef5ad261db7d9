"""Consent never stops protection, and what rests on consent is not given without it (D)."""

from dataclasses import replace

import pytest

from intake.domain.consent import ConsentPosition, NoConsentError
from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.forms.contact import AmendContact
from intake.forms.gate import SendForDecision
from intake.handlers import IntakeHandlers
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.policy import PolicyPacks
from mash_shared.testing import Desk, acted, packs
from mash_shared.vocabulary import (
    NotYetError,
    Role,
)
from support.consenting import overridden, position, says, withdraw
from support.front_door import HANDLERS as H
from support.front_door import (
    RECORDER,
    indexed,
    recorded,
    staff,
)
from support.protecting import ENOUGH, MILD, PAUSED, REFUSED
from support.turns import AUTHORISED


@pytest.mark.rule("D12", "D15")
def test_loss_of_consent_stops_no_enquiry_about_protection_and_asks_for_an_override() -> None:
    desk = recorded(urgency="red")
    desk.do(AUTHORISED)
    assert all(one.may_ask for one in withdraw(desk) if isinstance(one, EnquiryAmended))
    assert desk.aggregate.stopped_at is None
    assert Queue.CONSENT in desk.aggregate.waiting
    overridden(desk)
    assert Queue.CONSENT not in desk.aggregate.waiting


@pytest.mark.rule("D8", "D9", "D11")
def test_agencies_learn_that_the_family_must_not_know_and_nobody_is_sent_to_talk_to_it() -> None:
    secret = {"status": "not_possible", "do_not_inform": "risk_to_a_person"}
    desk = overridden(recorded(urgency="red", consent=secret))
    said, *_ = desk.do(AUTHORISED)
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.do_not_inform == "risk_to_a_person"
    asked = recorded(request_type="child_in_need", consent=secret)
    with pytest.raises(Exception, match="nobody talks to it first"):
        asked.do(PAUSED)


@pytest.mark.rule("D5")
def test_what_waits_for_a_talk_with_the_family_is_not_sent_for_decision_meanwhile() -> None:
    desk = recorded(request_type="child_in_need", consent=REFUSED)
    desk.do(PAUSED)
    with pytest.raises(NotYetError, match="talking to the family"):
        desk.do(ENOUGH)
    amended = AmendContact.model_validate({"why": "He said so.", "significant_harm": "yes"})
    desk.do(acted(H.amend_contact, amended, RECORDER))
    desk.do(indexed())
    assert desk.do(ENOUGH)
    assert desk.aggregate.pause is None


@pytest.mark.rule("D19")
def test_nothing_but_protection_is_decided_on_without_a_word_of_explanation() -> None:
    by = staff(Role.MASH_MANAGER, council="lewisham")
    sent = acted(H.send_for_decision, SendForDecision(reason="Clear."), by)
    unasked = {"status": "not_sought"}
    desk = recorded("lewisham", consent=unasked)
    with pytest.raises(NoConsentError, match="nobody has explained why"):
        desk.do(sent)
    says(desk, "lewisham", **unasked, explanation="They were on holiday.")
    assert desk.do(sent)
    assert recorded("lewisham", consent=unasked, urgency="red").do(sent)


@pytest.mark.rule("D12", "O11", "T10")
def test_consent_is_weighed_at_the_gate_by_the_policy_that_the_envelope_names() -> None:
    """What was recorded under a milder policy does not pass under a stricter one."""
    strict = packs().of("havering")
    mild_rules = tuple(rule.model_copy(update=MILD) for rule in strict.consent.rules)
    consent = strict.consent.model_copy(update={"rules": mild_rules})
    mild = strict.model_copy(update={"consent": consent})
    before = IntakeHandlers(replace(packs(), packs={"havering": mild}))
    desk: Desk[Contact] = recorded(consent={"status": "not_sought"}, handlers=before)
    assert position(desk) is ConsentPosition.NOT_EXPECTED
    with pytest.raises(NoConsentError):
        desk.do(AUTHORISED)
    overridden(desk)
    said, *_ = desk.do(AUTHORISED)
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.policy_version == strict.version
    assert isinstance(before.packs, PolicyPacks)
