"""What the council's case system says of the children it knows."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime

from mash_shared.messages import LIMITS, Message, PersonalData
from mash_shared.people import NhsNumber, Short
from mash_shared.vocabulary import ContactId


class CaseStatusChanged(Message):
    """A child's case was opened, moved or closed in the case system (E1, E3).

    `contact_id` is the number of the case, since there is no contact: it keeps news of one case in
    order. Of two messages about a case the one with the later `occurred_at` holds.
    """

    topic: ClassVar = "case.status-changed.v1"
    owner: ClassVar = "case system"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY
    laned: ClassVar = False

    contact_id: Annotated[ContactId, LIMITS]
    status: Literal["open", "closed"]
    worker: Short | None = None
    team: Short | None = None
    closed_at: AwareDatetime | None = None
    full_name: Short | None = None
    date_of_birth_in_part: Short | None = None
    nhs_number: NhsNumber | None = None
    address: Short | None = None
