"""What an agency told or asked of its own accord, and that the hub wrote it down (M10)."""

from dataclasses import dataclass
from datetime import datetime

from mash_shared.clocks import Aggregate
from mash_shared.keeping import hash_of
from mash_shared.vocabulary import AgencyId, ContactId, Refusal


class NothingTakenError(Refusal):
    """The council takes nothing of the kind from this agency by its gateway (M10)."""


class SaidOtherwiseError(Refusal):
    """What is put right is told under a number of its own; the same number says the same (I4)."""


SAID = "said-"
"""How the id of what an agency said of its own accord begins."""


def said_id(council: str, saying: str, number: str) -> str:
    """Give the id of what an agency says under this number; the number stands nowhere in it."""
    return SAID + hash_of({"council": council, "saying": saying, "number": number})[:32]


def contact_of(agency: str, said: str) -> ContactId:
    """Give the id of the contact that is recorded of what an agency said."""
    return ContactId(hash_of({"agency": agency, "said": said})[:32])


@dataclass(slots=True, kw_only=True)
class Said(Aggregate):
    """What this agency told or asked of its own accord, and the hub's reference of it (M10)."""

    KEPT = Aggregate.KEPT | {"agency": "a code", "came_at": "a time"}

    agency: AgencyId = AgencyId("")
    number: str = ""
    said_hash: str = ""
    came_at: datetime | None = None
    reference: str | None = None

    def take(self, number: str, said_hash: str, at: datetime) -> bool:
        """Take it in once; False where it came before. Raises `SaidOtherwiseError`."""
        if self.came_at is not None:
            if said_hash != self.said_hash:
                raise SaidOtherwiseError("This number says something else than it said before.")
            return False
        self.number, self.said_hash, self.came_at = number, said_hash, at
        return True
