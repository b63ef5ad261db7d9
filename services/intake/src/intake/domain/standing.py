"""What a corrected level, time of receipt or request brings with it: clocks, talks, the form."""

from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.progress import Standing
from intake.domain.talks import follow_talks
from intake.domain.task import BY_AN_ACT, TALKS, Task, TaskKind
from intake.domain.work import await_form, policy_wants_form
from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.policy import Pack
from mash_shared.policy.levels import Limits
from mash_shared.vocabulary import ClockKind, ClockState

_BY_LEVEL = (ClockKind.CONTACT_RECORD, ClockKind.ALLOCATION, ClockKind.WRITTEN_FOLLOW_UP)


def follow_standing(contact: Contact, pack: Pack, before: Standing, act: Act) -> None:
    """Follow a corrected level, request, channel or receipt (A14, J, O9, X4)."""
    start = act.at if contact.standing == before else contact.standing.received_at
    follow_talks(contact, pack, start, act.at, by=act.person.id)
    if contact.standing != before:
        _follow_path(contact, pack, act)
    rerun_clocks(contact, pack, received_before=before.received_at, at=act.at)


def rerun_clocks(contact: Contact, pack: Pack, *, received_before: datetime, at: datetime) -> None:
    """Let every open promise run anew from the receipt, and by the level, that hold now (J, X4).

    The one before ends as cancelled. A promise whose time is over already is left to run out: it
    is missed, with everything that follows from that.
    """
    for clock in [one for one in contact.clocks if one.is_open]:
        start = clock.started_at
        if start == received_before:
            start = contact.standing.received_at
        anew = _anew(contact, pack, clock, start)
        if anew is not None and (anew.started_at, anew.lasts) != (clock.started_at, clock.lasts):
            clock.end(ClockState.CANCELLED, at)
            contact.clocks.append(anew)


def _anew(contact: Contact, pack: Pack, clock: Clock, start: datetime) -> Clock | None:
    """Give the same promise as it is made now; None for one that is not made at receipt."""
    if clock.kind in _BY_LEVEL:
        return pack.clock(clock.kind, contact.urgency, start)
    if clock.kind is ClockKind.ANSWER_TO_REQUEST and contact.request is not None:
        return pack.answering_clock(contact.request.kind, start)
    for task in contact.tasks:
        if task.task_id == clock.of and task.kind in (*TALKS, *BY_AN_ACT):
            return pack.task_clock(_limits(pack, task), contact.urgency, start, of=clock.of)
    return None


def _limits(pack: Pack, task: Task) -> Limits:
    own = {
        TaskKind.CHECK: pack.clocks.demographic_check,
        TaskKind.FAMILIES: pack.clocks.late_news,
    }
    return own.get(task.kind, pack.clocks.first_talks)


def _follow_path(contact: Contact, pack: Pack, act: Act) -> None:
    """Have the written part wanted as far as what it now is wants it (A9)."""
    received = contact.standing.received_at
    await_form(contact, pack, received, announced=False)
    _expect_no_form(contact, pack, act.at)


def _expect_no_form(contact: Contact, pack: Pack, at: datetime) -> None:
    """Wait no longer for a written part that only the policy wanted, and wants no more."""
    announced = contact.follow_up is not None and contact.follow_up.announced
    if contact.awaits_form and not announced and not policy_wants_form(contact, pack):
        contact.follow_up = None
        contact.end_clock(ClockKind.WRITTEN_FOLLOW_UP, state=ClockState.CANCELLED, at=at)
