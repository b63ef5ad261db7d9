"""One contact as people take it through the hub."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import Any
from uuid import uuid4

from support.names import child_of


class NotTakenError(AssertionError):
    """The hub refused an act, or did not take it in time; names the act and its contact."""


class Upto(IntEnum):
    """How far people take a contact."""

    RECORDED = 1
    AUTHORISED = 2
    DECIDED = 3
    CLOSED = 4


GIVEN = {"status": "given", "given_by": "parent", "given_by_name": "Orla Fenwick"}
GIVEN |= {"consent_to_service": "yes"}


@dataclass(slots=True, kw_only=True)
class Play:
    """One contact as people take it through the hub, and what the hub has accepted so far.

    `reach` is how the referrer can be told: email, telephone (a person calls) or nobody.
    `by` is the role that does everything, where not those do whom the policy names. `sightings`
    are the version and state that each read of the contact showed, in order.
    """

    council: str = "havering"
    urgency: str = "red"
    reach: str = "email"
    children: int = 1
    by: str | None = None
    received_ago: timedelta = timedelta(minutes=1)
    upto: Upto = Upto.CLOSED
    key: str = field(default_factory=lambda: uuid4().hex)
    contact_id: str = ""
    accepted: set[str] = field(default_factory=set)
    sightings: list[tuple[int, str]] = field(default_factory=list)
    retries: int = 0

    @property
    def child_ids(self) -> list[str]:
        """The hub's ids for the children."""
        return [f"{self.contact_id}-{number}" for number in range(1, self.children + 1)]

    def form(self, received_at: str) -> dict[str, Any]:
        """Give the contact as it is posted; everybody in it is invented."""
        kind = "anonymous" if self.reach == "nobody" else "professional"
        how = {
            "email": {"email": f"referrer.{self.key[:8]}@school.example"},
            "telephone": {"telephone": "020 7946 0123"},
        }.get(self.reach, {})
        return {
            "channel": "phone",
            "urgency": self.urgency,
            "received_at": received_at,
            "concern": "An invented worry about an invented child.",
            "children": [child_of(self.key[n:]) for n in range(self.children)],
            "referrer": {"kind": kind, **how},
            "consent": GIVEN,
        }
