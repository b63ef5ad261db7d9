"""An enquiry: one slot for each agency, collated when all have ended or the time has run out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enquiry.domain.round import Crossed, Round
from enquiry.domain.slot import SUPERSEDED_ROOM, SUPERSEDED_ROOM_IN_ALL, Slot
from enquiry.domain.timed import Timed
from mash_shared.people import Answer
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    Refusal,
    ReplyState,
)


class AgencyNotAskedError(Refusal):
    """A reply came that nobody asked for; it is never attached (I5)."""


@dataclass(slots=True, kw_only=True)
class Enquiry(Timed):
    """What the agencies of one council know of one contact's children (F5, H7).

    Its promise counts from `received_at`, or from when a further child opened it again. It has been
    collated `record` times, last of `collated_children`.
    """

    KEPT = Timed.KEPT | dict.fromkeys(("authorised_at", "collated_at"), "a time")

    record: int = 0
    authorised_at: datetime | None = None
    reopened_at: datetime | None = None
    slots: dict[AgencyId, Slot] = field(default_factory=dict)
    collated_at: datetime | None = None
    collated_children: tuple[str, ...] = ()
    collated_replies: list[str] = field(default_factory=list)
    late_replies: list[str] = field(default_factory=list)
    withdrawn_at: datetime | None = None

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

    def waited_for(self) -> Iterator[tuple[Slot, Round]]:
        """Give what is asked and not answered."""
        for slot in self.slots.values():
            if asked := slot.outstanding:
                yield slot, asked

    def open(self, agencies: tuple[AgencyId, ...]) -> None:
        """Give every agency its slot."""
        self.slots = {agency: Slot(agency=agency) for agency in agencies}

    def hand_over(self, agency: AgencyId, request_id: str, at: datetime) -> None:
        """Note when the agency's gateway had put a request on its topic, which is once (F8).

        Raises `AgencyNotAskedError` where it is no request of this enquiry.
        """
        _, asked = self._asked(agency, request_id)
        asked.handed_over_at = asked.handed_over_at or at

    def reopen(self, at: datetime) -> None:
        """Wait for agencies again, which makes the next record.

        For a child whom no record was about the time begins now; for others it began with receipt.
        """
        self.collated_at = None
        if not set(self.child_ids) <= set(self.collated_children):
            self.reopened_at = at

    def follow_children(self) -> None:
        """Have what is outstanding ask about the children whom nobody else was asked about."""
        for slot in self.slots.values():
            if asked := slot.outstanding:
                asked.child_ids = slot.unasked(self.child_ids)

    def set_aside(self) -> None:
        """Keep from whoever decides here what is said of a child of another family's (N11)."""
        for _, one in self.standing():
            one.set_aside = one.tells_of(self.apart)

    def to_take_back(self) -> list[tuple[Slot, Round]]:
        """Give what is asked and must not be: nobody may ask, or no child of it is left (D15)."""
        return [
            (slot, one)
            for slot, one in self.standing()
            if (one.is_outstanding and self.withdrawn_at is not None)
            or not any(child in self.child_ids for child in one.child_ids)
        ]

    def standing(self) -> Iterator[tuple[Slot, Round]]:
        """Give what the agencies were asked and is not taken back, answered or not."""
        for slot in self.slots.values():
            yield from ((slot, one) for one in slot.rounds if one.taken_back_at is None)

    @property
    def asked_of(self) -> dict[str, tuple[str, ...]]:
        """The children whom each request asks about, by its id."""
        return {one.request_id: one.child_ids for _, one in self.standing()}

    def to_ask(self) -> list[tuple[Slot, tuple[str, ...]]]:
        """Give the agencies that have said all they were asked for, and of whom to ask them now."""
        if self.withdrawn_at is not None:
            return []
        idle = ((s, s.unasked(self.child_ids)) for s in self.slots.values() if not s.outstanding)
        return [(slot, children) for slot, children in idle if children]

    def ask(self, slot: Slot, children: tuple[str, ...], at: datetime) -> Round:
        """Begin the next round of one agency, under a request id of its own."""
        first = f"{self.enquiry_id}.{slot.agency}"
        number = len(slot.rounds) + 1
        asked = Round(
            request_id=first if number == 1 else f"{first}.{number}",
            child_ids=children,
            asked_at=at,
            reply_by=at,
            timed_from=at,
        )
        slot.rounds.append(asked)
        return asked

    def check_is_ours(self, said: Mapping[str, Any]) -> None:
        """Raise `AgencyNotAskedError` unless all that a reply names is what was asked (I5)."""
        slot, asked = self._asked(said["agency"], said["request_id"])
        ours = {"contact_id": self.contact_id, "council": self.council}
        ours |= self.check_of(slot, asked)
        if wrong := [name for name, value in ours.items() if said[name] != value]:
            raise AgencyNotAskedError(f"The reply and its request differ in {', '.join(wrong)}.")

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

    def _asked(self, agency: AgencyId, request_id: str) -> tuple[Slot, Round]:
        slot = self.slots.get(agency)
        asked = slot.round(request_id) if slot else None
        if slot is None or asked is None:
            raise AgencyNotAskedError("The reply answers no request of this enquiry.")
        return slot, asked

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
