"""What a professional is asked beside the worry, and what is never a condition."""

from typing import Any

import pytest
from pydantic import ValidationError

from intake.api.parts import shown
from mash_shared.policy import Pack
from mash_shared.testing import acted, packs
from support.front_door import HANDLERS, MANAGER, asking, form, recorded


@pytest.mark.rule("C5")
@pytest.mark.parametrize("how_far", [None, "none", "in_progress", "completed"])
def test_no_early_help_assessment_is_needed_before_asking(how_far: str | None) -> None:
    desk = recorded(request_type="early_help", help_wanted={"early_help_assessment": how_far})
    wanted = desk.aggregate.facts.help_wanted
    assert wanted is not None
    assert wanted.early_help_assessment == how_far
    assert desk.do(acted(HANDLERS.authorise_enquiry, asking(), MANAGER))
    with pytest.raises(ValidationError):
        form(help_wanted={"early_help_assessment": "Mrs Adair started one"})


@pytest.mark.rule("C2", "C3", "D16", "D17")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
def test_a_professional_is_asked_what_they_attest_and_which_level_they_claim(pack: Pack) -> None:
    def wanted(**said: Any) -> tuple[str, ...]:
        contact = recorded(pack.council.id, **said).aggregate
        return shown(contact, 1, packs(), {}, whole=True).still_wanted

    asked = tuple(pack.contact.attestations)
    assert wanted() == (*asked, "threshold_level")
    assert wanted(attestations=asked[:1]) == (*asked[1:], "threshold_level")
    assert wanted(attestations=asked, threshold_level="level 3") == ()
    assert wanted(referrer={"kind": "public"}) == ()
    assert wanted(request_type="consultation") == ()
