"""Whom a council asks: its own partners, some always and others for a reason."""

import pytest

from intake.domain.task import TaskKind
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import acted, packs
from mash_shared.vocabulary import NotInPolicyError
from support.front_door import HANDLERS as H
from support.front_door import asking, recorded, staff

FIVE = ["domestic-abuse", "education", "health", "police", "probation"]


@pytest.mark.rule("O2", "O3", "O4", "F9", "F11")
@pytest.mark.parametrize(
    ("council", "always", "for_a_reason"),
    [
        ("havering", {*FIVE}, {"housing", "childrens-services"}),
        ("waltham-forest", {*FIVE}, set[str]()),
        (
            "lewisham",
            {*FIVE},
            {"childrens-social-care", "camhs", "early-help", "housing"}
            | {"substance-misuse", "victim-support"},
        ),
        ("redbridge", {*FIVE, "housing", "youth-offending"}, {"childrens-social-care"}),
    ],
)
def test_each_council_asks_its_own_partners_some_always_and_others_for_a_reason(
    council: str, always: set[str], for_a_reason: set[str]
) -> None:
    by = staff(*packs().of(council).gate.roles, council=council)

    def asked(*extras: str) -> set[str]:
        desk = recorded(council)
        named = [{"agency": agency, "reason": "They know the family."} for agency in extras]
        (said,) = desk.do(acted(H.authorise_enquiry, asking(extra_agencies=named), by))
        assert isinstance(said, EnquiryAuthorised)
        rung = {task.of for task in desk.aggregate.tasks if task.kind is TaskKind.ASK}
        return {*said.agencies, *rung}

    assert asked() == always
    assert asked(*for_a_reason) == always | for_a_reason
    everywhere = {agency for pack in packs() for agency in pack.agencies}
    for stranger in everywhere - for_a_reason:
        with pytest.raises(NotInPolicyError):
            asked(stranger)
