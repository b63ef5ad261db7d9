"""What every service says of its clocks, so that ops can set topic lag against due times."""

from typing import ClassVar

from mash_shared.clocks import Clock
from mash_shared.messages import ContactMessage, Id, PersonalData


class ClockChanged(ContactMessage):
    """The clocks of one document, as they stand at `document_version` (design: clocks as data)."""

    topic: ClassVar = "clock.changed.{service}.v1"
    owner: ClassVar = "every service"
    consumers: ClassVar = ("ops",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False

    service: Id
    document_id: Id
    document_version: int
    clocks: tuple[Clock, ...]
