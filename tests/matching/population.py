"""Invented children of one council, with names as common as names are, and their mistakes."""

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, product

from intake.domain.likeness import Identity

GIVEN_COMMON = {"Muhammad": 20, "Oliver": 8, "Amelia": 8, "Noah": 8, "Ali": 7, "Maria": 6}
FAMILY_COMMON = {"Smith": 12, "Khan": 12, "Begum": 10, "Ahmed": 9, "Patel": 9, "Jones": 6}
"""In a thousand; the other names are rarer one by one."""
FIRST_BIRTH, DAYS = date(2008, 1, 1), 6_500
STREETS, HOUSES = 3_000, 60
_STARTS = (
    "Al Be Cor Da El Fen Gar Hol Is Jo Ka Lin Mar Nar Os Pen Quar Ros San Tal Ul Ven Wal Ya Zo"
)
_ENDS = "a ab adan ard an den ek el ford ham ia ick im ina is ley lo man na ner on or sa ton wick"


@cache
def _names(common: tuple[tuple[str, int], ...], rare: int) -> tuple[list[str], list[float]]:
    """Give names with their running shares: the first of the rare ones are met most."""
    made = [a + b.lower() + c for a, b, c in product(*[_STARTS.split()] * 2, _ENDS.split())]
    shuffled = random.Random(7).sample(made, rare)  # noqa: S311
    shares = [*dict(common).values(), *(300 / (10 + place) for place in range(rare))]
    return [*dict(common), *shuffled], list(accumulate(shares))


def child(number: int) -> Identity:
    """Make one child; the same number makes the same child."""
    rng = random.Random(number)  # noqa: S311 - invented people
    given, family = (
        rng.choices(names, cum_weights=shares)[0]
        for names, shares in (
            _names(tuple(GIVEN_COMMON.items()), 1_500),
            _names(tuple(FAMILY_COMMON.items()), 6_000),
        )
    )
    street = rng.randrange(STREETS)
    named = random.Random(f"street {street}")  # noqa: S311
    starts, ends = _STARTS.split(), _ENDS.split()
    where = f"{named.choice(starts)}{named.choice(starts).lower()}{named.choice(ends)} "
    where += named.choice(("Road", "Street", "Lane", "Avenue", "Close", "Gardens"))
    code = f"RM{1 + street % 20} {street % 9}{chr(65 + street % 23)}{chr(65 + street % 19)}"
    return Identity(
        full_name=f"{given} {family}",
        date_of_birth=(FIRST_BIRTH + timedelta(days=rng.randrange(DAYS))).isoformat(),
        address=f"{rng.randrange(1, HOUSES)} {where}, Hornchurch {code}",
    )


def mistaken(one: Identity, rng: random.Random) -> Identity:
    """Give a child with a mistake in one fact, or with one fact missing."""
    name, born = str(one.full_name), str(one.date_of_birth)
    place = rng.randrange(1, len(name) - 1)
    year, month, day = born.split("-")
    return rng.choice(
        [
            replace(one, full_name=name[:place] + name[place + 1 :]),
            replace(one, date_of_birth=f"{year}-{day}-{month}"),
            replace(one, date_of_birth=f"{year}-01-01"),
            replace(one, date_of_birth=None),
            replace(one, address=None),
            replace(one, address="3 Elsewhere Court, Romford RM1 9ZZ"),
        ]
    )
