"""Work on a contact: call-backs, what the law or a request asks for, a placement (A18, M, N)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.circumstances import DONE_ON
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.news import tell_of_work
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError
from intake.domain.task import Done, TaskKind, asked_of, find
from intake.domain.work import open_task
from intake.forms.form import Note
from intake.forms.task import AcceptTask, CallBack, CompleteTask
from intake.handlers.base import Handlers
from intake.roles import MANAGERS, everybody, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.vocabulary import ClockKind, ClockState, Role


@dataclass(frozen=True, slots=True)
class TaskHandlers(Handlers):
    """Tasks: opened, taken on by one person, done once."""

    def ask_for_call_back(self, contact: Contact, act: Act, form: CallBack) -> Iterator[Message]:
        """Have the referrer rung back by the navigator of their own agency (A18)."""
        pack = self._opened(contact, act, everybody, "ask for a call-back")
        referrer = contact.facts.referrer
        agency = form.agency or (referrer.agency if referrer else None)
        number = sum(task.kind is TaskKind.CALL_BACK for task in contact.tasks) + 1
        waits = [t for t in contact.tasks if t.kind is TaskKind.CALL_BACK and t.is_open]
        if waits:
            raise AlreadyDoneError("A call-back is waiting on this contact.")
        task = open_task(
            contact, act.at, TaskKind.CALL_BACK, str(number), what=form.what, agency=agency
        )
        clock = pack.task_clock(pack.clocks.call_back, contact.urgency, act.at, of=task.task_id)
        contact.clocks.append(clock)
        yield from ()

    def accept_task(self, contact: Contact, act: Act, form: AcceptTask) -> Iterator[Message]:
        """Take a task on; whoever comes second is told who has it, and a manager may take over."""
        self._opened(contact, act, everybody, "accept a task")
        if form.take_over:
            act.person.must_be_one_of(MANAGERS, "take a task over")
        task = find(contact.tasks, form.task_id)
        task.accept(act.person.id, act.at, takes_over=form.take_over)
        yield from ()

    def complete_task(self, contact: Contact, act: Act, form: CompleteTask) -> Iterator[Message]:
        """Note that a task is done (M6-M9, N5).

        A visit and an assessment are completed by social workers and who sorts contacts (N12). A
        request to the hub is answered with its last duty, and with what the law has somebody do.
        """
        pack = self._opened(contact, act, everybody, "complete a task")
        done = Done(by=act.person.id, at=act.at, note=form.note, answers=dict(form.answers))
        task = find(contact.tasks, form.task_id)
        if DONE_ON in asked_of(task.of, done.answers):
            roles = {*triage(pack), Role.SOCIAL_WORKER}
            act.person.must_be_one_of(roles, "complete a visit or an assessment")
        task.complete(done)
        contact.end_clock(ClockKind.TASK, form.task_id, state=ClockState.MET, at=act.at)
        duties = [task for task in contact.tasks if task.kind is TaskKind.DUTY]
        if duties and not any(task.is_open for task in contact.tasks if task.mandatory):
            contact.end_clock(ClockKind.ANSWER_TO_REQUEST, state=ClockState.MET, at=act.at)
            if contact.ending is None:
                contact.end(
                    Ending(ended_as=Ended.ANSWERED, by=act.person.id, at=act.at, told_at_once=True)
                )
        contact.settle()
        yield from tell_of_work(contact, act.at)

    def place_mother_and_baby(self, contact: Contact, act: Act, _: Note) -> Iterator[Message]:
        """Note the placement; the prison's authority is responsible from then on (N16)."""
        self._opened(contact, act, triage, "note a placement")
        if contact.facts.circumstances.mother_and_baby_unit is None:
            raise NotAChildConcernError("This contact is about no mother and baby unit.")
        if contact.placed_at is not None:
            raise AlreadyDoneError("The placement has been noted.")
        contact.placed_at = act.at
        yield from ()
