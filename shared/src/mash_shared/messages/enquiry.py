"""What becomes of an enquiry: intake authorises it, the enquiry service collates it."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from mash_shared.messages import LIMITS, ChildIds, Id, Message, PersonalData
from mash_shared.people import Family, LawfulBasis, Prose, Short
from mash_shared.vocabulary import AgencyId, EnquiryId, ReplyState


class EnquiryAuthorised(Message):
    """The person named by the policy let an enquiry go out (F1-F4); carries what may be shared."""

    topic: ClassVar = "enquiry.authorised.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.FAMILY

    enquiry_id: Annotated[EnquiryId, LIMITS]
    received_at: AwareDatetime
    agencies: Annotated[tuple[AgencyId, ...], Field(min_length=1, max_length=50)]
    coordinating_social_worker: Short
    lawful_basis: LawfulBasis
    family: Family
    concern: Prose


class ConsentWithdrawn(Message):
    """Consent was taken back, or was not there after all: what is outstanding stops (D15)."""

    topic: ClassVar = "consent.withdrawn.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.NONE

    enquiry_id: Annotated[EnquiryId, LIMITS]


class CollatedReply(Message):
    """Base of what is said about replies: ids and states, never what was disclosed."""

    personal_data: ClassVar = PersonalData.NONE

    enquiry_id: Annotated[EnquiryId, LIMITS]
    child_ids: ChildIds


class EnquiryCollated(CollatedReply):
    """All slots ended or the clock ran out; `gaps` are the agencies without an answer (H7)."""

    topic: ClassVar = "enquiry.collated.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("decision",)

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
