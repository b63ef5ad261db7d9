"""What every process says of its audit trail, so that nobody takes off its end unseen."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from mash_shared.messages import Id, Message, PersonalData

EVERY_COUNCIL = "every"
"""Stands for the council of what belongs to none."""


class AuditTrailReached(Message):
    """How far the audit trail of a process reaches: number and hash of its newest line, signed.

    `contact_id` is the name of the process, since there is no contact. It is said about once a
    minute where lines were added, and compared with the trail by `python -m mash_shared.audit
    verify`.
    """

    topic: ClassVar = "audit.trail-reached.{process}.v1"
    owner: ClassVar = "every process"
    consumers: ClassVar = ("auditor",)
    personal_data: ClassVar = PersonalData.NONE
    partitions: ClassVar = 1
    retention: ClassVar = timedelta(days=3653)

    process: Id
    checkpoint: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
