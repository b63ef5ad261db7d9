"""What is owed of a contact that went its way first: checks, whose children they are, its record.

It is opened, and ended, by what is so: nobody lists the ways on which it became so (B2, J4, N11).
"""

from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.task import Done, Task, TaskKind
from intake.domain.work import call_off, open_task
from mash_shared.policy import Pack
from mash_shared.policy.levels import Limits
from mash_shared.vocabulary import ClockKind, ClockState

WHOSE = "Say whether these children are of one family, or split the contact."
WHO = "Check who the child is: name, date of birth, NHS number."


def follow_owed(contact: Contact, pack: Pack, at: datetime, *, by: str) -> None:
    """Open what is owed now, and end what is not owed any more."""
    _follow_checks(contact, pack, at, by=by)
    _follow_families(contact, pack, at, by=by)
    _follow_completion(contact, pack, at)


def _follow_checks(contact: Contact, pack: Pack, at: datetime, *, by: str) -> None:
    """Owe the check of who a child is to each who went their way without one (B2)."""
    owed = _owed_checks(contact)
    for child in owed:
        _owe(contact, pack.clocks.demographic_check, pack, at, TaskKind.CHECK, of=child, what=WHO)
    for task in _open(contact, TaskKind.CHECK):
        if task.of not in owed:
            check = contact.ways[task.of].check
            _end(contact, task, Done(by=by, at=at, note="Checked."), done=check is not None)


def _owed_checks(contact: Contact) -> tuple[str, ...]:
    if not contact.wants_checks or contact.is_joined:
        return ()
    ended = contact.ending is not None and contact.needs_full_record
    ways = (contact.ways[child] for child in contact.unchecked)
    gone = (way for way in ways if ended or way.let_out_at or way.handed_over)
    return tuple(way.child_id for way in gone)


def _follow_families(contact: Contact, pack: Pack, at: datetime, *, by: str) -> None:
    """Have said whose the children are where it turns out late that they may be of two (N11)."""
    if contact.is_on_its_way and contact.must_be_split:
        limits, kind = pack.clocks.late_news, TaskKind.FAMILIES
        _owe(contact, limits, pack, at, kind, of="children", what=WHOSE)
    else:
        for task in _open(contact, TaskKind.FAMILIES):
            _end(contact, task, Done(by=by, at=at, note="That has been said."), done=True)


def _follow_completion(contact: Contact, pack: Pack, at: datetime) -> None:
    """Have a record completed anew once what it certified is so no more (J4)."""
    if not contact.needs_full_record:
        return
    unsure = contact.matching.is_undecided or contact.wants_oversight or contact.unchecked
    if unsure:
        contact.set_completion_aside()
    waits = contact.completion is None and bool(contact.earlier_completions)
    if waits and not any(c.is_open and c.kind is ClockKind.CONTACT_RECORD for c in contact.clocks):
        contact.clocks.append(pack.clock(ClockKind.CONTACT_RECORD, contact.urgency, at))


def _owe(  # noqa: PLR0913 - what a task with a time is
    contact: Contact,
    limits: Limits,
    pack: Pack,
    at: datetime,
    kind: TaskKind,
    *,
    of: str,
    what: str,
) -> None:
    there = next((t for t in contact.tasks if (t.kind, t.of) == (kind, of)), None)
    if there is not None and there.is_open:
        return
    child_id = of if kind is TaskKind.CHECK else None
    task = there or open_task(contact, at, kind, of, what=what, child_id=child_id)
    task.reopen(at)
    contact.clocks.append(pack.task_clock(limits, contact.urgency, at, of=task.task_id))


def _open(contact: Contact, kind: TaskKind) -> list[Task]:
    return [task for task in contact.tasks if task.kind is kind and task.is_open]


def _end(contact: Contact, task: Task, note: Done, *, done: bool) -> None:
    if done:
        task.done = note
        contact.end_clock(ClockKind.TASK, task.task_id, state=ClockState.MET, at=note.at)
    else:
        call_off(contact, task, note)
