"""What the council's case system says of the children it knows."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from mash_shared.messages import Message, PersonalData
from mash_shared.messages.details import AS_SAID, Detail, TimeOrMissing
from mash_shared.people import NhsNumber, PartlyKnownDate


def _word(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


class CaseStatusChanged(Message):
    """A child's case was opened, moved or closed in the case system (E1, E3).

    `contact_id` is the number of the case, since there is no contact: it keeps news of one case in
    order. Of two messages about a case the one with the later `occurred_at` holds; of two with the
    same, the one that came later. A time in the future or before 2000 is that of its arrival, and
    bars no later news. No detail that cannot be read loses the status. `merged_into` is the number
    of the case under which this one goes on.
    """

    topic: ClassVar = "case.status-changed.v1"
    owner: ClassVar = "case system"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY

    status: Annotated[Literal["open", "closed"], BeforeValidator(_word)]
    worker: Detail = None
    team: Detail = None
    closed_at: TimeOrMissing = None
    merged_into: Detail = None
    full_name: Detail = None
    date_of_birth_in_part: Annotated[PartlyKnownDate | None, AS_SAID] = None
    nhs_number: Annotated[NhsNumber | None, AS_SAID] = None
    address: Detail = None
