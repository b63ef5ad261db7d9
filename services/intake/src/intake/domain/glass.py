"""Glass that somebody broke to see one contact which their role does not read (S12)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from intake.domain.progress import By
from intake.domain.refusals import AlreadyDoneError
from mash_shared.vocabulary import NotEntitledError, NotKnownError


class GlassReason(StrEnum):
    """Why somebody has to see what their role does not show them."""

    CHILD_IN_DANGER = "child_in_danger"
    NOBODY_ELSE_THERE = "nobody_else_there"
    COURT_OR_INSPECTION = "court_or_inspection"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassReview(By):
    """What a manager found of it afterwards."""

    justified: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenGlass(By):
    """Who was shown a contact from `at` until `until`, why, and what a manager found of it."""

    until: datetime
    reason_code: GlassReason
    reason: str
    review: GlassReview | None = None

    def is_open_to(self, person_id: str, at: datetime) -> bool:
        """Whether it shows the contact to somebody at a time; at `until` it no longer does."""
        return self.by == person_id and at < self.until


def shows(broken: Iterable[BrokenGlass], person_id: str, at: datetime) -> bool:
    """Whether any of it shows the contact to somebody at a time."""
    return any(one.is_open_to(person_id, at) for one in broken)


def unseen(broken: Iterable[BrokenGlass]) -> list[BrokenGlass]:
    """Give what no manager has looked at."""
    return [one for one in broken if one.review is None]


def reviewed(broken: list[BrokenGlass], number: int, review: GlassReview) -> list[BrokenGlass]:
    """Give all of it with one reviewed, by its place from 1 on: once, and by somebody else.

    Raises `NotKnownError`, `AlreadyDoneError` or `NotEntitledError`.
    """
    if not 1 <= number <= len(broken):
        raise NotKnownError("number names no time that the glass was broken.")
    one = broken[number - 1]
    if one.review is not None:
        raise AlreadyDoneError("A manager has looked at this.")
    if one.by == review.by:
        raise NotEntitledError("Only somebody else than who broke the glass may look at it.")
    return [*broken[: number - 1], replace(one, review=review), *broken[number:]]
