"""What intake says of a contact."""

from typing import ClassVar

from pydantic import AwareDatetime

from mash_shared.messages import ChildIds, Message, PersonalData
from mash_shared.people import Referrer, Short


class ContactRecorded(Message):
    """A contact was recorded; notify learns whom to tell, and by which policy (A1, J6, K2)."""

    topic: ClassVar = "contact.recorded.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("notify",)
    personal_data: ClassVar = PersonalData.REFERRER

    reference: Short
    received_at: AwareDatetime
    referrer: Referrer
    child_ids: ChildIds
