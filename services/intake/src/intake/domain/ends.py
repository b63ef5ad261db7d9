"""How a contact, or the way of one child, ends without a decision (B14, E, A14)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.guards import Guarded
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.refusals import (
    AlreadyAuthorisedError,
    SignOffMissingError,
    WorkOutstandingError,
)
from intake.domain.way import Position
from mash_shared.clocks import CLOSING
from mash_shared.vocabulary import ClockKind, ClockState


@dataclass(slots=True, kw_only=True)
class Ends(Guarded):
    """A contact that may end, for all children or one by one, and whose referrer hears of it."""

    def propose_ending(self, ending: Ending) -> None:
        """Keep how somebody would end it until a manager says; a later proposal replaces it."""
        self._must_be_free_to_end(ending)
        self.proposed_ending = ending

    def sign_off(self, said: SignOff) -> None:
        """Note what a manager says of the ending that waits; nobody signs off their own."""
        if said.by == said.proposed.by:
            raise SignOffMissingError("Another manager than whoever proposed it signs it off.")
        self.sign_offs.append(said)
        self.proposed_ending = None

    def end(self, ending: Ending) -> None:
        """End the contact another way than by a decision; mandatory work comes first (N5, N6)."""
        self._must_be_free_to_end(ending)
        if self.is_protection and ending.closes_a_worry and ending.signed_off_by is None:
            raise SignOffMissingError("A manager has to sign off how a worry about harm ends.")
        if ending.is_final_for_the_child and any(t.mandatory and t.is_open for t in self.tasks):
            raise WorkOutstandingError("Work that the law or the request asks for is to be done.")
        self.close_with(ending)

    def close_with(self, ending: Ending) -> None:
        """End it so for every child who has not gone another way."""
        self.ending, self.ended_for = ending, self.child_ids
        if ending.told_at_once:
            self.record_told(ending.at, dict.fromkeys(self.child_ids, ending.ended_as))
        if ending.ended_as is Ended.JOINED:
            if not ending.own_notice:
                self.not_told_because = NOT_OWED
            self.matching.take_prompt_back()
            self.be_news()
        self.proposed_ending = None
        self._take_promises_back(ending)

    def _must_be_free_to_end(self, ending: Ending) -> None:
        self.must_go_on()
        if self.is_on_its_way:
            raise AlreadyAuthorisedError("This contact is on its way to a decision.")
        self.must_go_where_the_child_is_known(ending)
        if ending.ended_as is not Ended.JOINED:
            self.must_know_who(self.at(Position.NEW))

    def hand_over(self, children: Iterable[str], ending: Ending) -> None:
        """End the ways of children with whoever knows them; their siblings' go on (E1, E3, E5)."""
        going = tuple(children)
        self.must_know_who(going)
        for child in going:
            self.ways[child].handed_over = ending

    def everybody_is_handed_over(self) -> Ending | None:
        """Give how the last child's way ended where all are with whoever knows them."""
        ends = [self.ways[child].handed_over for child in self.child_ids]
        handed = [end for end in ends if end is not None]
        if self.ending is not None or not handed or len(handed) < len(ends):
            return None
        return max(handed, key=lambda end: end.at)

    def _take_promises_back(self, ending: Ending) -> None:
        """Cancel what nobody waits for any more, now that it has ended so."""
        over = [(ClockKind.CHASE, CLOSING), (ClockKind.WRITTEN_FOLLOW_UP, "")]
        if not self.needs_worker:
            over.append((ClockKind.ALLOCATION, ""))
        shortly = ending.needs_no_full_record and not self.is_protection
        if shortly or ending.ended_as is Ended.JOINED or self.request is not None:
            over.append((ClockKind.CONTACT_RECORD, ""))
        for kind, of in over:
            self.end_clock(kind, of, state=ClockState.CANCELLED, at=ending.at)

    def record_told(self, at: datetime, told: Mapping[str, str | None]) -> None:
        """Note of which children the referrer heard; of each how its way ended, None if decided."""
        self.told_at = self.told_at or at
        for child in self.ways.keys() & told.keys():
            self.ways[child].tell(at, told[child])

    def record_not_told(self, reason: str) -> None:
        """Note why the referrer could not be told; a person still has to."""
        self.not_told_because = reason

    def _who_works(self) -> tuple[str, ...]:
        """Name who has it, coordinates it or took work on, until it is closed (F6, F7, A18).

        Whose place is to be taken may come back, whatever became of the contact.
        """
        held, enquiry = self.allocation, self.authorisation
        is_open = self.state is not ContactState.CLOSED
        named = [t.accepted_by for t in self.tasks if t.is_open and t.accepted_by]
        if held is not None and (is_open or held.gone_at is not None):
            named.append(held.social_worker)
        if enquiry is not None and (is_open or enquiry.gone_at is not None):
            named.append(enquiry.coordinating_social_worker)
        return tuple(dict.fromkeys(named))
