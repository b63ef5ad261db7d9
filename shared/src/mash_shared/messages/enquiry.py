"""What becomes of an enquiry: intake authorises it, the enquiry service collates it."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from mash_shared.messages import (
    LIMITS,
    MOST_CHILDREN,
    ChildIds,
    ContactMessage,
    Edition,
    Id,
    PersonalData,
)
from mash_shared.people import Family, LawfulBasis, Prose, Short
from mash_shared.reminders import Reminder
from mash_shared.vocabulary import AgencyId, EnquiryId, ReplyState

Minutes = Annotated[int, Field(ge=15, le=7 * 24 * 60)]
"""Elapsed time that somebody gives an agency, in minutes."""


class WhatMayBeAsked(ContactMessage):
    """Base of what intake says of an enquiry: the whole of it as it stands by this edition.

    The family's children are those whom it is about now, and no others. `reminders` are for whoever
    puts the replies together, child by child; no agency is told them (N1, O13). `times` are what
    somebody gave agencies for this case, where that is shorter than the council's own (G7).
    """

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
    times: Annotated[dict[AgencyId, Minutes], Field(max_length=50)] = Field(default_factory=dict)
    reminders: Annotated[dict[Id, tuple[Reminder, ...]], Field(max_length=MOST_CHILDREN)] = Field(
        default_factory=dict
    )


class EnquiryAuthorised(WhatMayBeAsked):
    """The person named by the policy let an enquiry go out; carries what may be shared."""

    topic: ClassVar = "enquiry.authorised.v1"

    agencies: Annotated[tuple[AgencyId, ...], Field(min_length=1, max_length=50)]


class EnquiryAmended(WhatMayBeAsked):
    """What an enquiry goes by has changed: its level, facts, children, basis or coordinator.

    A child who is new to it is asked about; of one who is no longer in it nobody is asked further.

    Where nobody `may_ask` any more, consent is lost and what is outstanding stops (D15); where
    somebody may again, what was stopped is asked anew. Of two editions the higher holds. `apart`
    are children who went to a contact of their own family: an answer that is about one of them as
    well is shown to nobody here, and asked for anew (N11).
    """

    topic: ClassVar = "enquiry.amended.v1"

    may_ask: bool
    apart: Annotated[tuple[Id, ...], Field(max_length=MOST_CHILDREN)] = ()


class CollatedReply(ContactMessage):
    """Base of what is said about replies: ids and states, never what was disclosed."""

    personal_data: ClassVar = PersonalData.NONE

    enquiry_id: Annotated[EnquiryId, LIMITS]
    child_ids: ChildIds


class EnquiryCollated(CollatedReply):
    """All slots ended or the clock ran out; `gaps` are agencies without an answer of a child (H7).

    Its records are numbered: agencies that are asked anew, or of a further child, make a further
    one, which then holds. Intake measures by it how long collecting took, and deciding (O14).
    """

    topic: ClassVar = "enquiry.collated.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("decision", "intake")

    record: Edition
    received_at: AwareDatetime
    coordinating_social_worker: Short
    slots: dict[AgencyId, dict[Id, ReplyState]]
    reply_ids: tuple[Id, ...]
    gaps: tuple[AgencyId, ...]


class LateInformationReceived(CollatedReply):
    """An agency answered, or corrected itself, after collation; it asks for a review (I6).

    It names the children whom the answer is about.
    """

    topic: ClassVar = "enquiry.late-information-received.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("decision",)

    agency: Annotated[AgencyId, LIMITS]
    reply_id: Id
