"""What becomes of an enquiry: intake authorises it, the enquiry service collates it."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from mash_shared.messages import LIMITS, ChildIds, Edition, Id, Message, PersonalData
from mash_shared.people import Family, LawfulBasis, Prose, Short
from mash_shared.vocabulary import AgencyId, EnquiryId, ReplyState


class WhatMayBeAsked(Message):
    """Base of what intake says of an enquiry: the whole of it as it stands by this edition."""

    owner: ClassVar = "intake"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.FAMILY

    enquiry_id: Annotated[EnquiryId, LIMITS]
    edition: Edition
    received_at: AwareDatetime
    coordinating_social_worker: Short
    lawful_basis: LawfulBasis
    family: Family
    concern: Prose


class EnquiryAuthorised(WhatMayBeAsked):
    """The person named by the policy let an enquiry go out (F1-F4); carries what may be shared."""

    topic: ClassVar = "enquiry.authorised.v1"

    agencies: Annotated[tuple[AgencyId, ...], Field(min_length=1, max_length=50)]


class EnquiryAmended(WhatMayBeAsked):
    """What an enquiry goes by has changed: its level, facts, lawful basis or coordinator.

    Where nobody `may_ask` any more, consent is lost and what is outstanding stops (D15); where
    somebody may again, what was stopped is asked anew. Of two editions the higher holds.
    """

    topic: ClassVar = "enquiry.amended.v1"

    may_ask: bool


class CollatedReply(Message):
    """Base of what is said about replies: ids and states, never what was disclosed."""

    personal_data: ClassVar = PersonalData.NONE

    enquiry_id: Annotated[EnquiryId, LIMITS]
    child_ids: ChildIds


class EnquiryCollated(CollatedReply):
    """All slots ended or the clock ran out; `gaps` are the agencies without an answer (H7).

    Its records are numbered: agencies that are asked anew make a further one, which then holds.
    """

    topic: ClassVar = "enquiry.collated.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("decision",)

    record: Edition
    received_at: AwareDatetime
    slots: dict[AgencyId, ReplyState]
    reply_ids: tuple[Id, ...]
    gaps: tuple[AgencyId, ...]


class LateInformationReceived(CollatedReply):
    """An agency answered, or corrected itself, after collation; it asks for a review (I6)."""

    topic: ClassVar = "enquiry.late-information-received.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("decision",)

    agency: Annotated[AgencyId, LIMITS]
    reply_id: Id
