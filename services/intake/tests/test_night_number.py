"""Whoever calls while the hub is closed is told whom to ring, by the council's own number (O8)."""

from datetime import UTC, datetime

import pytest

from intake.api.parts import shown
from intake.domain.contact import Contact
from mash_shared.testing import Desk, acted, packs
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS as H
from support.front_door import form, staff

NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)


@pytest.mark.rule("O8", "O9", "A13")
@pytest.mark.parametrize("danger", [False, True])
@pytest.mark.parametrize(
    ("council", "says"),
    [
        ("waltham-forest", "The hub is closed: Emergency duty team, 020 8496 3000."),
        ("lewisham", "The hub is closed: Emergency duty team, 020 8314 6000."),
        ("havering", "The hub is closed: Emergency duty team."),
    ],
)
def test_who_calls_at_night_is_told_whom_to_ring_then_in_danger_as_well(
    council: str, says: str, *, danger: bool
) -> None:
    recorder = staff(Role.BUSINESS_SUPPORT_OFFICER, council=council)
    said = form(received_at=NIGHT, urgency="red", immediate_danger=danger)
    desk = Desk(Contact, "c1")
    desk.do(acted(H.record_contact, said, recorder, NIGHT))
    emergency = f"{packs().of(council).emergency.text} " if danger else ""
    assert shown(desk.aggregate, 1, packs(), {}, whole=True).advice == f"{emergency}{says}"
