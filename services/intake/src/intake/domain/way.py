"""The way of one child of a contact: where it leads, how far it has come, how it ended (E, N11)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.ending import Ended, Ending
from intake.domain.match import Match, Route
from intake.domain.progress import By, DemographicCheck, Oversight
from mash_shared.messages.contact import Gone
from mash_shared.vocabulary import OutcomeKind


class Position(StrEnum):
    """How far a child's way has come."""

    NEW = "new"
    WITH_ALLOCATED_WORKER = "with_allocated_worker"
    WITH_LAST_TEAM = "with_last_team"
    IN_ENQUIRY = "in_enquiry"
    AWAITING_DECISION = "awaiting_decision"
    DECIDED = "decided"
    ENDED = "ended"
    STRUCK = "struck"


ON_THE_WAY = (Position.IN_ENQUIRY, Position.AWAITING_DECISION)
"""Let out, and not decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck(By):
    """That a child was recorded by mistake; what was found of them is kept with it."""

    reason: str
    matches: tuple[Match, ...] = ()


@dataclass(slots=True, kw_only=True)
class ChildWay:
    """Everything of one child that is not a fact: kept also of who is of the contact no more.

    `learnt_at` is when they were learnt of, where that was after the contact came. `let_out_at` is
    when they joined the enquiry, or what goes straight to a decision. `handed_over` is how their
    way ended with whoever knows them, `undone` are hand-overs to somebody who did not. `told_at`
    is when the referrer heard what became of them, and `told_as` what that was where it was no
    decision; `back_at` is when the last hand-over was undone. `route_told` is what the case system
    was told. `came_with` is the joined contact that brought the child and named another household
    (N11). `check` is that of who the child is, `stale_check` the one before a correction of that
    (B2).
    """

    child_id: str
    learnt_at: datetime | None = None
    came_with: str | None = None
    check: DemographicCheck | None = None
    stale_check: DemographicCheck | None = None
    route: Route | None = None
    route_told: Route | None = None
    oversight: Oversight | None = None
    handed_over: Ending | None = None
    undone: list[Ending] = field(default_factory=list)
    let_out_at: datetime | None = None
    outcome: OutcomeKind | None = None
    pointed_to: str | None = None
    struck: Struck | None = None
    split_off_to: str | None = None
    told_at: datetime | None = None
    told_as: str | None = None
    back_at: datetime | None = None

    def check_is_stale(self) -> None:
        """Have it checked anew who the child is: that was put right since (B2)."""
        if self.check is not None:
            self.stale_check = self.check
        self.check = None

    @property
    def is_gone(self) -> bool:
        """Whether the child is of the contact no more."""
        return self.struck is not None or self.split_off_to is not None

    @property
    def is_apart(self) -> bool:
        """Whether agencies were asked about the child before they went to their own family's."""
        return self.split_off_to is not None and self.let_out_at is not None

    @property
    def gone(self) -> Gone | None:
        """Why nobody waits for this child's decision any more."""
        if self.struck is not None:
            return "struck"
        if self.split_off_to is not None:
            return "split_off"
        return "handed_over" if self.handed_over is not None else None

    @property
    def wants_oversight(self) -> bool:
        """Whether the manager's sign-off on the contact of an open case is missing (E2)."""
        overseen = self.route is not None and self.route.overseen
        return overseen and self.oversight is None and not self.is_gone

    def position(self, *, authorised: bool, ended: bool) -> Position:
        """Give how far it has come, in a contact that went this way."""
        if self.struck is not None:
            return Position.STRUCK
        if self.split_off_to is not None:
            return Position.ENDED
        if self.outcome is not None:
            return Position.DECIDED
        if self.handed_over is not None:
            to_worker = self.handed_over.ended_as is Ended.TO_ALLOCATED_WORKER
            return Position.WITH_ALLOCATED_WORKER if to_worker else Position.WITH_LAST_TEAM
        if self.let_out_at is not None:
            return Position.IN_ENQUIRY if authorised else Position.AWAITING_DECISION
        return Position.ENDED if ended else Position.NEW

    def is_told(self, *, ended: bool) -> bool:
        """Whether the referrer heard what became of them, in a contact that has ended or not.

        Where they heard whither the child went, that holds as long as the child is there.
        """
        if self.told_at is None or self.told_as is None or ended:
            return self.told_at is not None
        return self.handed_over is not None and self.handed_over.ended_as == self.told_as

    def tell(self, at: datetime, told_as: str | None) -> None:
        """Note what the referrer heard: the decision, or how else the child's way ended.

        What counts is the first time; a decision stands, whatever they hear later.
        """
        if self.told_at is None or self.told_as not in (None, told_as):
            self.told_at, self.told_as = at, told_as

    @property
    def news_since(self) -> datetime | None:
        """Since when news of the child is owed, where it is not since the contact came (J6)."""
        return self.back_at if self.told_at is not None else self.learnt_at

    def come_back(self, at: datetime) -> None:
        """Undo a hand-over to somebody who does not know the child after all."""
        if self.handed_over is not None:
            self.undone.append(self.handed_over)
            self.handed_over = self.oversight = None
            self.back_at = at
