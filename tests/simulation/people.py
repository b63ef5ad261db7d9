"""Who plays: the councils' staff, invented families, referrers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from agency_gateway.domain import SAID
from intake.domain.case import KNOWN_PREFIX
from intake.domain.staff import STAFF_PREFIX, KnownStaff, staff_key
from intake.handlers import IntakeHandlers
from mash_shared.act import Person
from mash_shared.messages.staff import StaffChanged
from mash_shared.testing import Desk, heard, packs
from mash_shared.vocabulary import CouncilId, Role
from support.councils import THREE_LEVELS

COUNCILS = (*sorted(packs().packs), THREE_LEVELS)
SPELT: Mapping[str, tuple[str, ...]] = {
    "Tobias Fenwick-Adair": ("Tobias Fenwick-Adair", "Tobias Fenwick Adair", "Toby Fenwick-Adair"),
    "Orla Fenwick-Adair": ("Orla Fenwick-Adair", "Orla Fenwick"),
    "Łukasz Wałęsik": ("Łukasz Wałęsik", "Lukasz Walesik"),
    "Zara Quillon": ("Zara Quillon", "Baby Quillon"),
}
"""How each child's name reaches the hub."""


@dataclass(frozen=True)
class Child:
    """A child as they really are; what the hub is told may be less, or otherwise spelt."""

    name: str
    born: str
    number: str
    home: str


CHILDREN = (
    Child("Tobias Fenwick-Adair", "2016-05-14", "9990000018", "3 Marlpit Lane"),
    Child("Orla Fenwick-Adair", "2019-11-02", "9990000026", "3 Marlpit Lane"),
    Child("Łukasz Wałęsik", "2012-02-29", "9990000034", "41 Tannery Court"),
    Child("Zara Quillon", "2025-12-30", "9990000042", "12 Mill Lane"),
)
TEAMS = ("Assessment team 2", "Children in Need team 4")
ADULTS = ("Marisol Fenwick", "Dominik Wałęsik", "Perrin Quillon")


def staff(council: str, role: Role, number: int = 1) -> Person:
    """Give one of the people who hold a role in a council."""
    return Person(
        id=f"{council}-{role.value}-{number}", council=CouncilId(council), roles=frozenset({role})
    )


def is_contact(id_: str) -> bool:
    """Whether a document is a service's own kind: no case, nobody of the staff, nothing said."""
    return not id_.startswith((KNOWN_PREFIX, STAFF_PREFIX, SAID))


@cache
def at_work() -> Mapping[str, Any]:
    """Give the documents of those whom every council's directory had before the story began."""
    found: dict[str, Any] = {}
    for council in COUNCILS:
        for number in (1, 2):
            somebody = staff(council, Role.SOCIAL_WORKER, number)
            desk = Desk(KnownStaff, staff_key(council, somebody.id))
            desk.do(heard(IntakeHandlers(packs()).note_staff, _came(somebody), at=LONG_AGO))
            found |= desk.store.raws
    return found


LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def _came(somebody: Person) -> StaffChanged:
    return StaffChanged(
        contact_id=somebody.id,
        council=somebody.council,
        occurred_at=LONG_AGO,
        display_name="Invented",
        roles=tuple(somebody.roles),
        teams=TEAMS[:1],
        registration_number="SW99900",
    )


def anybody(rng: random.Random, council: str) -> Person:
    """Give somebody of a council's staff."""
    return staff(council, rng.choice(list(Role)), rng.choice((1, 1, 2)))


def child_facts(rng: random.Random, child: Child) -> dict[str, Any]:
    """Give what is said of a child this time."""
    said: dict[str, Any] = {"full_name": rng.choice(SPELT[child.name])}
    if rng.random() < 0.7:
        said["date_of_birth"] = rng.choice((child.born, child.born, child.born[:7]))
    if rng.random() < 0.6:
        said["nhs_number"] = child.number
    if rng.random() < 0.5:
        said["address"] = child.home
    return said
