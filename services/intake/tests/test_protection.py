"""Protection first: never stopped by consent, ended by nobody alone, allocated whatever its way."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.consent import CannotBeOverriddenError, NoConsentError, Position
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.queue import Queue
from intake.domain.refusals import SignOffMissingError, StillLookingError
from intake.domain.task import TaskKind
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate, GiveAdvice, Reroute, SignOffEnding, Signpost
from intake.forms.gate import SendForDecision
from intake.forms.task import CompleteTask
from intake.handlers import IntakeHandlers
from mash_shared.messages.contact import ContactEnded, ContactReadyForDecision
from mash_shared.messages.enquiry import ConsentWithdrawn, EnquiryAuthorised
from mash_shared.policy import PolicyPacks
from mash_shared.policy.consent import Expectation, WithoutConsent
from mash_shared.testing import Desk, acted, packs
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotEntitledError,
    NotInPolicyError,
    NotKnownError,
    NotYetError,
    Role,
)
from support.consenting import NOTE, overridden, override, position, says, withdraw
from support.front_door import (
    GIVEN,
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    found,
    fresh,
    indexed,
    recorded,
    staff,
)
from support.front_door import HANDLERS as H

REFUSED = {"status": "refused"}
MILD = {"consent": Expectation.NOT_EXPECTED, "without": WithoutConsent.PROCEED}
HEAD = staff(Role.HEAD_OF_MASH)
HARM: dict[str, Any] = {"significant_harm": "yes"}
WORRIES: list[dict[str, Any]] = [
    HARM,
    {"immediate_danger": True},
    {"urgency": "red"},
    {"request_type": "child_protection"},
    HARM | {"request_type": "consultation"},
    HARM | {"request_type": "information"},
]
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="It is clear."), MANAGER)
AUTHORISED = acted(H.authorise_enquiry, asking(), MANAGER)
SIGNPOSTED = acted(H.signpost, Signpost(to="Library"), MANAGER)
TEAM = {"to": "Team 4", "acknowledged_by": "duty manager"}
PAUSED = acted(H.return_for_discussion, NOTE, SOCIAL_WORKER)


def _signed(*, agrees: bool = True, by: Any = HEAD) -> Any:
    return acted(H.sign_off_ending, SignOffEnding(agrees=agrees, reason="I rang them."), by)


@pytest.mark.rule("D4", "D12", "D13", "X15")
def test_early_help_with_harm_and_a_refusal_goes_by_the_rule_of_protection() -> None:
    said = HARM | {"request_type": "early_help", "consent": REFUSED}
    desk = recorded(**said)
    assert position(desk) is Position.MUST_OVERRIDE
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
            acted(H.reroute, Reroute(**TEAM, other_authority=True), SOCIAL_WORKER),
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
    assert position(desk) is Position.OVERRIDDEN
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
def test_harm_learnt_after_it_was_sent_straight_starts_the_time_for_allocation() -> None:
    desk = recorded()
    desk.do(ENOUGH)
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    amended = AmendContact.model_validate({"why": "He said so.", "significant_harm": "yes"})
    desk.do(acted(H.amend_contact, amended, RECORDER))
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    assert Queue.ALLOCATION in desk.aggregate.waiting
    desk.do(acted(H.allocate, Allocate(social_worker="Delphine Ashgrove"), MANAGER))
    assert Queue.ALLOCATION not in desk.aggregate.waiting


@pytest.mark.rule("E6")
def test_what_turns_out_to_be_no_harm_is_allocated_to_nobody() -> None:
    desk = recorded(**HARM)
    amended = AmendContact.model_validate({"why": "It was a game.", "significant_harm": "no"})
    desk.do(acted(H.amend_contact, amended, RECORDER))
    assert not desk.aggregate.is_protection
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    (clock,) = (c for c in desk.aggregate.clocks if c.kind is ClockKind.ALLOCATION)
    assert clock.state is ClockState.CANCELLED


@pytest.mark.rule("M7", "E6")
def test_an_answered_request_that_speaks_of_harm_waits_for_a_worker() -> None:
    request = {"kind": "probation_enquiry", "requester": "probation", "subject": "adult"}
    request |= {"mode": "notification"}
    desk = recorded(request_type="request_to_the_hub", request=request, **HARM)
    for task in [one for one in desk.aggregate.tasks if one.kind is TaskKind.DUTY]:
        done = CompleteTask(task_id=task.task_id, note="Done.")
        desk.do(acted(H.complete_task, done, SOCIAL_WORKER))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.ANSWERED
    assert Queue.ALLOCATION in desk.aggregate.waiting
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None


@pytest.mark.rule("D12", "D15")
def test_loss_of_consent_stops_no_enquiry_about_protection_and_asks_for_an_override() -> None:
    desk = recorded(urgency="red")
    desk.do(AUTHORISED)
    assert not [one for one in withdraw(desk) if isinstance(one, ConsentWithdrawn)]
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


@pytest.mark.rule("D4", "E7")
@pytest.mark.parametrize(
    ("consent", "goes"),
    [
        (REFUSED, False),
        (GIVEN | {"consent_to_service": "no"}, False),
        (GIVEN | {"consent_to_service": "unknown"}, False),
        (GIVEN, True),
    ],
)
def test_nothing_is_rerouted_to_early_help_without_consent_to_it(
    consent: dict[str, str], *, goes: bool
) -> None:
    to_early_help = acted(H.reroute, Reroute(**TEAM, service="early_help"), SOCIAL_WORKER)
    unnamed = acted(H.reroute, Reroute(**TEAM), SOCIAL_WORKER)
    for asked, change in (("child_in_need", to_early_help), ("early_help", unnamed)):
        desk = recorded(request_type=asked, consent=consent)
        if goes:
            assert desk.do(change)
            continue
        with pytest.raises(NoConsentError, match="always needs consent"):
            desk.do(change)
    assert recorded(request_type="child_in_need", consent=consent).do(unnamed)
    public = {"referrer": {"kind": "public"}, "consent": {"status": "not_expected"}}
    assert recorded(request_type="early_help", **public).do(unnamed)
    with pytest.raises(NotInPolicyError, match="service"):
        desk.do(acted(H.reroute, Reroute(**TEAM, service="tea"), SOCIAL_WORKER))


@pytest.mark.rule("D12", "O11", "T10")
def test_consent_is_weighed_at_the_gate_by_the_policy_that_the_envelope_names() -> None:
    """What was recorded under a milder policy does not pass under a stricter one."""
    strict = packs().of("havering")
    mild_rules = tuple(rule.model_copy(update=MILD) for rule in strict.consent.rules)
    consent = strict.consent.model_copy(update={"rules": mild_rules})
    mild = strict.model_copy(update={"consent": consent})
    before = IntakeHandlers(replace(packs(), packs={"havering": mild}))
    desk: Desk[Contact] = recorded(consent={"status": "not_sought"}, handlers=before)
    assert position(desk) is Position.NOT_EXPECTED
    with pytest.raises(NoConsentError):
        desk.do(AUTHORISED)
    overridden(desk)
    said, *_ = desk.do(AUTHORISED)
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.policy_version == strict.version
    assert isinstance(before.packs, PolicyPacks)
