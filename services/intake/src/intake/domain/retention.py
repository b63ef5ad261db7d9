"""How long a contact is kept, what holds it longer, and how two people erase it (S18, S26)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from dateutil.relativedelta import relativedelta

from intake.domain.ends import Ends
from intake.domain.erasure import (
    ERASURE,
    KEPT_AS,
    Erasure,
    ErasureAnswer,
    Ground,
    Hold,
    Lifting,
    Proposal,
)
from intake.domain.glass import unseen
from intake.domain.progress import ContactState
from mash_shared.clocks import Clock
from mash_shared.policy import Pack
from mash_shared.policy.retention import KeptAs
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotEntitledError,
    NotKnownError,
    Refusal,
)


class HeldError(Refusal):
    """A legal hold keeps the contact, or stands already."""


class StillNeededError(Refusal):
    """Something still rests on the contact, so that nothing of it may be erased."""


class KeptLongerError(Refusal):
    """The time is not over for which the council keeps contacts of this kind."""


@dataclass(slots=True, kw_only=True)
class Retained(Ends):
    """A contact that is kept for a time, and then erased.

    `rested_at` is since when nothing happened with a closed contact, `kept_as` what became of it;
    `key_to_destroy` and `key_destroyed` say how far its erasure has come.
    """

    PLAIN = Ends.PLAIN | {
        "kept_as": "a code, by which contacts are found whose time is over",
        "rested_at": "a time, by which they are found",
        "key_to_destroy": "yes or no, by which work is found",
        "key_destroyed": "yes or no, by which what a restored database has is destroyed again",
    }
    KEPT = Ends.KEPT | {
        "state": "a code",
        "reference": "made from the id, by which people ask what became of it",
        "figures": "codes and minutes, so that what was counted stays counted",
        "erasure": "ids of staff and processes, a code, times",
        "key_to_destroy": "yes or no",
        "key_destroyed": "yes or no",
    }

    holds: list[Hold] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    kept_as: KeptAs | None = None
    rested_at: datetime | None = None
    erasure: Erasure | None = None
    key_to_destroy: bool = False
    key_destroyed: bool = False

    @property
    def is_held(self) -> bool:
        """Whether a hold stands."""
        return bool(self.holds) and self.holds[-1].lifted is None

    @property
    def proposed(self) -> Proposal | None:
        """The proposal that waits for somebody else."""
        last = self.proposals[-1] if self.proposals else None
        return last if last is not None and last.answer is None else None

    def rest(self) -> None:
        """Keep since when it rests, and as what it is kept, while it is closed."""
        closed = self.state is ContactState.CLOSED
        self.kept_as = _gravest(self) if closed else None
        self.rested_at = max(_happened(self), default=None) if closed else None

    def hold(self, hold: Hold) -> None:
        """Let nothing of it be erased. Raises `HeldError` where that holds already."""
        if self.is_held:
            raise HeldError("A hold stands on this contact already.")
        self.holds.append(hold)

    def lift(self, lifting: Lifting) -> None:
        """Lift the hold: by somebody else than who set it. Raises a refusal."""
        if not self.is_held:
            raise HeldError("No hold stands on this contact.")
        if self.holds[-1].by == lifting.by:
            raise NotEntitledError("Only somebody else than who set the hold may lift it.")
        self.holds[-1] = replace(self.holds[-1], lifted=lifting)

    def propose_erasure(self, proposal: Proposal) -> None:
        """Keep that somebody would erase it, until somebody else answers. Raises a refusal."""
        if self.proposed is not None:
            raise StillNeededError("Its erasure is proposed already: somebody else answers that.")
        self.proposals.append(proposal)

    def answer_erasure(self, answer: ErasureAnswer) -> Proposal:
        """Note what somebody else says of the proposal that waits; gives it. Raises a refusal."""
        proposed = self.proposed
        if proposed is None:
            raise NotKnownError("Nobody has proposed that this contact is erased.")
        if proposed.by == answer.by:
            raise NotEntitledError("Only somebody else than who proposed it may answer.")
        self.proposals[-1] = replace(proposed, answer=answer)
        return proposed

    def must_be_free_to_erase(
        self, ground: Ground, pack: Pack, at: datetime, still_open: Collection[str]
    ) -> None:
        """Raise a refusal while anything keeps it; contacts that are `still_open` are named."""
        if self.is_held:
            raise HeldError("A legal hold stands on this contact: somebody has to lift it first.")
        if self.state is not ContactState.CLOSED:
            raise StillNeededError("This contact is open: it has to be closed first.")
        if self.needs_worker or unseen(self.broken_glass) or any(t.is_open for t in self.tasks):
            raise StillNeededError("Work on this contact still waits: that has to end first.")
        if linked(self) & set(still_open):
            raise StillNeededError("A contact that belongs to this one is open: close it first.")
        until = kept_until(self, pack)
        if ground is Ground.RETENTION_OVER and (until is None or at < until):
            raise KeptLongerError("The time is not over for which contacts of this kind are kept.")

    def be_erased(self, erasure: Erasure, clock: Clock) -> None:
        """Leave a stub of it, which waits for everybody to forget it."""
        self.erase(erasure.agreed_at)
        self.erasure = erasure
        self.clocks.append(clock)

    def note_forgotten(self, process: str, at: datetime) -> None:
        """Note that a process has forgotten it; after the last its key may go.

        Raises `NotKnownError` for a contact that nobody erased.
        """
        if self.erasure is None:
            raise NotKnownError("Nobody has erased this contact.")
        self.erasure.forgotten.setdefault(process, at)
        everybody = set(self.erasure.awaited) <= self.erasure.forgotten.keys()
        self.key_to_destroy = everybody and not self.key_destroyed

    def note_key_destroyed(self, at: datetime) -> None:
        """Note that nothing can be read of it any more, in no backup either."""
        if self.erasure is not None and self.key_to_destroy:
            self.erasure.destroyed_at = at
            self.key_to_destroy, self.key_destroyed = False, True
            self.end_clock(ClockKind.TASK, ERASURE, state=ClockState.MET, at=at)


def kept_until(contact: Retained, pack: Pack) -> datetime | None:
    """Give until when a closed contact is kept, by calendar years; None of one that is not."""
    if contact.kept_as is None or contact.rested_at is None:
        return None
    until: datetime = contact.rested_at + relativedelta(years=pack.retention.years[contact.kept_as])
    return until


def linked(contact: Retained) -> set[str]:
    """Name the contacts that it is part of, that are part of it, or that came from one another."""
    joined = contact.ending.to if contact.ending is not None and contact.is_joined else None
    split = (way.split_off_to for way in contact.ways.values())
    apart = (joined, contact.split_from, contact.alleged_in, contact.arises_from, *split)
    together = (*contact.heard_from, *contact.concerns, *contact.alleged_contacts.values())
    return {one for one in (*apart, *together) if one} - {contact.id}


def _gravest(contact: Ends) -> KeptAs:
    kinds = set(_became(contact))
    return next(kind for kind in KeptAs if kind in kinds)


def _became(contact: Ends) -> Iterator[KeptAs]:
    """Give as what it is kept for each way in which it, or a child's way, has ended."""
    handed = (way.handed_over for way in contact.ways.values())
    yield from (KEPT_AS[end.ended_as] for end in (contact.ending, *handed) if end is not None)
    yield from (KEPT_AS[outcome] for outcome in contact.outcomes.values())


def _happened(contact: Ends) -> list[datetime]:
    """Give when something happened with a contact."""
    done = (task.done.at for task in contact.tasks if task.done is not None)
    ended = (one.at for one in (contact.ending, contact.completion) if one is not None)
    told = (contact.recorded_at, contact.decided_at, contact.told_at)
    return [at for at in (*done, *ended, *told) if at is not None]
