"""The time of one agency's check, and the reminders of it (J2, G7)."""

from dataclasses import replace
from datetime import datetime, timedelta

from mash_shared.clocks import Clock
from mash_shared.policy.hours import Duration
from mash_shared.policy.pack import Pack
from mash_shared.vocabulary import ClockKind, Urgency


def within(check: Clock, minutes: int | None, at: datetime) -> Clock:
    """Give an agency's time, or these elapsed minutes from `at` on where they end sooner (G7)."""
    by = check.due_at if minutes is None else at + timedelta(minutes=minutes)
    if by >= check.due_at:
        return check
    return replace(check, started_at=at, due_at=by, lasts=str(Duration(minutes=minutes)))


def next_chase(pack: Pack, level: Urgency, check: Clock, after: datetime) -> Clock | None:
    """Start the clock that rings when an agency is to be reminded next, None after the last.

    `check` is the agency's own time, of whose length as it stands the reminders are parts.
    """
    parts = pack.clocks.chase.of(pack.held(level))
    length = Duration.written(check.lasts or "")
    moments = pack.calendar.parts(check.started_at, length, parts, check.due_at)
    for part, moment in zip(parts, moments, strict=True):
        if moment > after:
            return replace(check, kind=ClockKind.CHASE, part=part, due_at=moment, earlier=[])
    return None


def is_last_chase(pack: Pack, level: Urgency, chase: Clock) -> bool:
    """Whether no reminder comes after this one: it goes to whoever leads in the agency too."""
    return chase.part == pack.clocks.chase.of(pack.held(level))[-1]
