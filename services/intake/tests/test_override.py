"""What a manager decides about consent, what the family takes back, and what is kept of it all."""

import pytest
from pydantic import ValidationError

from intake.domain.consent import ConsentPosition, ConsentRecord
from intake.domain.refusals import AlreadyDoneError
from intake.forms.consent import SayConsent
from intake.forms.contact import AmendContact
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.policy import Pack
from mash_shared.testing import NOW, acted, packs
from mash_shared.vocabulary import (
    ConsentStatus,
    NotEntitledError,
    NotInPolicyError,
    Role,
)
from support.consenting import overridden, override, position, says
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, asking, checked, fresh, indexed, recorded, staff

REFUSED = {"status": "refused"}
CHILD = {"facts": {"full_name": "Wren Fenwick-Adair"}}


@pytest.mark.rule("D12")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_policy_override_consent(pack: Pack, role: Role) -> None:
    council = pack.council.id
    desk = recorded(council, consent=REFUSED)
    change = acted(H.override_consent, override(), staff(role, council=council))
    if role is (Role.HEAD_OF_MASH if council == "redbridge" else Role.MASH_MANAGER):
        desk.do(change)
        assert position(desk) is ConsentPosition.OVERRIDDEN
    else:
        with pytest.raises(NotEntitledError):
            desk.do(change)
        assert desk.aggregate.consent.overrides == []


@pytest.mark.rule("D7", "D12", "D13")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
def test_an_override_has_a_ground_of_the_policy(pack: Pack) -> None:
    council = pack.council.id
    by = staff(*pack.consent.override_roles, council=council)
    desk = recorded(council, consent=REFUSED)
    with pytest.raises(NotInPolicyError, match="ground must be one of seeking_consent"):
        desk.do(acted(H.override_consent, override(ground="hurry"), by))
    assert position(desk).lets_out is False
    for ground in ("significant_harm_public_interest", "seeking_consent_places_child_at_risk"):
        desk = recorded(council, consent=REFUSED)
        desk.do(acted(H.override_consent, override(ground=ground), by))
        assert [one.ground for one in desk.aggregate.consent.overrides] == [ground] * 2


@pytest.mark.rule("D7", "D12")
@pytest.mark.parametrize("field", ["ground", "rationale", "evidence"])
@pytest.mark.parametrize("text", ["", "  "])
def test_an_override_without_ground_rationale_or_evidence_is_none(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        override(**{field: text})


@pytest.mark.rule("D12")
def test_an_override_stands_on_each_childs_record_with_who_when_and_why() -> None:
    desk = overridden(recorded(consent=REFUSED))
    kept = desk.aggregate.consent.overrides
    assert [one.child_id for one in kept] == ["c1-1", "c1-2"]
    for one in kept:
        assert (one.by, one.at) == (MANAGER.id, NOW)
        assert (one.rationale, one.evidence) == ("She is not safe.", "Bruises.")
    said, *_ = desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    assert said.lawful_basis.consent_status is ConsentStatus.OVERRIDDEN
    assert said.lawful_basis.override_rationale_recorded


@pytest.mark.rule("D12")
def test_a_child_added_later_needs_the_override_again() -> None:
    desk = overridden(recorded(consent=REFUSED))
    form = AmendContact.model_validate({"why": "A sister.", "children": [CHILD]})
    desk.do(acted(H.amend_contact, form, RECORDER))
    desk.do(indexed())
    checked(desk)
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    with pytest.raises(Exception, match="a manager must override"):
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert position(overridden(desk)) is ConsentPosition.OVERRIDDEN
    assert {one.child_id for one in desk.aggregate.consent.overrides} == {"c1-1", "c1-2", "c1-3"}


@pytest.mark.rule("D12")
@pytest.mark.parametrize("consent", [REFUSED, {"status": "given"}])
def test_consent_is_overridden_once(consent: dict[str, str]) -> None:
    desk = overridden(recorded(consent=consent))
    with pytest.raises(AlreadyDoneError):
        overridden(desk)
    assert len(desk.aggregate.consent.overrides) == 2


@pytest.mark.rule("D12")
def test_nothing_is_overridden_where_there_is_no_child_to_override_it_for() -> None:
    desk = recorded(consent=REFUSED, request_type="consultation", children=[{}])
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    assert position(overridden(desk)) is ConsentPosition.MUST_OVERRIDE


@pytest.mark.rule("D12")
def test_nobody_records_an_override_as_something_that_was_said() -> None:
    with pytest.raises(NotInPolicyError, match=r"consent\.status"):
        fresh(consent={"status": "overridden"})
    desk = recorded()
    with pytest.raises(NotInPolicyError, match=r"consent\.status"):
        says(desk, status="overridden")
    assert position(desk) is ConsentPosition.GIVEN


@pytest.mark.rule("D8", "D9", "D10", "D11", "D18")
@pytest.mark.parametrize(
    ("field", "council", "codes"),
    [
        ("do_not_inform", "havering", "risk_to_a_person, serious_crime, unjustified_delay"),
        ("exception", "lewisham", "further_risk_of_harm, unnecessary_delay"),
        ("exception", "waltham-forest", "further_risk_of_harm, unnecessary_delay"),
    ],
)
def test_grounds_and_exceptions_are_those_of_the_policy(
    field: str, council: str, codes: str
) -> None:
    with pytest.raises(NotInPolicyError, match=f"consent.{field} must be one of {codes}."):
        fresh(council, consent=REFUSED | {field: "hurry"})
    desk = recorded(council)
    with pytest.raises(NotInPolicyError, match=f"consent.{field}"):
        says(desk, council, **REFUSED | {field: "hurry"})
    for code in codes.split(", "):
        says(desk, council, **REFUSED | {field: code})
        assert getattr(desk.aggregate.consent.said, field) == code


@pytest.mark.rule("D3", "D6", "D8", "D14", "D18", "T9")
def test_all_that_was_said_of_consent_is_kept_and_read_back() -> None:
    own = {"appropriate": "yes", "status": "refused", "note": "He is afraid of his uncle."}
    first = {"status": "informed_only", "informed": {"by": "Head teacher", "at": NOW}} | {
        "do_not_inform": "serious_crime",
        "do_not_inform_because": "The police ask for it.",
        "exception": "unnecessary_delay",
        "explanation": "They could not be reached.",
        "young_person": own,
    }
    given = {"status": "given", "given_by": "person_with_parental_responsibility"}
    given |= {"given_by_name": "Orla Fenwick", "consent_to_service": "no"}
    desk = recorded("waltham-forest", consent=first)
    says(desk, "waltham-forest", **given)
    kept = desk.aggregate.consent
    assert kept.said == SayConsent.model_validate({"consent": given}).consent
    (before,) = kept.superseded
    assert before.consent == SayConsent.model_validate({"consent": first}).consent
    assert (before.until, before.by) == (NOW, "p-4")


@pytest.mark.rule("D14")
def test_a_young_persons_own_refusal_outweighs_the_parents_consent() -> None:
    own = {"appropriate": "yes", "status": "refused"}
    given = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
    desk = recorded(consent=given | {"young_person": own})
    said = desk.aggregate.consent.said
    assert said is not None
    assert said.young_person is not None
    assert said.young_person.status is ConsentStatus.REFUSED
    assert position(desk) is ConsentPosition.MUST_OVERRIDE
    unasked = given | {"young_person": own | {"appropriate": "no"}}
    assert position(recorded(consent=unasked)) is ConsentPosition.GIVEN


@pytest.mark.rule("T10")
def test_the_lawful_basis_is_a_public_task_whatever_is_known_of_consent() -> None:
    basis = ConsentRecord(position=ConsentPosition.NOT_EXPECTED).lawful_basis("havering/1.0+0")
    assert (basis.basis, basis.consent_status) == ("public_task", ConsentStatus.NOT_SOUGHT)
    assert basis.policy_version == "havering/1.0+0"
