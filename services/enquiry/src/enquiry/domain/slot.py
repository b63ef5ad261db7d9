"""What one agency was asked and has said, round by round."""

from collections.abc import Collection, Container
from dataclasses import dataclass, field

from enquiry.domain.round import Round
from mash_shared.clocks import Clock
from mash_shared.keeping import newest_within
from mash_shared.vocabulary import AgencyId, ClockKind, ReplyState

MOST_SUPERSEDED = 10
"""Texts of superseded replies that are kept of one agency at the most."""
SUPERSEDED_ROOM = 1024 * 1024
"""Bytes of them, of one agency."""
SUPERSEDED_ROOM_IN_ALL = 4 * 1024 * 1024
"""Bytes of them, of all agencies of an enquiry."""


@dataclass(slots=True, kw_only=True)
class Slot:
    """The rounds in which one agency was asked; an answer of one supersedes none of another.

    Only the last round may be outstanding. A further one asks about children of whom none before
    it has asked, or who were taken out of it again.
    """

    agency: AgencyId
    rounds: list[Round] = field(default_factory=list)

    @property
    def outstanding(self) -> Round | None:
        """The round whose answer is waited for."""
        last = self.rounds[-1] if self.rounds else None
        return last if last is not None and last.is_outstanding else None

    def round(self, request_id: str) -> Round | None:
        """Give the round of a request, None where this agency was never asked so."""
        return next((one for one in self.rounds if one.request_id == request_id), None)

    def state_of(self, child_id: str) -> ReplyState | None:
        """Say how the last asking about a child ended; one who was never asked about was stopped.

        None while it is waited for.
        """
        about = [one.state for one in self.rounds if child_id in one.child_ids if not one.set_aside]
        return about[-1] if about else ReplyState.CANCELLED

    def unasked(self, children: tuple[str, ...]) -> tuple[str, ...]:
        """Give those of these children whom it was not asked about, or is not any more."""
        ended = [one for one in self.rounds if not one.is_outstanding and not one.taken_back_at]
        asked = {child for one in ended if not one.set_aside for child in one.child_ids}
        return tuple(child for child in children if child not in asked)

    def about(self, children: Collection[str]) -> list[Round]:
        """Give the rounds about any of these children, and in words about nobody else's (N11)."""
        ours = [one for one in self.rounds if not one.set_aside]
        return [one for one in ours if any(child in children for child in one.child_ids)]

    def forget_superseded(self, *, room: int, relied_on: Container[str]) -> None:
        """Keep superseded texts while they fit into the room, in bytes, the newest first (I4).

        Of older ones the line is left. What is `relied_on` is kept whole.
        """
        lines = [line for one in self.rounds for line in one.superseded]
        free = [line for line in lines if line.reply_id not in relied_on]
        free.sort(key=lambda line: line.filed_at)
        fit = newest_within([line.size for line in free], room=room, most=MOST_SUPERSEDED)
        for line in free[: len(free) - fit]:
            line.answer = None

    def ran_for(self, clock: Clock, asked: Round) -> bool:
        """Whether a clock was this agency's time in a round: begun in it, before the next."""
        ours = clock.kind is ClockKind.AGENCY_CHECK and clock.of == self.agency
        begun = [one for one in self.rounds if one.asked_at <= clock.started_at]
        return ours and begun[-1:] == [asked]
