"""What an agency tells the hub, or asks it, of its own accord; and that it was written down."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from mash_shared.messages import LIMITS, MOST_CHILDREN, ContactMessage, Id, Message, PersonalData
from mash_shared.people import (
    AskedAbout,
    ChildSpokenOf,
    EmailOrMissing,
    Prose,
    Short,
    ShortOrMissing,
    TelephoneOrMissing,
)
from mash_shared.vocabulary import AgencyId

Saying = Literal["information", "enquiry"]
"""Whether the agency only tells the hub something, or asks it."""


class Says(Message):
    """Base of what an agency says of a person and of children around them (M10)."""

    personal_data: ClassVar = PersonalData.FAMILY

    agency: Annotated[AgencyId, LIMITS]
    professional: Short
    email: EmailOrMissing = None
    telephone: TelephoneOrMissing = None
    subject: Literal["adult", "child"] = "adult"
    asked_about: AskedAbout
    concern: Prose
    children: Annotated[tuple[ChildSpokenOf, ...], Field(max_length=MOST_CHILDREN)] = ()
    address: ShortOrMissing = None
    significant_harm: Literal["yes", "no", "unknown"] = "unknown"
    immediate_danger: bool = False


class FromAgency(Says):
    """Base of what an agency's own program writes: the published contract.

    `contact_id` is the agency's own number of what it says, since there is no contact yet; under
    one number it says one thing, however often it is sent.
    """

    owner: ClassVar = "agency adapters"
    consumers: ClassVar = ("agency-gateway",)


class AgencyInformation(FromAgency):
    """An agency tells of a supervised person who has contact with children, or is a risk (M10)."""

    topic: ClassVar = "agency.{agency}.information.v1"


class AgencyEnquiry(FromAgency):
    """An agency makes a child safeguarding enquiry of the hub (M10)."""

    topic: ClassVar = "agency.{agency}.enquiry.v1"


class Checked(Says, ContactMessage):
    """Base of what a gateway has checked and passes on, under the id of the contact to be.

    Where harm or danger is said it goes by the council's gravest level, else by the least grave,
    until somebody grades it.
    """

    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("intake",)

    number: Id


class AgencyInformationShared(Checked):
    """What an agency told of its own accord; intake records it as a notification (M10)."""

    topic: ClassVar = "agency.information-shared.v1"


class AgencyEnquiryMade(Checked):
    """What an agency asked; intake records it as a request made to the hub (M10)."""

    topic: ClassVar = "agency.enquiry-made.v1"


class AgencyMessageRecorded(ContactMessage):
    """Intake wrote down what an agency said, under a reference that the agency can quote (M10)."""

    topic: ClassVar = "agency-message.recorded.{agency}.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("agency-gateway",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False
    partitions: ClassVar = 1

    agency: Annotated[AgencyId, LIMITS]
    saying: Saying
    number: Id
    reference: Short


class AgencyReceipt(Message):
    """What an agency said was written down: the published contract.

    `number` is the agency's own, `reference` the hub's: by it the contact is quoted.
    """

    topic: ClassVar = "agency.{agency}.receipt.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("agency adapters",)
    personal_data: ClassVar = PersonalData.NONE
    partitions: ClassVar = 1

    agency: Annotated[AgencyId, LIMITS]
    saying: Saying
    number: Id
    reference: Short
