"""The work that a contact brings: its clocks and tasks (A9, E6, J4, J5, M, N)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.progress import FollowUp, HubRequest
from intake.domain.task import Done, Task, TaskKind
from mash_shared.clocks import Clock
from mash_shared.policy import Pack
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


def leave_to_person(
    contact: Contact, pack: Pack, at: datetime, what: str, child_id: str | None = None
) -> None:
    """Have somebody see soon to what became known after a contact, or a child, went their way."""
    number = sum(task.kind is TaskKind.TELL for task in contact.tasks) + 1
    task = open_task(contact, at, TaskKind.TELL, str(number), what=what, child_id=child_id)
    limits = pack.clocks.late_news
    contact.clocks.append(pack.task_clock(limits, contact.urgency, at, of=task.task_id))


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


def follow_worker(contact: Contact, pack: Pack, start: datetime) -> None:
    """Have a child who needs a worker allocated, from when that is known, whatever way it goes.

    The time runs until each child has somebody (E6, F7), anew where that one has left, and for a
    child who is learnt of once the others had somebody; it is taken back where none is needed.
    """
    clocks = [clock for clock in contact.clocks if clock.kind is ClockKind.ALLOCATION]
    last, needed = clocks[-1] if clocks else None, contact.needs_worker
    if not needed:
        contact.end_clock(ClockKind.ALLOCATION, state=ClockState.CANCELLED, at=start)
    elif last is None or not (last.is_open or _ran_out_since(contact, last)):
        contact.clocks.append(pack.clock(ClockKind.ALLOCATION, contact.urgency, start))
    contact.had_somebody = not needed


def _ran_out_since(contact: Contact, last: Clock) -> bool:
    """Whether the time of allocation is over, and nobody has been there since."""
    return last.state is ClockState.MISSED and not contact.had_somebody


def agency_of_referrer(contact: Contact, pack: Pack) -> str | None:
    """Give the referrer's own agency, where it is one of the policy's (A18)."""
    agency = contact.facts.referrer.agency if contact.facts.referrer else None
    return agency if agency in pack.agencies else None


def follow_agency(contact: Contact, pack: Pack) -> None:
    """Have a call-back follow the referrer's agency; who had taken it on for another has not."""
    agency = agency_of_referrer(contact, pack)
    for task in contact.tasks:
        if task.kind is TaskKind.CALL_BACK and task.is_open and task.agency != agency:
            task.agency = agency
            task.release()


def promise_to_ask(contact: Contact, pack: Pack, task: Task, start: datetime) -> None:
    """Give the time of an agency's check to whoever asks it by telephone (F9, J2)."""
    limits = pack.clocks.agency_check
    contact.clocks.append(pack.task_clock(limits, contact.urgency, start, of=task.task_id))


def ask_about_added(contact: Contact, pack: Pack, at: datetime, child_ids: Iterable[str]) -> None:
    """Have agencies that were asked by telephone asked about children who came later (E5, F9).

    Who is still to be asked is asked about everybody at once.
    """
    asked = [task for task in contact.tasks if task.kind is TaskKind.ASK and task.child_id is None]
    for first in [task for task in asked if not task.is_open and not task.is_called_off]:
        for child in child_ids:
            name = pack.agencies[first.of].name
            what = f"Ask {name} by telephone what they know of the child who came later."
            task = open_task(
                contact, at, TaskKind.ASK, first.of, what=what, agency=first.agency, child_id=child
            )
            promise_to_ask(contact, pack, task, at)


def call_off_for(contact: Contact, child_ids: Collection[str], done: Done) -> None:
    """Leave undone what was to be done for children who are of this contact no more."""
    for task in [one for one in contact.tasks if one.child_id in child_ids]:
        call_off(contact, task, done)


def open_request(contact: Contact, pack: Pack, at: datetime, request: HubRequest) -> None:
    """Open the duties that a request to the hub brings, on one clock (M1, M6, M7, M8, M10)."""
    policy = pack.reverse_enquiries[request.kind]
    contact.request = request
    for duty in policy.owed(request.mode):
        open_task(contact, at, TaskKind.DUTY, duty, what=policy.duties[duty])
    contact.clocks.append(pack.answering_clock(request.kind, contact.received_at or at))
