"""What the invented people of the benchmark send; sizes as in an ordinary contact."""

from datetime import UTC, date, datetime, timedelta
from random import choice
from typing import Any, Final
from uuid import uuid4

COUNCIL: Final = "havering"
"""The council with the longer way: a recommendation and then a decision, by two roles."""

ROLES: Final = {
    "recorder": "business_support_officer",
    "manager": "mash_manager",
    "social_worker": "social_worker",
}
"""Who acts, and as what."""

CHECKED: Final = {"result": "confirmed"}
AUTHORISATION: Final = {
    "reason_code": "need_unclear",
    "reason": "The school's account leaves open whether the home is safe at night.",
    "coordinating_social_worker": "hav-sw-1",
}
JUDGEMENT: Final = {
    "outcome": "early_help",
    "rationale": "The agencies know the family as cooperative; support at home is enough for now.",
}
CONCERN: Final = (
    "The child has come to school tired and hungry on several mornings and told a teacher of loud "
    "arguments at home at night. A neighbour has been seen collecting the child late in the "
    "evening. The school has spoken to the mother, who was open about the strain since losing her "
    "work, and asked what help there is. There are no visible injuries."
)
SILENT: Final = "Nobody answers this one."
"""Words in a concern on which the sandbox agencies keep silent, so that the enquiry stays open."""


def contact(urgency: str, concern: str = CONCERN) -> dict[str, Any]:
    """Give the form of a new contact, received two minutes ago."""
    family = _word(4)
    return {
        "channel": "online_form",
        "urgency": urgency,
        "received_at": (datetime.now(UTC) - timedelta(minutes=2)).isoformat(),
        "concern": concern,
        "children": [
            {
                "full_name": _name(family),
                "date_of_birth": _birthday(),
                "gender": "female",
                "nhs_number": f"999{_digits(7)}",
                "school_or_nursery": "Example Primary School",
            }
        ],
        "household": [
            {"full_name": _name(family), "relationship_to_child": "mother"},
            {"full_name": _name(_word(4)), "relationship_to_child": "mother's partner"},
        ],
        "address": f"{_digits(3)} {_word(3).title()} Street, Romford",
        "referrer": {
            "kind": "professional",
            "full_name": "Terry Teacher",
            "organisation": "Example Primary School",
            "email": "office@example-primary.example",
            "telephone": "020 7946 0123",
        },
        "consent": {
            "status": "given",
            "given_by": "parent",
            "given_by_name": "Orla Fenwick",
            "consent_to_service": "yes",
        },
    }


def _name(family: str) -> str:
    """Give a name that few others have, so that the case index has the work of a borough's."""
    return f"{_word(3)} {family}".title()


def _word(syllables: int) -> str:
    return "".join(choice("bdfgklmnprstvz") + choice("aeiou") for _ in range(syllables))  # noqa: S311


def _birthday() -> str:
    return (date(2009, 1, 1) + timedelta(days=uuid4().int % 6000)).isoformat()


def _digits(number: int) -> str:
    """Give digits that no other contact has, so that nobody is taken for somebody else."""
    return str(uuid4().int)[-number:]
