"""Who plays: the councils' staff, invented families, referrers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mash_shared.act import Person
from mash_shared.testing import packs
from mash_shared.vocabulary import CouncilId, Role

COUNCILS = tuple(sorted(packs().packs))
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
ADULTS = ("Marisol Fenwick", "Dominik Wałęsik", "Perrin Quillon")


def staff(council: str, role: Role, number: int = 1) -> Person:
    """Give one of the people who hold a role in a council."""
    return Person(
        id=f"{council}-{role.value}-{number}", council=CouncilId(council), roles=frozenset({role})
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
