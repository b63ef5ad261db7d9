"""What the law has somebody do for the children of a contact, by their circumstances (N)."""

from collections.abc import Iterator

from intake.domain.circumstances import BEFORE_ANY_DECISION, OF_EACH_CHILD, Duty
from intake.domain.contact import Contact
from intake.domain.refusals import ChildUnnamedError, UnknownChildError
from intake.domain.task import Done, Task, TaskKind
from intake.domain.work import call_off, open_task
from mash_shared.act import Act
from mash_shared.policy import Pack

SEVERAL = 2


def follow_circumstances(contact: Contact, pack: Pack, act: Act) -> None:
    """Open the work that the circumstances bring, each in its time; call off what they do not (N).

    Each child that a circumstance names has work of their own. Raises `UnknownChildError` for one
    of another contact.
    """
    if not contact.facts.circumstances.named() <= set(contact.child_ids):
        raise UnknownChildError("A circumstance names a child that this contact is not about.")
    if contact.is_joined:
        return
    here = (None, *contact.child_ids)
    law = [t for t in contact.tasks if t.kind is TaskKind.CIRCUMSTANCE and t.child_id in here]
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


def must_be_somebodys(contact: Contact, task: Task) -> None:
    """Raise `ChildUnnamedError` for work of each child's own that is said to be done for nobody."""
    named = task.child_id is not None or len(contact.child_ids) < SEVERAL
    if task.kind is TaskKind.CIRCUMSTANCE and task.of in OF_EACH_CHILD and not named:
        raise ChildUnnamedError("Say among the circumstances first which child this is about.")


def _promise(contact: Contact, pack: Pack, task: Task, act: Act) -> None:
    limits = pack.clocks.visit if task.of in BEFORE_ANY_DECISION else pack.clocks.assessment
    contact.clocks.append(pack.task_clock(limits, contact.urgency, act.at, of=task.task_id))
