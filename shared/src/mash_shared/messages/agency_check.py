"""The way of one agency's check: hub to gateway, gateway to agency, and back."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from mash_shared.answers import Answer, Answered, Fact, Professional
from mash_shared.messages import LIMITS, ChildIds, ContactMessage, Edition, Id, PersonalData
from mash_shared.people import Family, LawfulBasis, Prose, Short
from mash_shared.vocabulary import AgencyId, EnquiryId


class CheckMessage(ContactMessage):
    """What every message about one agency's check names."""

    request_id: Id
    enquiry_id: Annotated[EnquiryId, LIMITS]
    agency: Annotated[AgencyId, LIMITS]

    def copied(self) -> dict[str, str]:
        """Give what a reply repeats of the request it answers, a name and a text each (I5).

        That is every field that both have, but for the time, which each has of its own.
        """
        shared = AgencyRequest.model_fields.keys() & AgencyReply.model_fields.keys()
        names = sorted(shared & type(self).model_fields.keys() - {"occurred_at"})
        return {name: str(getattr(self, name)) for name in names}


class Asked(CheckMessage):
    """What one agency is asked, on what basis, and until when: the whole of it, by its edition."""

    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("agency-gateway",)
    personal_data: ClassVar = PersonalData.FAMILY

    edition: Edition
    reply_by: AwareDatetime
    coordinating_social_worker: Short
    lawful_basis: LawfulBasis
    family: Family
    concern: Prose


class AgencyCheckRequested(Asked):
    """The hub asks one agency what it already knows (F8, G6); only its own gateway hears it."""

    topic: ClassVar = "agency-check.requested.{agency}.v1"


class AgencyCheckAmended(Asked):
    """What an agency was asked has changed: a fact, a child, the level and its time, the basis.

    It holds the whole of the request as it stands now; of two editions the higher holds.
    """

    topic: ClassVar = "agency-check.amended.{agency}.v1"


class AgencyCheckCancelled(CheckMessage):
    """The hub takes a request back: consent was withdrawn (D15), or no child of it is left."""

    topic: ClassVar = "agency-check.cancelled.{agency}.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("agency-gateway",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False
    partitions: ClassVar = 1


class AgencyCheckChased(CheckMessage):
    """Part of an agency's time is over, and it has not answered: its gateway reminds it.

    After the `last` reminder nothing comes but the end of its time.
    """

    topic: ClassVar = "agency-check.chased.{agency}.v1"
    owner: ClassVar = "enquiry"
    consumers: ClassVar = ("agency-gateway",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False
    partitions: ClassVar = 1

    part: Annotated[float, Field(gt=0, lt=1)]
    reply_by: AwareDatetime
    last: bool


class AgencyCheckHandedOver(CheckMessage):
    """The gateway has put a request on its agency's topic, at this moment by its own clock (F8)."""

    topic: ClassVar = "agency-check.handed-over.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.NONE


class AgencyRequest(CheckMessage):
    """The request as the agency's own program reads it: the published contract.

    `request_hash` is the SHA-256 of the other fields and must be quoted by the reply.
    """

    topic: ClassVar = "agency.{agency}.request.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("agency adapters",)
    personal_data: ClassVar = PersonalData.FAMILY

    purpose: Literal["initial_referral_decision"] = "initial_referral_decision"
    edition: Edition
    reply_by: AwareDatetime
    coordinating_social_worker: Short
    lawful_basis: LawfulBasis
    family: Family
    concern: Prose
    request_hash: Short


class AgencyAmendment(AgencyRequest):
    """A request as it stands now, under the id it has: the published contract.

    A reply may quote the hash of any of them; the newest says what holds and by when to reply.
    """

    topic: ClassVar = "agency.{agency}.amendment.v1"


class AgencyCancellation(CheckMessage):
    """A request is taken back, and a reply to it no longer passed on: the published contract.

    It may come before the request itself, which is then not handed over any more.
    """

    topic: ClassVar = "agency.{agency}.cancellation.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("agency adapters",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False
    partitions: ClassVar = 1


class AgencyReminder(AgencyCheckChased):
    """A request is still unanswered, and part of its time is over: the published contract.

    It promises nothing and changes nothing; `reply_by` is when the time is over. The `last` one is
    for whoever leads in the agency as well. There is none of what was answered or taken back.
    """

    topic: ClassVar = "agency.{agency}.reminder.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("agency adapters",)


class AgencyReply(CheckMessage):
    """What an agency's own program answers: the published contract (G1, G2)."""

    topic: ClassVar = "agency.{agency}.reply.v1"
    owner: ClassVar = "agency adapters"
    consumers: ClassVar = ("agency-gateway",)
    personal_data: ClassVar = PersonalData.DISCLOSURE

    reply_id: Short
    request_hash: Short
    state: Answered
    facts: tuple[Fact, ...] = ()
    analysis: Prose | None = None
    declined_reason: Prose | None = None
    designated_professional: Professional | None = None


class AgencyCheckAnswered(CheckMessage):
    """The gateway checked an agency's reply, wrote its disclosure ledger and passes it on (G3).

    `about` are the children whom that form of the request named which the reply quotes.
    """

    topic: ClassVar = "agency-check.answered.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.DISCLOSURE

    about: ChildIds
    answer: Answer


class AgencyCheckReturned(CheckMessage):
    """The gateway returned a reply to its agency for what it lacks; nothing was passed on (G1).

    The agency still owes its answer, and its time runs; `code` is that of the agency's receipt.
    """

    topic: ClassVar = "agency-check.returned.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("enquiry",)
    personal_data: ClassVar = PersonalData.NONE

    reply_id: Id
    code: Short
