"""Consent: what it takes to go on, what a manager may decide, and what the family takes back."""

from typing import Any

import pytest

from intake.domain.consent import (
    CannotBeOverriddenError,
    ConsentPosition,
    NoConsentError,
)
from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError, RoutedError
from intake.forms.contact import AmendContact
from intake.forms.gate import SendForDecision
from mash_shared.messages.contact import ContactEnded
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import (
    ConsentStatus,
    NotEntitledError,
    ReferrerKind,
    Role,
)
from support.consenting import NOTE, override, position, says
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    found,
    indexed,
    recorded,
    staff,
)

REFUSED = {"status": "refused"}
UNASKED = {"status": "not_sought"}
SAID = [status for status in ConsentStatus if status is not ConsentStatus.OVERRIDDEN]
ASKED = [
    (pack.council.id, asked, kind)
    for pack in packs()
    for asked in (None, *pack.contact.request_types)
    if pack.path_of(asked) is Path.CHILD_CONCERN
    for kind in ReferrerKind
]
HAVERING = {
    "early_help": ConsentPosition.MUST_RETURN,
    "child_in_need": ConsentPosition.MAY_RETURN,
}
ENOUGH = SendForDecision(reason="The school's account is clear.")


def _without(service: str | None = None, **changes: Any) -> Desk[Contact]:
    return recorded(consent=REFUSED, request_type=service, **changes)


@pytest.mark.rule("D1", "D2", "D4", "D5", "D15", "D19", "X9")
@pytest.mark.parametrize(("council", "asked", "kind"), ASKED)
def test_where_a_contact_stands_follows_from_referrer_service_and_council(
    council: str, asked: str | None, kind: ReferrerKind
) -> None:
    service = packs().of(council).service_of(asked)
    needed, refused = ConsentPosition.MUST_EXPLAIN, ConsentPosition.MUST_OVERRIDE
    if council == "havering":
        needed = HAVERING.get(service, ConsentPosition.MUST_OVERRIDE)
    if kind is not ReferrerKind.PROFESSIONAL:
        needed = ConsentPosition.NOT_EXPECTED
    elif council == "havering":
        refused = needed
    desk = recorded(council, request_type=asked, referrer={"kind": kind}, consent=REFUSED)
    assert position(desk) is refused
    for status in SAID:
        says(desk, council, status=status, given_by="parent", given_by_name="Orla Fenwick")
        known = {ConsentStatus.GIVEN: ConsentPosition.GIVEN, ConsentStatus.REFUSED: refused}
        assert position(desk) is known.get(status, needed), status


@pytest.mark.rule("D2")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
@pytest.mark.parametrize("kind", [ReferrerKind.PUBLIC, ReferrerKind.ANONYMOUS])
def test_nobody_but_a_professional_is_held_up_for_consent(pack: Pack, kind: ReferrerKind) -> None:
    council = pack.council.id
    by = staff(*pack.gate.roles, council=council)
    for asked in (None, *pack.contact.request_types):
        if pack.path_of(asked) is Path.CHILD_CONCERN:
            said = {"request_type": asked, "referrer": {"kind": kind}, "consent": UNASKED}
            desk = recorded(council, **said)
            (authorised,) = desk.do(acted(H.authorise_enquiry, asking(), by))
            assert isinstance(authorised, EnquiryAuthorised)
            assert not authorised.lawful_basis.override_rationale_recorded


@pytest.mark.rule("D4")
@pytest.mark.parametrize("status", [one for one in SAID if one is not ConsentStatus.GIVEN])
def test_a_professional_never_gets_early_help_without_consent(status: ConsentStatus) -> None:
    excused = {"status": status, "explanation": "They were away.", "informed": {"by": "School"}}
    desk = recorded(consent=excused | {"do_not_inform": "serious_crime"}, request_type="early_help")
    for change in (
        acted(H.authorise_enquiry, asking(), MANAGER),
        acted(H.send_for_decision, ENOUGH, MANAGER),
    ):
        with pytest.raises(NoConsentError, match="goes back to the referrer"):
            desk.do(change)
    with pytest.raises(CannotBeOverriddenError):
        desk.do(acted(H.override_consent, override(), MANAGER))
    with pytest.raises(AlreadyDoneError, match="nobody talks to it first"):
        desk.do(acted(H.return_for_discussion, NOTE, MANAGER))
    assert desk.aggregate.consent.overrides == []
    (said,) = desk.do(acted(H.return_to_referrer, NOTE, MANAGER))
    assert isinstance(said, ContactEnded)
    assert said.ended_as == "returned_to_referrer"


@pytest.mark.rule("D4")
def test_an_override_does_not_survive_that_the_referrer_is_a_professional() -> None:
    desk = _without("early_help", referrer={"kind": "public"})
    desk.do(acted(H.override_consent, override(), MANAGER))
    form = AmendContact.model_validate(
        {"why": "It was the nurse.", "referrer": {"kind": "professional"}}
    )
    desk.do(acted(H.amend_contact, form, RECORDER))
    desk.do(indexed())
    assert position(desk) is ConsentPosition.MUST_RETURN
    with pytest.raises(NoConsentError):
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))


@pytest.mark.rule("D4")
def test_what_is_held_up_by_consent_for_other_services_may_still_be_decided_on() -> None:
    assert _without("child_in_need").do(acted(H.send_for_decision, ENOUGH, MANAGER))


@pytest.mark.rule("D15", "D18", "D19")
@pytest.mark.parametrize("council", ["lewisham", "redbridge", "waltham-forest"])
def test_elsewhere_a_professional_explains_why_there_is_no_consent(council: str) -> None:
    desk = recorded(council, consent=UNASKED)
    by = staff(*packs().of(council).gate.roles, council=council)
    for nothing in (".", "n/a", "- -", "no"):
        says(desk, council, **UNASKED, explanation=nothing)
        with pytest.raises(NoConsentError, match="nobody has explained why"):
            desk.do(acted(H.authorise_enquiry, asking(), by))
    says(desk, council, **UNASKED, exception="unnecessary_delay")
    assert position(desk) is ConsentPosition.EXPLAINED
    says(desk, council, **UNASKED, explanation="He would hear of it.")
    assert position(desk) is ConsentPosition.EXPLAINED
    (said,) = desk.do(acted(H.authorise_enquiry, asking(), by))
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.consent_status is ConsentStatus.NOT_SOUGHT


@pytest.mark.rule("D12", "D15", "D19", "X13")
@pytest.mark.parametrize("council", ["lewisham", "redbridge", "waltham-forest"])
def test_no_explanation_stands_in_for_an_override_where_somebody_said_no(council: str) -> None:
    said = REFUSED | {"explanation": "They were away all week.", "exception": "unnecessary_delay"}
    desk = recorded(council, consent=said)
    assert position(desk) is ConsentPosition.MUST_OVERRIDE


@pytest.mark.rule("D7")
def test_in_havering_an_explanation_does_not_stand_in_for_an_override() -> None:
    desk = recorded(consent=REFUSED | {"explanation": "They were away."})
    assert position(desk) is ConsentPosition.MUST_OVERRIDE


@pytest.mark.rule("D5")
def test_a_contact_returned_for_a_talk_with_the_family_waits_until_consent_comes() -> None:
    desk = _without("child_in_need")
    desk.do(acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))
    contact = desk.aggregate
    assert contact.pause is not None
    assert (contact.pause.by, contact.pause.at, contact.pause.note) == ("p-3", NOW, NOTE.note)
    assert (contact.state, contact.ending) == (ContactState.RECORDED, None)
    assert Queue.FAMILY_DISCUSSIONS in contact.waiting
    with pytest.raises(NoConsentError, match="talk with the family, or let a manager"):
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    with pytest.raises(AlreadyDoneError, match="has been returned"):
        desk.do(acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))
    says(desk, status="given", given_by="parent", given_by_name="Orla Fenwick")
    assert Queue.FAMILY_DISCUSSIONS not in desk.aggregate.waiting
    assert desk.do(acted(H.authorise_enquiry, asking(), MANAGER))


@pytest.mark.rule("D5", "D12")
def test_a_managers_override_ends_the_wait_for_the_family() -> None:
    desk = _without("child_in_need")
    desk.do(acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))
    desk.do(acted(H.override_consent, override(), MANAGER))
    assert desk.aggregate.pause is None
    assert [pause.ended_at for pause in desk.aggregate.pauses] == [NOW]


@pytest.mark.rule("D5")
def test_only_help_for_a_child_in_need_waits_for_a_talk_and_only_triage_asks_for_it() -> None:
    for desk in (_without("child_protection"), _without(council="lewisham"), recorded()):
        by = staff(Role.SOCIAL_WORKER, council=desk.aggregate.council)
        with pytest.raises(AlreadyDoneError, match="does not wait"):
            desk.do(acted(H.return_for_discussion, NOTE, by))
    with pytest.raises(NotEntitledError, match="return a contact"):
        _without("child_in_need").do(acted(H.return_for_discussion, NOTE, RECORDER))
    routed = _without("child_in_need", children=[{"full_name": "Tobias Fenwick-Adair"}])
    routed.do(indexed(found()))
    with pytest.raises(RoutedError):
        routed.do(acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))
