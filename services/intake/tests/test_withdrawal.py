"""Consent that is lost: taken back, not there after all, or a family that must not know."""

from typing import Any

import pytest

from intake.api.beside import INFORMED
from intake.api.parts import shown
from intake.domain.consent import ConsentPosition, NothingToWithdrawError
from intake.domain.contact import Contact
from intake.forms.contact import AmendContact
from intake.forms.gate import SendForDecision
from mash_shared.messages.contact import ChildAllegedToHarm, ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import ClockKind, ClockState
from support.consenting import NOTE, overridden, position, says, withdraw
from support.front_door import GIVEN, MANAGER, RECORDER, asking, recorded
from support.front_door import HANDLERS as H


@pytest.mark.rule("D15")
def test_consent_taken_back_stops_an_enquiry_that_is_out_unless_it_is_overridden() -> None:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    said, *_ = withdraw(desk)
    assert isinstance(said, EnquiryAmended)
    assert not said.may_ask
    assert said.enquiry_id == "enq-c1"
    by_manager = overridden(recorded())
    by_manager.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert all(one.may_ask for one in withdraw(by_manager) if isinstance(one, EnquiryAmended))
    assert position(by_manager) is ConsentPosition.OVERRIDDEN
    assert withdraw(recorded()) == ()


@pytest.mark.rule("D15")
@pytest.mark.parametrize("status", ["refused", "informed_only", "not_sought"])
def test_to_record_that_there_is_no_consent_stops_an_enquiry_too(status: str) -> None:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    said, *_ = says(desk, status=status)
    assert isinstance(said, EnquiryAmended)
    assert not said.may_ask
    assert says(desk, status=status) == ()
    assert says(recorded(), status=status) == ()


@pytest.mark.rule("D2", "D15")
def test_a_correction_of_who_referred_may_stop_an_enquiry() -> None:
    desk = recorded(referrer={"kind": "public"}, consent={"status": "not_expected"})
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    amended = AmendContact.model_validate(
        {"why": "A teacher rang.", "referrer": {"kind": "professional"}}
    )
    said = desk.do(acted(H.amend_contact, amended, RECORDER))
    assert any(isinstance(one, EnquiryAmended) and not one.may_ask for one in said)


@pytest.mark.rule("D8", "J5")
def test_a_family_that_is_not_to_be_informed_is_not_talked_to() -> None:
    desk = recorded()
    says(desk, status="not_sought", do_not_inform="serious_crime")
    referrer, family = desk.aggregate.tasks
    assert referrer.is_open
    assert family.done is not None
    assert family.done.called_off
    clocks = {clock.of: clock.state for clock in desk.aggregate.clocks if clock.of}
    assert clocks["talk_to_family.family"] is ClockState.CANCELLED
    assert clocks["talk_to_referrer.referrer"] is ClockState.OPEN


@pytest.mark.rule("D15")
@pytest.mark.parametrize(
    ("council", "service", "kind", "then"),
    [
        ("havering", "early_help", "professional", ConsentPosition.MUST_RETURN),
        ("havering", "child_in_need", "professional", ConsentPosition.MAY_RETURN),
        ("havering", "child_protection", "professional", ConsentPosition.MUST_OVERRIDE),
        ("lewisham", "child_protection", "professional", ConsentPosition.MUST_OVERRIDE),
        ("havering", "early_help", "public", ConsentPosition.MUST_OVERRIDE),
    ],
)
def test_once_consent_is_taken_back_no_explanation_lets_an_enquiry_out(
    council: str, service: str, kind: str, then: ConsentPosition
) -> None:
    given = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
    given |= {"explanation": "They were away all week."}
    desk = recorded(council, consent=given, request_type=service, referrer={"kind": kind})
    withdraw(desk)
    (withdrawn,) = desk.aggregate.consent.withdrawals
    assert (withdrawn.note, withdrawn.at) == (NOTE.note, NOW)
    assert position(desk) is then
    with pytest.raises(NothingToWithdrawError):
        withdraw(desk)
    says(desk, council, **given)
    assert position(desk) is ConsentPosition.GIVEN


def test_consent_that_was_not_given_cannot_be_taken_back() -> None:
    with pytest.raises(NothingToWithdrawError):
        withdraw(recorded(consent={"status": "refused"}))
    alleged = Desk(Contact, "c1a1")
    alleged.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="c1a1")))
    with pytest.raises(NothingToWithdrawError):
        withdraw(alleged)


@pytest.mark.rule("D12", "D15")
def test_no_explanation_lifts_a_withdrawal_and_it_stays_on_record() -> None:
    given = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
    desk = recorded("lewisham", consent=given)
    withdraw(desk)
    says(desk, "lewisham", status="refused", explanation="She rang.")
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    says(desk, "lewisham", **given)
    assert position(desk) is ConsentPosition.GIVEN
    assert [one.note for one in desk.aggregate.consent.withdrawals] == [NOTE.note]


@pytest.mark.rule("D12", "D15")
def test_a_manager_may_override_after_an_enquiry_was_stopped() -> None:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    withdraw(desk)
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    assert position(overridden(desk)) is ConsentPosition.OVERRIDDEN


@pytest.mark.rule("D3")
def test_consent_counts_when_it_is_known_who_gave_it() -> None:
    desk = recorded(consent={"status": "given"})
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    says(desk, status="given", given_by="parent")
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    says(desk, status="given", given_by="parent", given_by_name="Orla Fenwick")
    assert position(desk) is ConsentPosition.GIVEN


@pytest.mark.rule("D3")
@pytest.mark.parametrize(
    ("child", "may"),
    [
        ({"date_of_birth": "2014-03-11"}, True),
        ({"date_of_birth": "2014-03-12"}, False),
        ({"date_of_birth": "2014-02"}, True),
        ({"date_of_birth": "2014-03"}, False),
        ({"date_of_birth": "2013"}, True),
        ({"date_of_birth": "2014"}, False),
        ({"date_of_birth": "2014-02-30"}, False),
        ({"date_of_birth": "9990000018"}, False),
        ({"date_of_birth": "9999-12"}, False),
        ({"date_of_birth": "last May"}, False),
        ({"date_of_birth": "2010", "unborn": True}, False),
        ({}, False),
    ],
)
def test_a_child_consents_where_surely_old_enough_on_the_day_of_receipt(
    child: dict[str, Any], *, may: bool
) -> None:
    own = {"status": "given", "given_by": "child", "given_by_name": "Tobias"}
    desk = recorded(consent=own, children=[child])
    assert (position(desk) is ConsentPosition.GIVEN) is may
    younger = recorded(consent=own, children=[child, {"date_of_birth": "2019"}])
    assert position(younger) is ConsentPosition.MUST_OVERRIDE


@pytest.mark.rule("D4")
def test_early_help_on_its_way_to_a_decision_is_barred_while_consent_is_lost() -> None:
    desk = recorded(request_type="early_help")
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    (said,) = withdraw(desk)
    assert isinstance(said, ContactWorkOutstanding)
    assert [(one.outstanding, one.before_any_decision) for one in said.children] == [((), ())] * 2
    assert all(one.without_consent_to_service for one in said.children)
    assert says(desk, **GIVEN | {"consent_to_service": "unknown"}) == ()
    (said,) = says(desk, **GIVEN)
    assert isinstance(said, ContactWorkOutstanding)
    assert not any(one.without_consent_to_service for one in said.children)


@pytest.mark.rule("D8", "J5")
def test_a_family_that_may_be_informed_after_all_is_talked_to() -> None:
    desk = recorded(consent={"status": "not_sought"})
    says(desk, status="not_sought", do_not_inform="serious_crime")
    says(desk, status="given", given_by="parent", given_by_name="Orla Fenwick")
    family = desk.aggregate.tasks[-1]
    assert family.is_open
    assert desk.aggregate.clock(ClockKind.TASK, family.task_id) is not None


@pytest.mark.rule("D5")
def test_every_wait_for_a_talk_with_the_family_is_kept() -> None:
    desk = recorded(consent={"status": "refused"}, request_type="child_in_need")
    wait = acted(H.return_for_discussion, NOTE, MANAGER)
    for _ in range(2):
        desk.do(wait)
        says(desk, status="not_possible")
    assert [pause.ended_at for pause in desk.aggregate.pauses] == [NOW, NOW]


@pytest.mark.rule("D6")
def test_a_professional_is_asked_whether_the_family_was_informed() -> None:
    desk = recorded(consent={"status": "refused"})
    assert INFORMED in shown(desk.aggregate, 1, packs(), {}, whole=True).still_wanted
    says(desk, status="refused", informed={"by": "The school"})
    assert INFORMED not in shown(desk.aggregate, 1, packs(), {}, whole=True).still_wanted


@pytest.mark.rule("D20")
@pytest.mark.parametrize(
    ("council", "said", "advised"),
    [
        ("lewisham", {"consent": {"status": "refused"}}, True),
        ("lewisham", {}, False),
        ("lewisham", {"consent": {"status": "refused"}, "referrer": {"kind": "public"}}, False),
        ("havering", {"consent": {"status": "refused"}}, False),
    ],
)
def test_a_professional_in_doubt_about_consent_is_given_the_number(
    council: str, said: dict[str, Any], *, advised: bool
) -> None:
    desk = recorded(council, **said)
    advice = shown(desk.aggregate, 1, packs(), {}, whole=True).consent_advice
    telephone = packs().of(council).consent.in_doubt_telephone
    assert advice == (f"In doubt about consent, ring {telephone}." if advised else None)
