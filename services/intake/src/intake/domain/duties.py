"""What the law has somebody do for the children of a contact, by their circumstances (N)."""

from collections.abc import Iterator

from intake.domain.circumstances import Duty
from intake.domain.contact import Contact
from intake.domain.refusals import UnknownChildError
from intake.domain.task import Done, Task, TaskKind
from intake.domain.work import call_off, open_task
from mash_shared.act import Act
from mash_shared.policy import Pack


def follow_circumstances(contact: Contact, pack: Pack, act: Act) -> None:
    """Open the work that the circumstances bring, each in its time; call off what they do not (N).

    Each child that a circumstance names has work of their own. Raises `UnknownChildError` for one
    of another contact.
    """
    if not contact.facts.circumstances.named() <= set(contact.child_ids):
        raise UnknownChildError("A circumstance names a child that this contact is not about.")
    law = [task for task in contact.tasks if task.kind is TaskKind.CIRCUMSTANCE]
    wanted = list(_wanted(contact, law))
    for duty, child in wanted:
        task = next((one for one in law if (one.of, one.child_id) == (duty, child)), None)
        if task is None:
            what = duty.replace("_", " ")
            task = open_task(
                contact, act.at, TaskKind.CIRCUMSTANCE, duty, what=what, child_id=child
            )
            _promise(contact, pack, task, act)
        elif task.is_called_off:
            task.reopen(act.at)
            _promise(contact, pack, task, act)
    for task in law:
        if (task.of, task.child_id) not in wanted and task.is_open:
            why = "A correction took the circumstance back."
            call_off(contact, task, Done(by=act.person.id, at=act.at, note=why))


def _wanted(contact: Contact, law: list[Task]) -> Iterator[tuple[str, str | None]]:
    """Give each duty with its child; where none is named it is the only child's, or nobody's yet.

    Work that was opened before the children were named goes on as the first one's.
    """
    only = contact.child_ids[0] if len(contact.child_ids) == 1 else None
    for duty, named in contact.facts.circumstances.duties():
        there = [task for task in law if task.of == duty]
        if not named:
            yield from _unnamed(duty, there, only)
            continue
        for task in there:
            if task.child_id is None:
                task.child_id = next(
                    (one for one in named if one not in {t.child_id for t in there}), None
                )
        yield from ((duty, child) for child in named)


def _unnamed(duty: Duty, there: list[Task], only: str | None) -> Iterator[tuple[str, str | None]]:
    if there:
        yield duty, there[0].child_id
    else:
        yield duty, only


def _promise(contact: Contact, pack: Pack, task: Task, act: Act) -> None:
    limits = pack.clocks.assessment
    contact.clocks.append(pack.task_clock(limits, contact.urgency, act.at, of=task.task_id))
