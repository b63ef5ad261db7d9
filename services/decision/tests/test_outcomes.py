"""What may be decided: each council's own outcomes, under its own documents."""

from dataclasses import replace
from typing import Any

import pytest

from decision.domain import Decision
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.policy import Pack
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, sample
from mash_shared.vocabulary import FieldRefusedError, NotInPolicyError, Role

HANDLERS = DecisionHandlers(packs())
CHILD = sample(EnquiryCollated).child_ids[0]
every_council = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
OUTCOMES = {
    "redbridge": {
        "cpat": "cp_or_complex_assessment",
        "early_intervention": "early_help",
        "caf": "additional_needs_assessment",
        "single_agency_response": "single_agency_response",
        "no_further_action": "nfa",
    },
    "havering": {
        "child_and_family_assessment": "cp_or_complex_assessment",
        "section_47_enquiry": "cp_or_complex_assessment",
        "child_in_need": "child_in_need_assessment",
        "localities": "early_help",
        "childrens_centres": "early_help",
        "early_help": "early_help",
        "community_service": "community_service",
    },
    "lewisham": {
        "advice": "advice_or_signpost",
        "targeted_early_help": "early_help",
        "protection": "cp_or_complex_assessment",
    },
}


def _opened(council: str) -> Desk[Decision]:
    desk = Desk(Decision, CHILD, "decision")
    desk.do(heard(HANDLERS.open_decision, sample(EnquiryCollated, council=council)))
    return desk


def _form(outcome: str = "no_further_action", **changes: Any) -> JudgementForm:
    fields = {"outcome": outcome, "rationale": "Nothing points to harm."} | changes
    return JudgementForm.model_validate(fields)


@pytest.mark.rule("R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "C9")
@pytest.mark.parametrize(
    ("council", "outcome", "kind"),
    [(council, *named) for council, own in OUTCOMES.items() for named in own.items()],
)
def test_each_council_decides_by_its_own_outcomes(council: str, outcome: str, kind: str) -> None:
    desk, deciding = _opened(council), packs().of(council).deciding
    form = _form(outcome, agency="police", pointed_to="The library")
    for handler, roles, id_ in (
        (HANDLERS.recommend, deciding.recommender_roles, "p-1"),
        (HANDLERS.decide, deciding.decider_roles, "p-2"),
    ):
        said = desk.do(acted(handler, form, person(*roles, id=id_, council=council)))
    (recorded,) = said
    assert isinstance(recorded, DecisionRecorded)
    assert (recorded.outcome_code, recorded.outcome) == (outcome, kind)


REFERRALS = {
    "redbridge": {"cpat": "s47", "child_in_need_assessment": "s17"},
    "havering": {
        "section_47_enquiry": "s47",
        "child_and_family_assessment": "s17",
        "child_in_need": "s17",
    },
    "lewisham": {"protection": "s47", "child_in_need_assessment": "s17"},
    "waltham-forest": {"section_47_enquiry": "s47", "child_in_need_assessment": "s17"},
}
"""What refers a child to social care, by the section that it rests on; nothing else does."""


@pytest.mark.rule("A6", "H9", "H11", "O5")
@every_council
def test_social_care_is_referred_to_under_its_section_and_the_contact(pack: Pack) -> None:
    by = person(
        *pack.deciding.recommender_roles, *pack.deciding.decider_roles, council=pack.council.id
    )
    referred = {}
    for outcome in pack.outcomes:
        desk, form = _opened(pack.council.id), _form(outcome, agency="police", pointed_to="Here")
        desk.do(acted(HANDLERS.recommend, form, replace(by, id="p-other")))
        (recorded,) = desk.do(acted(HANDLERS.decide, form, by))
        assert isinstance(recorded, DecisionRecorded)
        assert recorded.contact_id == sample(EnquiryCollated).contact_id
        assert recorded.agency == "police"
        assert desk.aggregate.decision is not None
        assert desk.aggregate.decision.statutory_basis is recorded.statutory_basis
        if recorded.statutory_basis != "none":
            referred[outcome] = recorded.statutory_basis
    assert referred == REFERRALS[pack.council.id]


@every_council
def test_an_outcome_of_no_council_is_refused(pack: Pack) -> None:
    worker = person(*pack.deciding.recommender_roles, council=pack.council.id)
    with pytest.raises(NotInPolicyError, match=min(pack.outcomes)):
        _opened(pack.council.id).do(acted(HANDLERS.recommend, _form("banishment"), worker))


@pytest.mark.rule("C10", "R7")
@pytest.mark.parametrize(
    ("council", "outcome", "agency", "other"),
    [
        ("redbridge", "single_agency_response", "housing", "weather-office"),
        ("havering", "community_service", "Marlpit Lane play scheme", " "),
    ],
)
def test_help_by_somebody_else_is_decided_on_with_their_name(
    council: str, outcome: str, agency: str, other: str
) -> None:
    desk = _opened(council)
    for unnamed in (_form(outcome), _form(outcome, agency=other)):
        for handler in (HANDLERS.recommend, HANDLERS.decide):
            both = person(Role.SOCIAL_WORKER, Role.MASH_MANAGER, Role.HEAD_OF_MASH, council=council)
            with pytest.raises(FieldRefusedError, match="agency must"):
                desk.do(acted(handler, unnamed, both))
    worker = person(Role.SOCIAL_WORKER, council=council)
    desk.do(acted(HANDLERS.recommend, _form(outcome, agency=agency), worker))
    made = desk.aggregate.recommendation
    assert made is not None
    assert made.agency == agency


@pytest.mark.rule("C1", "C3", "O11")
@pytest.mark.parametrize(
    ("council", "document"),
    [
        ("havering", "london-threshold-document"),
        ("lewisham", "continuum-of-need"),
        ("redbridge", "redbridge-mash-criteria"),
        ("waltham-forest", "early-help-and-threshold-criteria"),
    ],
)
def test_a_judgement_keeps_the_policy_and_threshold_it_was_made_under(
    council: str, document: str
) -> None:
    desk, pack = _opened(council), packs().of(council)
    by = person(*pack.deciding.recommender_roles, *pack.deciding.decider_roles, council=council)
    desk.do(acted(HANDLERS.recommend, _form(), replace(by, id="p-other"), at=NOW))
    desk.do(acted(HANDLERS.decide, _form(), by, at=NOW))
    for made in (desk.aggregate.recommendation, desk.aggregate.decision):
        assert made is not None
        assert made.policy_version == pack.version
        assert made.threshold_document == f"{document} {pack.threshold.version}"
        assert made.at == NOW


@pytest.mark.rule("B15")
def test_a_decision_for_advice_says_where_they_can_turn_to() -> None:
    desk = _opened("lewisham")
    judged: tuple[object, ...] = ()
    deciding = packs().of("lewisham").deciding
    for handler, roles, id_ in (
        (HANDLERS.recommend, deciding.recommender_roles, "p-1"),
        (HANDLERS.decide, deciding.decider_roles, "p-2"),
    ):
        by = person(*roles, id=id_, council="lewisham")
        with pytest.raises(FieldRefusedError, match="pointed_to must say where"):
            desk.do(acted(handler, _form("advice"), by))
        judged = desk.do(acted(handler, _form("advice", pointed_to="The library"), by))
    (recorded,) = judged
    assert isinstance(recorded, DecisionRecorded)
    assert recorded.pointed_to == "The library"
    decision = desk.aggregate.decision
    assert decision is not None
    assert decision.pointed_to == "The library"
