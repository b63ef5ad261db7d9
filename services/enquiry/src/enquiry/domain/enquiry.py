"""An enquiry: one slot for each agency, collated when all have ended or the time has run out."""

from dataclasses import dataclass, field
from datetime import datetime

from enquiry.domain.asking import Asking
from enquiry.domain.round import Crossed, Round
from enquiry.domain.slot import SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL, Slot
from mash_shared.answers import Answer
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    ReplyState,
)


@dataclass(slots=True, kw_only=True)
class Enquiry(Asking):
    """What the agencies of one council know of one contact's children (F5, H7).

    Its promise counts from `received_at`, or from when a further child opened it again. It has been
    collated `record` times, last of `collated_children`.
    """

    KEPT = Asking.KEPT | dict.fromkeys(("authorised_at", "collated_at"), "a time")

    record: int = 0
    authorised_at: datetime | None = None
    reopened_at: datetime | None = None
    collated_at: datetime | None = None
    collated_children: tuple[str, ...] = ()
    collated_replies: list[str] = field(default_factory=list)
    late_replies: list[str] = field(default_factory=list)

    @property
    def outstanding(self) -> tuple[AgencyId, ...]:
        """Agencies that are still waited for."""
        return tuple(slot.agency for slot, _ in self.waited_for())

    @property
    def states(self) -> dict[AgencyId, dict[str, ReplyState | None]]:
        """How each agency's check ended for each child; None while it is waited for."""
        return {
            slot.agency: {child: slot.state_of(child) for child in self.child_ids}
            for slot in self.slots.values()
        }

    @property
    def gaps(self) -> tuple[AgencyId, ...]:
        """Agencies that gave no answer about some child, whatever the reason (H7)."""
        return tuple(
            agency
            for agency, states in self.states.items()
            if not all(state is not None and state.is_answer for state in states.values())
        )

    @property
    def has_news(self) -> bool:
        """Whether it is to be collated: nothing is outstanding, and some child has no record."""
        unseen = self.collated_at is None or not set(self.child_ids) <= set(self.collated_children)
        return self.authorised_at is not None and unseen and not self.outstanding

    def reopen(self, at: datetime) -> None:
        """Wait for agencies again, which makes the next record.

        For a child whom no record was about the time begins now; for others it began with receipt.
        """
        self.collated_at = None
        if not set(self.child_ids) <= set(self.collated_children):
            self.reopened_at = at

    def record_reply(
        self,
        agency: AgencyId,
        request_id: str,
        answer: Answer,
        about: tuple[str, ...],
        at: datetime,
    ) -> Round | None:
        """File one agency's reply; give its round, None where it is not filed there now.

        What came in time keeps the agency's promise (J2), however late it came to be read here. A
        reply about children who are asked about in another round by now is none of this one.

        Raises `AgencyNotAskedError` where the reply answers no request of this enquiry.
        """
        slot, asked = self._asked(agency, request_id)
        if asked.knows(answer.reply_id):
            return None
        gone = asked.taken_back_at is not None or asked.is_of_nobody(about)
        if self.withdrawn_at is not None or gone:
            asked.crossed.append(Crossed.of(answer, at))
            return None
        if asked.is_outstanding:
            self.end_check(agency, ClockState.MET, at)
        asked.file(answer, about, at)
        self.set_aside()
        room = min(SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL // len(self.slots))
        slot.forget_superseded(room=room, relied_on=self.collated_replies)
        for clock in self.clocks:
            if slot.ran_for(clock, asked):
                clock.met_after_all(at)
        if self.collated_at is not None and not asked.set_aside:
            self.late_replies.append(answer.reply_id)
        return asked

    def take_back(self, slot: Slot, asked: Round, at: datetime) -> None:
        """Ask nothing in this round any more."""
        if asked.is_outstanding:
            self.end_check(slot.agency, ClockState.CANCELLED, at)
        asked.take_back(at)

    def close_check(self, agency: AgencyId, at: datetime) -> None:
        """Stop waiting for an agency."""
        if asked := self.slots[agency].outstanding:
            asked.state = ReplyState.NO_REPLY_BY_DEADLINE
        self.end_check(agency, ClockState.MISSED, at)

    def collate(self, at: datetime) -> None:
        """Put together what there is, gaps shown; replies that come later do not change it (I6).

        Where no child is left there is nothing to put together, and that makes no record.
        """
        for agency in self.outstanding:
            self.close_check(agency, at)
        self.collated_at = at
        self.record += 1 if self.child_ids else 0
        self.collated_children = self.child_ids
        self.collated_replies = [
            one.answer.reply_id
            for slot in self.slots.values()
            for one in slot.about(self.child_ids)
            if one.answer
        ]
        self.end_clock(ClockKind.ENQUIRY, state=ClockState.MET, at=at)
