"""Out of hours the answer to a contact says who is there, and under which number (O8)."""

from datetime import UTC, datetime

import pytest

from intake.api.parts import shown
from intake.domain.contact import Contact
from mash_shared.testing import Desk, acted, packs
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS as H
from support.front_door import form, staff

NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)


@pytest.mark.rule("O8")
@pytest.mark.parametrize(
    ("council", "told"),
    [
        ("waltham-forest", ", 020 8496 3000."),
        ("lewisham", "Emergency duty team, 020 8314 6000."),
        ("havering", "The hub is closed: "),
    ],
)
def test_who_answers_at_night_is_told_with_the_number_that_the_council_has(
    council: str, told: str
) -> None:
    duty = staff(Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER, council=council)
    desk = Desk(Contact, "c1")
    sent = form(received_at=NIGHT, significant_harm="yes")
    desk.do(acted(H.record_contact, sent, duty, NIGHT))
    advice = shown(desk.aggregate, 1, packs(), {}, whole=True).advice
    assert advice is not None
    assert told in advice
    assert packs().of(council).out_of_hours.name in advice
