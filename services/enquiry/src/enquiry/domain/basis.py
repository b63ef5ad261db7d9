"""What an enquiry goes by, as intake said last, and what each agency is asked by it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from enquiry.domain.round import Round
from enquiry.domain.slot import Slot
from mash_shared.clocks import Aggregate
from mash_shared.keeping import hash_of
from mash_shared.messages.enquiry import WhatMayBeAsked
from mash_shared.people import Family, LawfulBasis
from mash_shared.reminders import Reminder
from mash_shared.vocabulary import AgencyId, ClockKind, EnquiryId


@dataclass(slots=True, kw_only=True)
class Basis(Aggregate):
    """What may be asked, of whom, why and for whom; the whole of it is of intake's `edition`.

    `apart` are children who went to a contact of their own family's (N11); `times` the minutes that
    somebody gave agencies for this case (G7).
    """

    KEPT = Aggregate.KEPT | {"enquiry_id": "a name that the hub drew"}

    enquiry_id: EnquiryId = EnquiryId("")
    edition: int = 0
    received_at: datetime | None = None
    coordinating_social_worker: str = ""
    lawful_basis: LawfulBasis | None = None
    family: Family | None = None
    concern: str = ""
    times: dict[AgencyId, int] = field(default_factory=dict)
    reminders: dict[str, tuple[Reminder, ...]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()

    @property
    def child_ids(self) -> tuple[str, ...]:
        """The children whom the enquiry is about now."""
        return tuple(child.child_id for child in self.family.children) if self.family else ()

    def take(self, asked: WhatMayBeAsked) -> bool:
        """Go by what intake says now; say whether it is newer than what is known."""
        if asked.edition <= self.edition:
            return False
        self.edition = asked.edition
        self.belong_to(asked)
        self.enquiry_id = asked.enquiry_id
        self.received_at = asked.received_at
        self.coordinating_social_worker = asked.coordinating_social_worker
        self.lawful_basis = asked.lawful_basis
        self.family = asked.family
        self.concern = asked.concern
        self.times = asked.times
        self.reminders = asked.reminders
        return True

    def check_of(self, slot: Slot, asked: Round) -> dict[str, Any]:
        """Give what every message about one agency's check names beside its head."""
        return {
            "request_id": asked.request_id,
            "enquiry_id": self.enquiry_id,
            "agency": slot.agency,
        }

    def tell(self, slot: Slot, asked: Round, at: datetime) -> dict[str, Any] | None:
        """Give what an agency is to be told of a round, None where that is what it knows.

        It is the whole of what is asked, beside the head of the message; a round names its own
        children only.
        """
        clock = self.clock(ClockKind.AGENCY_CHECK, slot.agency) if asked.is_outstanding else None
        asked.reply_by = clock.due_at if clock else asked.reply_by
        assert self.family is not None  # noqa: S101 - what was taken in has it
        children = tuple(one for one in self.family.children if one.child_id in asked.child_ids)
        said = self.check_of(slot, asked) | {
            "reply_by": asked.reply_by,
            "coordinating_social_worker": self.coordinating_social_worker,
            "lawful_basis": self.lawful_basis,
            "family": replace(self.family, children=children),
            "concern": self.concern,
        }
        by = asked.reply_by.isoformat()
        parts = {name: repr(part) for name, part in said.items()}
        told = hash_of(parts | {"reply_by": by, "level": f"{self.urgency} {self.lane}"})
        if told == asked.told:
            return None
        asked.amended_at = at if asked.told else None
        asked.told = told
        return said | {"edition": self.edition}
