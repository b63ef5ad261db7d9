"""Whom the agencies are asked about, in which rounds, and whose a reply is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enquiry.domain.round import Returned, Round
from enquiry.domain.slot import Slot
from enquiry.domain.timed import Timed
from mash_shared.vocabulary import AgencyId, Refusal


class AgencyNotAskedError(Refusal):
    """A reply came that nobody asked for; it is never attached (I5)."""


@dataclass(slots=True, kw_only=True)
class Asking(Timed):
    """One slot for each agency; where consent was `withdrawn_at` a time, nobody is asked."""

    slots: dict[AgencyId, Slot] = field(default_factory=dict)
    withdrawn_at: datetime | None = None

    def open(self, agencies: tuple[AgencyId, ...]) -> None:
        """Give every agency its slot."""
        self.slots = {agency: Slot(agency=agency) for agency in agencies}

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

    def waited_for(self) -> Iterator[tuple[Slot, Round]]:
        """Give what is asked and not answered."""
        for slot in self.slots.values():
            if asked := slot.outstanding:
                yield slot, asked

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

    def hand_over(self, agency: AgencyId, request_id: str, at: datetime) -> None:
        """Note when the agency's gateway had put a request on its topic, which is once (F8).

        Raises `AgencyNotAskedError` where it is no request of this enquiry.
        """
        _, asked = self._asked(agency, request_id)
        asked.handed_over_at = asked.handed_over_at or at

    def note_returned(self, agency: AgencyId, request_id: str, returned: Returned) -> None:
        """Note that an agency has replied, and has to mend what it said (G1)."""
        _, asked = self._asked(agency, request_id)
        asked.note_returned(returned)

    def _asked(self, agency: AgencyId, request_id: str) -> tuple[Slot, Round]:
        slot = self.slots.get(agency)
        asked = slot.round(request_id) if slot else None
        if slot is None or asked is None:
            raise AgencyNotAskedError("The reply answers no request of this enquiry.")
        return slot, asked
