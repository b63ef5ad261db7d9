"""What an agency is told of every record that it wrote to the hub."""

from typing import Annotated, ClassVar, Literal

from mash_shared.messages import LIMITS, Id, Message, PersonalData
from mash_shared.people import Prose, Short
from mash_shared.vocabulary import AgencyId

UNREAD = "unread"
"""Stands for the contact and the council of a record that could not be read."""
Became = Literal["taken", "late", "repeated", "returned", "taken_back", "parked"]
"""What became of a record.

It was `taken` in time or `late`, or had been taken before (`repeated`); it was `returned` for what
it lacks, and its request stays open; it came to a request that had been `taken_back`; or it was
`parked`, so that a person at the hub has to look at it.
"""


class AgencyRecordReceipt(Message):
    """What became of one record that an agency wrote: the published contract (G2, I4, I5).

    `record` says which, as the broker told its place to the sender. Where it could be read, it has
    the record's own ids; else `unread` stands for contact and council. It may come more than once.
    """

    topic: ClassVar = "agency.{agency}.record-receipt.v1"
    owner: ClassVar = "agency-gateway"
    consumers: ClassVar = ("agency adapters",)
    personal_data: ClassVar = PersonalData.NONE
    partitions: ClassVar = 1

    agency: Annotated[AgencyId, LIMITS]
    record: Short
    became: Became
    code: Short | None = None
    reason: Prose | None = None
    pointer: Short | None = None
    request_id: Id | None = None
    reply_id: Id | None = None
