"""The work that a contact brings: its clocks and tasks (A9, E6, J4, J5, M, N)."""

from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.progress import FollowUp, HubRequest
from intake.domain.task import Done, Task, TaskKind
from mash_shared.act import Act
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import Channel, ClockKind, ClockState


def open_task(  # noqa: PLR0913 - what a task is
    contact: Contact,
    at: datetime,
    kind: TaskKind,
    of: str,
    *,
    what: str,
    agency: str | None = None,
    child_id: str | None = None,
) -> Task:
    """Open a task; the law's and a request's own are mandatory."""
    there = any(task.kind is kind and task.of == of for task in contact.tasks)
    task = Task(
        task_id=f"{kind}.{of}.{child_id}" if there and child_id else f"{kind}.{of}",
        child_id=child_id,
        kind=kind,
        of=of,
        what=what,
        mandatory=kind in (TaskKind.CIRCUMSTANCE, TaskKind.DUTY),
        agency=agency,
        opened_at=at,
    )
    contact.tasks.append(task)
    return task


def leave_to_person(contact: Contact, at: datetime, what: str) -> Task:
    """Have somebody see to what became known after a contact went its way."""
    number = sum(task.kind is TaskKind.TELL for task in contact.tasks) + 1
    return open_task(contact, at, TaskKind.TELL, str(number), what=what)


def call_off(contact: Contact, task: Task, done: Done) -> None:
    """Leave a task undone that must not, or need not, be done any more."""
    task.call_off(done)
    contact.end_clock(ClockKind.TASK, task.task_id, state=ClockState.CANCELLED, at=done.at)


def start_record(contact: Contact, pack: Pack, received: datetime) -> None:
    """Start the time for the record (J4)."""
    contact.clocks.append(pack.clock(ClockKind.CONTACT_RECORD, contact.urgency, received))


def policy_wants_form(contact: Contact, pack: Pack) -> bool:
    """Whether a professional telephoned about protection where that is put in writing (A9, A10)."""
    telephoned = contact.channel is Channel.PHONE and contact.is_from_professional
    return telephoned and contact.is_protection and pack.contact.phone_first


def await_form(contact: Contact, pack: Pack, received: datetime, *, announced: bool) -> None:
    """Expect the written part where it was announced, or the policy wants it (A9, A10)."""
    if contact.follow_up is None and (announced or policy_wants_form(contact, pack)):
        contact.follow_up = FollowUp(announced=announced)
        contact.clocks.append(pack.clock(ClockKind.WRITTEN_FOLLOW_UP, contact.urgency, received))


def follow_protection(contact: Contact, pack: Pack, start: datetime) -> None:
    """Have a child allocated from when it is known to be about protection, whatever way it goes.

    The time runs until a named worker has the child (E6); it is taken back where it turns out to
    be about something else.
    """
    clocks = [clock for clock in contact.clocks if clock.kind is ClockKind.ALLOCATION]
    runs = any(clock.state is not ClockState.CANCELLED for clock in clocks)
    if contact.needs_worker and not runs:
        contact.clocks.append(pack.clock(ClockKind.ALLOCATION, contact.urgency, start))
    elif runs and not contact.needs_worker:
        contact.end_clock(ClockKind.ALLOCATION, state=ClockState.CANCELLED, at=start)


def open_first_talks(contact: Contact, pack: Pack, received: datetime) -> None:
    """Have somebody speak to the referring agency and, unless barred, the family (J5)."""
    if contact.is_from_professional:
        what = "Speak to the referring agency."
        task = open_task(contact, received, TaskKind.TALK_TO_REFERRER, "referrer", what=what)
        _promise_talk(contact, pack, task, received)
    if not contact.consent.must_not_inform:
        what = "Speak to the family."
        task = open_task(contact, received, TaskKind.TALK_TO_FAMILY, "family", what=what)
        _promise_talk(contact, pack, task, received)


def follow_whether_family_may_know(contact: Contact, pack: Pack, act: Act) -> None:
    """Call the talk with the family off, or bring it back, as it may be informed (D8, J5)."""
    barred = contact.consent.must_not_inform
    for task in contact.tasks:
        if task.kind is not TaskKind.TALK_TO_FAMILY:
            continue
        if barred and task.is_open:
            why = "The family is not to be informed."
            call_off(contact, task, Done(by=act.person.id, at=act.at, note=why))
        elif contact.path is Path.CHILD_CONCERN:
            reopen_talk(contact, pack, task, act.at)


def reopen_talk(contact: Contact, pack: Pack, task: Task, start: datetime) -> None:
    """Bring back a talk that was called off, unless the family may not know of it (D8, J5)."""
    barred = task.kind is TaskKind.TALK_TO_FAMILY and contact.consent.must_not_inform
    if task.is_called_off and not barred:
        task.reopen(start)
        _promise_talk(contact, pack, task, start)


def _promise_talk(contact: Contact, pack: Pack, task: Task, start: datetime) -> None:
    limits = pack.clocks.first_talks
    contact.clocks.append(pack.task_clock(limits, contact.urgency, start, of=task.task_id))


def promise_to_ask(contact: Contact, pack: Pack, task: Task, start: datetime) -> None:
    """Give the time of an agency's check to whoever asks it by telephone (F9, J2)."""
    limits = pack.clocks.agency_check
    contact.clocks.append(pack.task_clock(limits, contact.urgency, start, of=task.task_id))


def open_request(contact: Contact, pack: Pack, at: datetime, request: HubRequest) -> None:
    """Open the duties that a request to the hub brings, on one clock (M1-M10)."""
    policy = pack.reverse_enquiries[request.kind]
    contact.request = request
    only_told = request.mode is not None and request.mode == policy.only_told_mode
    owed = policy.duties_when_only_told if only_told else tuple(policy.duties)
    for duty in owed:
        open_task(contact, at, TaskKind.DUTY, duty, what=policy.duties[duty])
    contact.clocks.append(pack.answering_clock(request.kind, contact.received_at or at))
