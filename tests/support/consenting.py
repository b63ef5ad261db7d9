"""What people say and decide about consent, as acts on a contact; everybody is invented."""

from typing import Any

from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.forms.consent import OverrideConsent, SayConsent
from intake.forms.form import Note
from mash_shared.testing import Desk, acted
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS, MANAGER, staff

NOTE = Note(note="The mother rang.")


def override(**changes: Any) -> OverrideConsent:
    """Give a manager's override."""
    said = {"ground": "significant_harm_public_interest", "rationale": "She is not safe."}
    return OverrideConsent.model_validate(said | {"evidence": "Bruises."} | changes)


def overridden(desk: Desk[Contact]) -> Desk[Contact]:
    """Override consent for every child of a contact."""
    desk.do(acted(HANDLERS.override_consent, override(), MANAGER))
    return desk


def says(desk: Desk[Contact], council: str = "havering", **consent: Any) -> tuple[Any, ...]:
    """Record what is now known of consent; give what intake told others."""
    by = staff(Role.BUSINESS_SUPPORT_OFFICER, council=council)
    form = SayConsent.model_validate({"consent": consent})
    return desk.do(acted(HANDLERS.say_consent, form, by))


def withdraw(desk: Desk[Contact]) -> tuple[Any, ...]:
    """Take consent back; give what intake told others."""
    by = staff(Role.BUSINESS_SUPPORT_OFFICER, council=desk.aggregate.council)
    return desk.do(acted(HANDLERS.withdraw_consent, NOTE, by))


def position(desk: Desk[Contact]) -> ConsentPosition:
    """Say where a contact stands with consent."""
    return desk.aggregate.consent.position
