"""How long a contact is kept, and who erases it (S18)."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt

from mash_shared.policy.front_door import Roles
from mash_shared.policy.terms import Section
from mash_shared.vocabulary import Role


class KeptAs(StrEnum):
    """What became of a contact, as far as it says how long it is kept; the gravest comes first.

    Social care took a child on, or had one; somebody helps; a request was answered; it went to
    another place; nothing further was done. With several children the gravest counts.
    """

    SOCIAL_CARE = "social_care"
    HELP = "help"
    REQUEST = "request"
    PASSED_ON = "passed_on"
    NO_FURTHER_ACTION = "no_further_action"


def _whole(years: dict[KeptAs, int]) -> dict[KeptAs, int]:
    if missing := [kind for kind in KeptAs if kind not in years]:
        raise ValueError(f"say also how many years {missing[0]} is kept")
    for graver, other in _in_order(years):
        if years[graver] < years[other]:
            raise ValueError(
                f"let {graver} be kept at least as long as {other}, which is less grave"
            )
    return years


def _in_order(years: dict[KeptAs, int]) -> Iterator[tuple[KeptAs, KeptAs]]:
    return pairwise(kind for kind in KeptAs if kind in years)


class Retention(Section):
    """How many years a contact is kept after it came to rest, and whose the acts are.

    Who proposes that one is erased and who agrees are two people, whatever roles they hold.
    """

    years: Annotated[
        dict[KeptAs, Annotated[StrictInt, Field(ge=1, le=100)]], AfterValidator(_whole)
    ]
    hold_roles: Roles
    propose_roles: Roles
    agree_roles: Roles

    @property
    def roles(self) -> dict[str, tuple[Role, ...]]:
        """Give whose each act is, by its key."""
        return {
            "hold_roles": self.hold_roles,
            "propose_roles": self.propose_roles,
            "agree_roles": self.agree_roles,
        }
