"""An enquiry: one slot for each agency, collated when all have ended or the time has run out."""

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from mash_shared.clocks import Aggregate, Clock, Recomputed
from mash_shared.keeping import hash_of, newest_within, size_of
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


class ConsentWithdrawnError(Refusal):
    """A reply came after the family took consent back; it is never attached."""


MOST_SUPERSEDED = 10
"""Texts of superseded replies that are kept of one agency at the most."""
SUPERSEDED_ROOM = 1024 * 1024
"""Bytes of them, of one agency."""
SUPERSEDED_ROOM_IN_ALL = 4 * 1024 * 1024
"""Bytes of them, of all agencies of an enquiry."""


@dataclass(slots=True, kw_only=True)
class Filed:
    """One line of the ledger of replies, kept for ever; the hash is the gateway ledger's own.

    `answer` is the text; None once so much has superseded it that only this line is left. `size`
    is that of the text, in bytes.
    """

    reply_id: str
    state: ReplyState
    reply_hash: str
    size: int
    filed_at: datetime
    answer: Answer | None

    @classmethod
    def of(cls, answer: Answer, at: datetime) -> Self:
        """Write the line of a reply."""
        said = asdict(answer)
        return cls(
            reply_id=answer.reply_id,
            state=ReplyState(answer.state),
            reply_hash=hash_of(said),
            size=size_of(said),
            filed_at=at,
            answer=answer,
        )


@dataclass(slots=True, kw_only=True)
class Slot:
    """What one agency was asked and has said; of its `replies` the last supersedes others (I4)."""

    agency: AgencyId
    request_id: str
    state: ReplyState | None = None
    replies: list[Filed] = field(default_factory=list)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is waited for."""
        return self.state is not None

    @property
    def answer(self) -> Answer | None:
        """What the agency says now."""
        return self.replies[-1].answer if self.replies else None

    @property
    def superseded(self) -> list[Answer]:
        """Earlier replies of the agency's own whose texts are kept."""
        return [line.answer for line in self.replies[:-1] if line.answer]

    def knows(self, reply_id: str) -> bool:
        """Whether this reply was filed before."""
        return any(line.reply_id == reply_id for line in self.replies)

    def file(self, answer: Answer, at: datetime, *, room: int, relied_on: Container[str]) -> None:
        """File a reply; an earlier one of the same agency is superseded, never added to.

        Superseded texts are kept while they fit into the room, in bytes, the newest first; of
        older ones the line is left. What is `relied_on` is kept whole.
        """
        self.replies.append(Filed.of(answer, at))
        self.state = ReplyState(answer.state)
        free = [line for line in self.replies[:-1] if line.reply_id not in relied_on]
        sizes = [line.size for line in free]
        fit = newest_within(sizes, room=room, most=MOST_SUPERSEDED)
        for line in free[: len(free) - fit]:
            line.answer = None


@dataclass(slots=True, kw_only=True)
class Enquiry(Aggregate):
    """What the agencies of one council know of one contact's children (F5, H7).

    Its promises count from `received_at`; they were made, by its level, at `promised_from`.
    """

    enquiry_id: EnquiryId = EnquiryId("")
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

    def check_of(self, slot: Slot) -> dict[str, Any]:
        """Give what every message about one agency's check names, but for urgency and time."""
        return {
            "contact_id": self.contact_id,
            "council": self.council,
            "request_id": slot.request_id,
            "enquiry_id": self.enquiry_id,
            "agency": slot.agency,
        }

    def check_is_ours(self, said: Mapping[str, Any]) -> None:
        """Raise `AgencyNotAskedError` unless all that a reply names is what was asked (I5)."""
        slot = self.slots.get(said["agency"])
        asked = self.check_of(slot) if slot else said
        if wrong := [name for name, value in asked.items() if said[name] != value]:
            raise AgencyNotAskedError(f"The reply and its request differ in {', '.join(wrong)}.")

    def record_reply(self, agency: AgencyId, request_id: str, answer: Answer, at: datetime) -> bool:
        """File one agency's reply; say whether it was the last one waited for.

        What came in time keeps the agency's promise (J2), however late it came to be read here.

        Raises `AgencyNotAskedError` where the reply answers no request of this enquiry.
        """
        slot = self.slots.get(agency)
        if slot is None or slot.request_id != request_id:
            raise AgencyNotAskedError("The reply answers no request of this enquiry.")
        if slot.knows(answer.reply_id):
            return False
        if self.withdrawn_at is not None and slot.answer is None:
            raise ConsentWithdrawnError("Consent was withdrawn before this reply came.")
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
        self.collated_replies = [
            slot.answer.reply_id for slot in self.slots.values() if slot.answer
        ]
        self.end_clock(ClockKind.ENQUIRY, state=ClockState.MET, at=at)
