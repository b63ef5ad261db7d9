"""What notify says of a notice to a referrer."""

from typing import ClassVar

from mash_shared.messages import Id, Message, PersonalData
from mash_shared.people import Short


class NoticeMessage(Message):
    """What every message about a notice names."""

    owner: ClassVar = "notify"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.NONE

    notice_id: Id


class NoticeDelivered(NoticeMessage):
    """The provider took the notice, or a person told the referrer; the promise is kept (J6)."""

    topic: ClassVar = "notice.delivered.v1"

    attempts: int


class NoticeFailed(NoticeMessage):
    """The notice cannot be delivered by machine; a person must act, `reason` is a code."""

    topic: ClassVar = "notice.failed.v1"

    reason: Short
