"""An enquiry: one slot for each agency, collated when all have ended or the time has run out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enquiry.domain.slot import SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL, Crossed, Slot
from mash_shared.clocks import Aggregate, Clock, Recomputed
from mash_shared.messages.enquiry import WhatMayBeAsked
from mash_shared.people import Answer, Family, LawfulBasis
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    EnquiryId,
    Refusal,
    ReplyState,
)


class AgencyNotAskedError(Refusal):
    """A reply came that nobody asked for; it is never attached (I5)."""


@dataclass(slots=True, kw_only=True)
class Enquiry(Aggregate):
    """What the agencies of one council know of one contact's children (F5, H7).

    Its promises count from `received_at`; they were made, by its level, at `promised_from`. What it
    goes by is of intake's `edition`; it has been collated `record` times.
    """

    enquiry_id: EnquiryId = EnquiryId("")
    edition: int = 0
    record: int = 0
    authorised_at: datetime | None = None
    promised_from: datetime | None = None
    received_at: datetime | None = None
    coordinating_social_worker: str = ""
    lawful_basis: LawfulBasis | None = None
    family: Family | None = None
    concern: str = ""
    slots: dict[AgencyId, Slot] = field(default_factory=dict)
    collated_at: datetime | None = None
    collated_replies: list[str] = field(default_factory=list)
    late_replies: list[str] = field(default_factory=list)
    withdrawn_at: datetime | None = None

    @property
    def outstanding(self) -> tuple[AgencyId, ...]:
        """Agencies that are still waited for."""
        return tuple(slot.agency for slot in self.slots.values() if not slot.is_terminal)

    @property
    def gaps(self) -> tuple[AgencyId, ...]:
        """Agencies that gave no answer, whatever the reason (requirements, 4)."""
        said = (ReplyState.INFORMATION, ReplyState.NOTHING_KNOWN)
        return tuple(slot.agency for slot in self.slots.values() if slot.state not in said)

    @property
    def child_ids(self) -> tuple[str, ...]:
        """The children the enquiry is about."""
        return tuple(child.child_id for child in self.family.children) if self.family else ()

    def was_late_from_the_start(self, due_at: datetime) -> bool:
        """Whether a promise was broken before it was made: let out, or graded anew, too late."""
        return self.promised_from is not None and due_at <= self.promised_from

    def open(self, agencies: tuple[AgencyId, ...]) -> None:
        """Give every agency its slot."""
        self.slots = {
            agency: Slot(agency=agency, request_id=f"{self.enquiry_id}.{agency}")
            for agency in agencies
        }

    def start_check(self, clock: Clock, *, within: Clock) -> None:
        """Start an agency's time (J2).

        It is never longer than the enquiry's own (J1), unless that had run out before anybody
        was asked.
        """
        if not self.was_late_from_the_start(within.due_at):
            clock.due_at = min(clock.due_at, within.due_at)
        self.clocks.append(clock)

    def recompute(self, due: Recomputed, calendar_version: str, at: datetime) -> None:
        """Let clocks follow the calendar; an agency's stays within the enquiry's own (J1, J2)."""
        Aggregate.recompute(self, due, calendar_version, at)
        whole = self.clock(ClockKind.ENQUIRY)
        if whole is None or self.was_late_from_the_start(whole.due_at):
            return
        for clock in self.clocks:
            if clock.is_open and clock.kind is ClockKind.AGENCY_CHECK:
                clock.due_at = min(clock.due_at, whole.due_at)

    def take(self, asked: WhatMayBeAsked) -> bool:
        """Go by what intake says now; say whether it is newer than what is known."""
        if asked.edition <= self.edition:
            return False
        self.edition = asked.edition
        self.contact_id = asked.contact_id
        self.council = asked.council
        self.urgency = asked.urgency
        self.enquiry_id = asked.enquiry_id
        self.received_at = asked.received_at
        self.coordinating_social_worker = asked.coordinating_social_worker
        self.lawful_basis = asked.lawful_basis
        self.family = asked.family
        self.concern = asked.concern
        return True

    def promise(self, whole: Clock, at: datetime) -> None:
        """Take the enquiry's own promise in place of any before, made at this moment (J1)."""
        self.end_clock(ClockKind.ENQUIRY, state=ClockState.CANCELLED, at=at)
        self.promised_from = at
        self.clocks.append(whole)

    def asked_anew(self) -> list[Slot]:
        """Let what was stopped go on; give the slots of those to be asked once more."""
        if self.withdrawn_at is None:
            return []
        self.withdrawn_at = None
        stopped = [slot for slot in self.slots.values() if slot.state is ReplyState.CANCELLED]
        for slot in stopped:
            slot.ask_anew()
        if stopped:
            self.collated_at = None
        return stopped

    def check_of(self, slot: Slot) -> dict[str, Any]:
        """Give what every message about one agency's check names, but for urgency and time."""
        return {
            "contact_id": self.contact_id,
            "council": self.council,
            "request_id": slot.request_id,
            "enquiry_id": self.enquiry_id,
            "agency": slot.agency,
        }

    def asked_of(self, slot: Slot) -> dict[str, Any]:
        """Give what one agency is asked, the whole of it, but for the time."""
        clocks = [one for one in self.clocks if one.kind is ClockKind.AGENCY_CHECK]
        reply_by = next(one.due_at for one in reversed(clocks) if one.of == slot.agency)
        return self.check_of(slot) | {
            "urgency": self.urgency,
            "edition": self.edition,
            "reply_by": reply_by,
            "coordinating_social_worker": self.coordinating_social_worker,
            "lawful_basis": self.lawful_basis,
            "family": self.family,
            "concern": self.concern,
        }

    def check_is_ours(self, said: Mapping[str, Any]) -> None:
        """Raise `AgencyNotAskedError` unless all that a reply names is what was asked (I5)."""
        slot = self.slots.get(said["agency"])
        asked = self.check_of(slot) if slot else said
        if slot and said["request_id"] in slot.earlier_requests:
            asked = {**asked, "request_id": said["request_id"]}
        if wrong := [name for name, value in asked.items() if said[name] != value]:
            raise AgencyNotAskedError(f"The reply and its request differ in {', '.join(wrong)}.")

    def record_reply(self, agency: AgencyId, request_id: str, answer: Answer, at: datetime) -> bool:
        """File one agency's reply; say whether it was the last one waited for.

        What came in time keeps the agency's promise (J2), however late it came to be read here.

        Raises `AgencyNotAskedError` where the reply answers no request of this enquiry.
        """
        slot = self.slots.get(agency)
        if slot is None or request_id not in (slot.request_id, *slot.earlier_requests):
            raise AgencyNotAskedError("The reply answers no request of this enquiry.")
        if slot.knows(answer.reply_id):
            return False
        if self.withdrawn_at is not None or request_id != slot.request_id:
            slot.crossed.append(Crossed.of(answer, at))
            return False
        was_waiting = bool(self.outstanding)
        room = min(SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL // len(self.slots))
        slot.file(answer, at, room=room, relied_on=self.collated_replies)
        self.end_clock(ClockKind.AGENCY_CHECK, agency, state=ClockState.MET, at=at)
        for clock in self.clocks:
            if clock.kind is ClockKind.AGENCY_CHECK and clock.of == agency:
                clock.met_after_all(at)
        if self.collated_at is not None:
            self.late_replies.append(answer.reply_id)
            return False
        return was_waiting and not self.outstanding

    def withdraw(self, at: datetime) -> bool:
        """Stop what is outstanding; say whether the enquiry is to be collated for that."""
        self.withdrawn_at = self.withdrawn_at or at
        stopped = self.outstanding
        for agency in stopped:
            self.slots[agency].state = ReplyState.CANCELLED
            self.end_clock(ClockKind.AGENCY_CHECK, agency, state=ClockState.CANCELLED, at=at)
        return bool(stopped) and self.collated_at is None

    def close_check(self, agency: AgencyId) -> bool:
        """Stop waiting for an agency; say whether it was the last one waited for."""
        slot = self.slots[agency]
        if slot.is_terminal:
            return False
        slot.state = ReplyState.NO_REPLY_BY_DEADLINE
        return not self.outstanding and self.collated_at is None

    def collate(self, at: datetime) -> None:
        """Put together what there is, gaps shown; replies that come later do not change it (I6)."""
        for slot in self.slots.values():
            if not slot.is_terminal:
                slot.state = ReplyState.NO_REPLY_BY_DEADLINE
                self.end_clock(ClockKind.AGENCY_CHECK, slot.agency, state=ClockState.MISSED, at=at)
        self.collated_at = at
        self.record += 1
        self.collated_replies = [
            slot.answer.reply_id for slot in self.slots.values() if slot.answer
        ]
        self.end_clock(ClockKind.ENQUIRY, state=ClockState.MET, at=at)
