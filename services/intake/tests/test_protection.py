"""Protection first: ended by nobody alone, allocated whatever its way."""

from typing import Any

import pytest

from intake.domain.consent import CannotBeOverriddenError, ConsentPosition
from intake.domain.ending import Ended, Ending
from intake.domain.queue import Queue
from intake.domain.refusals import SignOffMissingError, StillLookingError
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate, GiveAdvice, Reroute, SignOffEnding
from mash_shared.messages.contact import ContactEnded, ContactReadyForDecision
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import NOW, acted, packs, send_twice
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotEntitledError,
    NotKnownError,
    Role,
)
from support.consenting import NOTE, overridden, override, position
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    found,
    fresh,
    indexed,
    recorded,
    staff,
)
from support.protecting import ENOUGH, HARM, HEAD, REFUSED, TEAM, WORRIES
from support.requests import NOTIFICATION, VIEW, answer, asked, do, of
from support.turns import AUTHORISED, SIGNPOSTED


def _signed(*, agrees: bool = True, by: Any = HEAD) -> Any:
    return acted(H.sign_off_ending, SignOffEnding(agrees=agrees, reason="I rang them."), by)


@pytest.mark.rule("D4", "D12", "D13", "X15")
def test_early_help_with_harm_and_a_refusal_goes_by_the_rule_of_protection() -> None:
    said = HARM | {"request_type": "early_help", "consent": REFUSED}
    desk = recorded(**said)
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    overridden(desk)
    said_of, *_ = desk.do(AUTHORISED)
    assert isinstance(said_of, EnquiryAuthorised)
    straight = recorded(**said)
    ready, *_ = straight.do(ENOUGH)
    assert isinstance(ready, ContactReadyForDecision)
    harmless = recorded(request_type="early_help", consent=REFUSED)
    with pytest.raises(CannotBeOverriddenError):
        overridden(harmless)


@pytest.mark.rule("C8", "E6")
@pytest.mark.parametrize("worry", WORRIES)
def test_nobody_ends_it_alone_whatever_way_it_came(worry: dict[str, Any]) -> None:
    desk = recorded(**worry)
    assert desk.do(SIGNPOSTED) == ()
    assert desk.aggregate.ending is None
    assert {Queue.SIGN_OFFS, Queue.ALLOCATION} <= desk.aggregate.waiting.keys()
    with pytest.raises(SignOffMissingError, match="Another manager"):
        desk.do(_signed(by=MANAGER))
    with pytest.raises(NotEntitledError):
        desk.do(_signed(by=SOCIAL_WORKER))
    said = desk.do(_signed())
    ending = desk.aggregate.ending
    assert ending is not None
    assert (ending.by, ending.signed_off_by) == (MANAGER.id, HEAD.id)
    assert bool(said) is desk.aggregate.is_referral
    assert all(isinstance(one, ContactEnded) for one in said)
    assert not {Queue.SIGN_OFFS, Queue.ALLOCATION} & desk.aggregate.waiting.keys()
    (signed,) = desk.aggregate.sign_offs
    assert (signed.agrees, signed.reason) == (True, "I rang them.")


@pytest.mark.rule("C8")
def test_no_code_of_ours_ends_it_without_a_sign_off_either() -> None:
    contact = recorded(urgency="red").aggregate
    with pytest.raises(SignOffMissingError, match="has to sign off"):
        contact.end(Ending(ended_as=Ended.ADVICE_GIVEN, by=MANAGER.id, at=NOW))


@pytest.mark.rule("C8")
def test_an_ending_that_a_manager_does_not_agree_to_does_not_happen() -> None:
    desk = recorded(urgency="red")
    with pytest.raises(NotKnownError):
        desk.do(_signed())
    desk.do(SIGNPOSTED)
    assert desk.do(_signed(agrees=False)) == ()
    contact = desk.aggregate
    assert (contact.ending, contact.proposed_ending) == (None, None)
    assert [one.agrees for one in contact.sign_offs] == [False]
    assert desk.do(AUTHORISED)


@pytest.mark.rule("C8", "E6")
@pytest.mark.parametrize("way", [AUTHORISED, ENOUGH])
def test_a_way_to_a_decision_overtakes_a_proposed_end(way: Any) -> None:
    desk = recorded(urgency="red")
    desk.do(SIGNPOSTED)
    desk.do(way)
    assert Queue.SIGN_OFFS not in desk.aggregate.waiting
    with pytest.raises(NotKnownError):
        desk.do(_signed())
    with pytest.raises(Exception, match="on its way to a decision"):
        desk.do(SIGNPOSTED)


@pytest.mark.rule("C8", "D4", "A14", "E7")
@pytest.mark.parametrize(
    ("change", "said", "ended"),
    [
        (
            acted(H.give_advice, GiveAdvice(advice="Ask them."), SOCIAL_WORKER),
            HARM | {"request_type": "consultation"},
            Ended.ADVICE_GIVEN,
        ),
        (acted(H.reroute, Reroute(**TEAM), SOCIAL_WORKER), HARM, Ended.REROUTED),
        (
            acted(H.reroute, Reroute(**TEAM | {"to": "kent"}), SOCIAL_WORKER),
            HARM,
            Ended.TRANSFERRED_TO_OTHER_LA,
        ),
    ],
)
def test_advice_and_rerouting_wait_for_a_manager(
    change: Any, said: dict[str, Any], ended: Ended
) -> None:
    desk = recorded(**said)
    desk.do(change)
    assert desk.aggregate.ending is None
    desk.do(_signed(by=MANAGER))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is ended


@pytest.mark.rule("C8", "D19")
@pytest.mark.parametrize("council", ["lewisham", "waltham-forest", "redbridge"])
def test_a_red_referral_without_explanation_goes_back_only_with_a_manager(council: str) -> None:
    by = staff(*packs().of(council).contact.triage_roles, council=council)
    head = staff(Role.HEAD_OF_MASH, council=council, id_="p-9")
    desk = recorded(council, urgency="red", consent={"status": "not_sought"})
    desk.do(acted(H.return_to_referrer, NOTE, by))
    assert desk.aggregate.ending is None
    assert Queue.SIGN_OFFS in desk.aggregate.waiting
    overrides = staff(*packs().of(council).consent.override_roles, council=council)
    desk.do(acted(H.override_consent, override(), overrides))
    assert position(desk) is ConsentPosition.OVERRIDDEN
    desk.do(_signed(by=head))
    assert desk.aggregate.ending is not None


@pytest.mark.rule("E1", "J4")
def test_a_question_about_harm_is_looked_up_first_and_has_its_full_record() -> None:
    said = HARM | {"request_type": "information"}
    with pytest.raises(StillLookingError):
        fresh(**said).do(SIGNPOSTED)
    known = fresh(**said)
    known.do(indexed(found()))
    with pytest.raises(Exception, match="whoever knows them"):
        known.do(SIGNPOSTED)
    desk = recorded(**said)
    desk.do(SIGNPOSTED)
    desk.do(_signed())
    assert Queue.RECORD_COMPLETION in desk.aggregate.waiting
    plain = recorded(request_type="information")
    plain.do(SIGNPOSTED)
    assert Queue.RECORD_COMPLETION not in plain.aggregate.waiting


@pytest.mark.rule("E6")
def test_harm_learnt_after_it_went_another_way_starts_the_time_for_allocation() -> None:
    desk = recorded(request_type="information")
    desk.do(SIGNPOSTED)
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    amended = AmendContact.model_validate({"why": "He said so.", "significant_harm": "yes"})
    desk.do(acted(H.amend_contact, amended, RECORDER))
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    assert Queue.ALLOCATION in desk.aggregate.waiting
    desk.do(acted(H.allocate, Allocate(social_worker="sw-4021"), MANAGER))
    assert Queue.ALLOCATION not in desk.aggregate.waiting


@pytest.mark.rule("E6")
def test_what_turns_out_to_be_no_harm_is_allocated_to_nobody() -> None:
    desk = recorded(**HARM)
    amended = AmendContact.model_validate({"why": "It was a game.", "significant_harm": "no"})
    desk.do(acted(H.amend_contact, amended, MANAGER))
    assert not desk.aggregate.is_protection
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    (clock,) = (c for c in desk.aggregate.clocks if c.kind is ClockKind.ALLOCATION)
    assert clock.state is ClockState.CANCELLED


@pytest.mark.rule("M7", "E6")
def test_an_answered_request_that_speaks_of_harm_waits_for_a_worker() -> None:
    request = {"kind": "probation_enquiry", "requester": "probation", "subject": "adult"}
    request |= {"mode": "enquiry"}
    desk = recorded(request_type="request_to_the_hub", request=request, **HARM)
    do(desk, "record_shared_information")
    answer(desk, children=[of(child, VIEW) for child in desk.aggregate.child_ids])
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.ANSWERED
    assert Queue.ALLOCATION in desk.aggregate.waiting
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None


@pytest.mark.rule("M10", "E6")
def test_what_is_only_told_of_harm_is_put_away_by_nobody_alone() -> None:
    desk = asked(NOTIFICATION, **HARM)
    do(desk, "record_shared_information")
    assert desk.aggregate.ending is None
    assert {Queue.SIGN_OFFS, Queue.ALLOCATION} <= set(desk.aggregate.waiting)
    desk.do(_signed(agrees=False))
    assert Queue.SIGN_OFFS not in desk.aggregate.waiting
    later = AmendContact.model_validate({"why": "Learnt later.", "circumstances": {"remand": None}})
    desk.do(acted(H.amend_contact, later, MANAGER))
    assert Queue.SIGN_OFFS not in desk.aggregate.waiting
    assert Queue.ALLOCATION in desk.aggregate.waiting


@pytest.mark.rule("C8")
def test_sign_off_ending_twice_ends_it_once() -> None:
    desk = recorded(urgency="red")
    desk.do(SIGNPOSTED)
    assert [type(one) for one in send_twice(desk, _signed())] == [ContactEnded]
