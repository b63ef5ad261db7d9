"""What notify says of a notice to a referrer."""

from typing import Annotated, ClassVar

from pydantic import Field

from mash_shared.messages import MOST_CHILDREN, ContactMessage, Id, PersonalData
from mash_shared.people import Short


class NoticeMessage(ContactMessage):
    """What every message about a notice names.

    The first notice of a contact has its id, a further one a number behind it.
    """

    owner: ClassVar = "notify"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.NONE

    notice_id: Id


class NoticeDelivered(NoticeMessage):
    """The provider took the notice, or a person told the referrer; the promise is kept (J6).

    `child_ids` are the children of whom the referrer heard the decision, `passed_on` those of whom
    they heard where else they, or the contact, went. Where a child is learnt of later there is a
    further notice, of that child alone; of a referrer who is only acknowledged it says that nothing
    more is owed (K2).
    """

    topic: ClassVar = "notice.delivered.v1"

    attempts: int
    child_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_CHILDREN)] = ()
    passed_on: Annotated[dict[Id, Short], Field(max_length=MOST_CHILDREN)] = Field(
        default_factory=dict
    )


class NoticeFailed(NoticeMessage):
    """The notice cannot be delivered by machine; a person must act, `reason` is a code."""

    topic: ClassVar = "notice.failed.v1"

    reason: Short
