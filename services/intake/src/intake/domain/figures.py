"""What is counted of one contact: flat and without a word of anybody, so that an index holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mash_shared.policy.front_door import Path

FINE, MIDDLING = timedelta(hours=4), timedelta(days=2)
STEPS = (1, 10, 60)
"""Minutes to which a time is counted: up to `FINE`, up to `MIDDLING`, and beyond."""


class Standing(StrEnum):
    """Where a contact stands, as it is counted."""

    OPEN = "open"
    ENDED = "ended"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One contact in numbers (O1, O5, O6, O14, A19).

    `week` is the ISO week of its receipt by the council's own days. `ends` are the codes of how its
    children's ways ended, or of how it ended where it is about none, once for each, in order and a
    space between. Times are whole minutes, counted the more coarsely the longer they are, and None
    until both their ends are known: from receipt to the first level of risk and to the one that
    holds; to the last record of the enquiry that was decided on, and from there, or from being sent
    straight to a decision, to the decision on the last child; to the referrer being told, and to
    the answer to a request.
    """

    week: str
    level: str
    path: Path
    is_referral: bool
    standing: Standing
    ends: str = ""
    family_told: bool = False
    to_first_level: int | None = None
    to_level: int | None = None
    to_collected: int | None = None
    to_decided: int | None = None
    to_told: int | None = None
    told_in_time: bool | None = None
    to_answered: int | None = None
    answered_in_time: bool | None = None


TIMES = ("to_first_level", "to_level", "to_collected", "to_decided", "to_told", "to_answered")
"""The times among the figures."""
IN_TIME = {"to_told": "told_in_time", "to_answered": "answered_in_time"}
"""What says of a time whether it kept a promise, where one was made."""


def minutes(since: datetime | None, until: datetime | None) -> int | None:
    """Give the minutes between two times, none below zero, as coarsely as they are counted."""
    if since is None or until is None:
        return None
    took = max(until - since, timedelta())
    step = STEPS[(took > FINE) + (took > MIDDLING)]
    return int(took / timedelta(minutes=step)) * step


def week_of(moment: datetime) -> str:
    """Give the ISO week of a time in its own zone, `2026-W11` for example."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"
