"""Counting one contact: when what was promised of it happened, and how it ended (O1, O6, O14)."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.domain.figures import Figures, Standing, minutes, week_of
from intake.domain.record import ContactRecord
from intake.domain.ways import WithWays
from mash_shared.policy import Pack
from mash_shared.vocabulary import ClockKind, ClockState


def follow_promises(contact: ContactRecord, pack: Pack) -> None:
    """Keep what counting needs of the policy: the week of receipt, and by when to tell."""
    received, referrer = contact.standing.received_at, contact.facts.referrer
    contact.week = week_of(received.astimezone(ZoneInfo(pack.hours.timezone)))
    if contact.is_referral and referrer is not None and contact.told_at is None:
        clock = pack.telling_clock(referrer.kind, contact.urgency, received)
        contact.tell_by = clock.due_at


def note_collected(contact: WithWays, number: int, at: datetime) -> None:
    """Note that the record of an enquiry was put together; the one decided on counts (O14)."""
    decided = _decided_at(contact)
    if number > contact.collected_record and not (decided is not None and at > decided):
        contact.collected_record, contact.collected_at = number, at


def _decided_at(contact: WithWays) -> datetime | None:
    """Give when the last child was decided on, once all are."""
    return contact.decided_at if contact.is_decided else None


def figures_of(contact: WithWays) -> Figures | None:
    """Give what is counted of a contact; None of one that nobody recorded."""
    received = contact.received_at
    if received is None:
        return None
    told = contact.told_at if contact.is_referral else None
    answered = contact.answers[0].at if contact.answers else None
    return Figures(
        week=contact.week,
        level=contact.urgency,
        path=contact.path,
        is_referral=contact.is_referral,
        standing=_standing(contact),
        ends=" ".join(sorted(_ends(contact))),
        family_told=bool(contact.told),
        to_first_level=minutes(received, contact.first_graded_at),
        to_level=minutes(received, contact.graded_at),
        to_collected=minutes(received, contact.collected_at),
        to_decided=minutes(_ready_at(contact), _decided_at(contact)),
        to_told=minutes(received, told),
        told_in_time=_kept(told, contact.tell_by),
        to_answered=minutes(received, answered),
        answered_in_time=_answered_in_time(contact) if answered else None,
    )


def _ready_at(contact: ContactRecord) -> datetime | None:
    """Give since when there was all to decide on: a record of the enquiry, or no need of one."""
    sent = contact.sent_for_decision
    return sent.at if sent is not None else contact.collected_at


def _standing(contact: ContactRecord) -> Standing:
    if not contact.is_settled:
        return Standing.OPEN
    return Standing.ENDED if contact.ending is not None else Standing.DECIDED


def _ends(contact: WithWays) -> Iterator[str]:
    """Give how each child's way has ended so far, or the contact where it is about none."""
    ended = contact.ending
    for way in (contact.ways[child] for child in contact.child_ids):
        own = way.handed_over or ended
        if way.outcome is not None:
            yield way.outcome
        elif own is not None:
            yield own.ended_as
    if ended is not None and not contact.children:
        yield ended.ended_as


def _kept(happened: datetime | None, promised: datetime | None) -> bool | None:
    return None if happened is None or promised is None else happened <= promised


def _answered_in_time(contact: ContactRecord) -> bool:
    clocks = [c for c in contact.clocks if c.kind is ClockKind.ANSWER_TO_REQUEST]
    return any(clock.state is ClockState.MET for clock in clocks)
