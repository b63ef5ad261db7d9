"""A contact's children, each on a way of their own: who is where, and who may not go together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from intake.domain.kin import Apart, doubts_of_kin
from intake.domain.match import Route
from intake.domain.progress import Pause
from intake.domain.record import ContactRecord
from intake.domain.task import Task, TaskKind
from intake.domain.way import ON_THE_WAY, ChildWay, Position
from mash_shared.messages.contact import HeardFrom
from mash_shared.vocabulary import OutcomeKind


@dataclass(slots=True, kw_only=True)
class WithWays(ContactRecord):
    """A contact that knows how far each of its children has come."""

    @property
    def open_law(self) -> tuple[Task, ...]:
        """What the law has somebody do and is still to be done (N)."""
        return tuple(t for t in self.tasks if t.kind is TaskKind.CIRCUMSTANCE and t.is_open)

    @property
    def placed_at(self) -> datetime | None:
        """When mother and baby were placed, as long as they are (N16)."""
        last = self.placements[-1] if self.placements else None
        return last.at if last is not None and last.placed else None

    @property
    def pause(self) -> Pause | None:
        """The wait for a talk with the family that the contact is in (D5)."""
        waiting = (pause for pause in self.pauses if pause.ended_at is None)
        return next(waiting, None)

    def begin_ways(self, learnt_at: datetime | None = None) -> None:
        """Start the way of every child who is new here."""
        for child_id in self.child_ids:
            self.ways.setdefault(child_id, ChildWay(child_id=child_id, learnt_at=learnt_at))

    def free_ids(self) -> Iterator[str]:
        """Give ids for children who are new: none is ever given twice, to nobody's facts."""
        return (f"{self.id}-{number}" for number in count(len(self.ways) + 1))

    def position(self, child_id: str) -> Position:
        """Give how far this child has come."""
        authorised, ended = self.authorisation is not None, self.ending is not None
        return self.ways[child_id].position(authorised=authorised, ended=ended)

    def at(self, *positions: Position) -> tuple[str, ...]:
        """Name the children who have come as far as that."""
        return tuple(child for child in self.child_ids if self.position(child) in positions)

    @property
    def asked_for(self) -> tuple[str | None, ...]:
        """Everything that was asked for, by its code, the first of it first (A5)."""
        return (self.request_type, *self.also_asked)

    @property
    def let_out(self) -> tuple[str, ...]:
        """The children whom the enquiry is about, or who went straight to a decision."""
        return tuple(child for child in self.child_ids if self.ways[child].let_out_at is not None)

    @property
    def to_let_out(self) -> tuple[str, ...]:
        """The children whom nobody knows yet, and who have gone no way: the gate is about them."""
        return tuple(one for one in self.at(Position.NEW) if self.ways[one].route is None)

    @property
    def routes(self) -> dict[str, Route]:
        """Where children go who are known and have not gone there yet, by child."""
        ways = (self.ways[child] for child in self.at(Position.NEW))
        return {way.child_id: way.route for way in ways if way.route is not None}

    @property
    def outcomes(self) -> dict[str, OutcomeKind]:
        """What was decided, by child."""
        ways = self.ways.values()
        return {way.child_id: way.outcome for way in ways if way.outcome is not None}

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The children of whom nobody has checked who they are, as that stands now (B2)."""
        return tuple(child for child in self.child_ids if self.ways[child].check is None)

    @property
    def is_decided(self) -> bool:
        """Whether every child who is not with whoever knows them has been decided on."""
        positions = {self.position(child) for child in self.child_ids}
        underway = {Position.NEW, *ON_THE_WAY} & positions
        return Position.DECIDED in positions and not underway

    @property
    def is_told(self) -> bool:
        """Whether the referrer has heard what became of every child."""
        return self.told_at is not None and not self.untold

    @property
    def untold(self) -> tuple[str, ...]:
        """The children of whom the referrer has not heard what holds now."""
        ended = self.ending is not None
        return tuple(c for c in self.child_ids if not self.ways[c].is_told(ended=ended))

    def hear_from(self, heard: Mapping[str, HeardFrom]) -> bool:
        """Note who referred in contacts that are part of this one; whether that is news (D4)."""
        before = dict(self.heard_from)
        for contact, one in heard.items():
            if contact == self.id:
                continue
            known = self.heard_from.get(contact)
            if known is None or known.edition < one.edition:
                self.heard_from[contact] = one
        return self.heard_from != before

    @property
    def must_be_split(self) -> bool:
        """Whether children of two families may be in it, who never share an enquiry (N11).

        So it is until somebody says that they are of one, or splits it.
        """
        return bool(self.apart)

    @property
    def apart(self) -> tuple[Apart, ...]:
        """What speaks against its children being of one family (N11)."""
        return tuple(sorted(doubts_of_kin(self)))

    def work_of(self, child_id: str) -> tuple[str, ...]:
        """Give what the law has somebody do for this child, or the whole family, by code (N)."""
        law = (one for one in self.open_law if one.child_id in (child_id, None))
        return tuple(dict.fromkeys(task.of for task in law))
