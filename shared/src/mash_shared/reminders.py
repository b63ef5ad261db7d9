"""What whoever analyses, or decides on, a child is reminded of, by a code that may travel."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Reminder(StrEnum):
    """Something that is easily overlooked of a child (N1, N3, N9, O13)."""

    DISABILITY_PRESSURES = "disability_pressures"
    PARENTS_SUPPORT = "parents_support"
    OWN_NEEDS = "own_needs"
    EASY_TO_EXPLOIT = "easy_to_exploit"


SENTENCES: Mapping[Reminder, str] = MappingProxyType(
    {
        Reminder.DISABILITY_PRESSURES: (
            "Ask what the disability has meant for the family, and what it has had to face."
        ),
        Reminder.PARENTS_SUPPORT: "Ask what the parents need to go on caring.",
        Reminder.OWN_NEEDS: (
            "Look at each child's own needs as well as at the group and the place."
        ),
        Reminder.EASY_TO_EXPLOIT: (
            "Weigh what makes this child easy to exploit, as it is listed, against the harm from "
            "outside the family."
        ),
    }
)


def sentences(reminders: Iterable[Reminder]) -> tuple[str, ...]:
    """Give what somebody reads, each thing once."""
    return tuple(SENTENCES[one] for one in dict.fromkeys(reminders))
