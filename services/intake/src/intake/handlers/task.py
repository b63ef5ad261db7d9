"""Work on a contact: call-backs, what the law or a request asks for, a placement (A18, M, N)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.domain.duties import must_be_somebodys
from intake.domain.progress import Placed
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError
from intake.domain.task import BY_AN_ACT, TALKS, AnswerMissingError, Done, Task, TaskKind, find
from intake.domain.work import agency_of_referrer, open_task
from intake.forms.task import AcceptTask, CallBack, CompleteTask, Placement
from intake.handlers.base import Handlers
from intake.roles import duty_owners, everybody, talkers, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.rights import Right, managers, whose
from mash_shared.vocabulary import ClockKind, ClockState

TAKE_OVER = Right(managers, "take a task over")
DO_DUTIES = Right(duty_owners, "do what the law or a request asks for")
TALK_FIRST = Right(talkers, "speak to the referring agency and the family")
ANSWER_FOR_NAVIGATOR = Right(triage, "answer for another agency's navigator")
THEIRS = (DO_DUTIES, TALK_FIRST, ANSWER_FOR_NAVIGATOR)
"""Whose tasks of some kinds are; a call-back is its agency's own navigator's besides (A18)."""


@dataclass(frozen=True, slots=True)
class TaskHandlers(Handlers):
    """Tasks: opened, taken on by one person, done once."""

    @whose(everybody, "ask for a call-back")
    def ask_for_call_back(self, contact: Contact, act: Act, form: CallBack) -> Iterator[Message]:
        """Have the referrer rung back by the navigator of their own agency (A18).

        Where the agency is not known, or none of the policy's, it is whoever records contacts.
        """
        pack = self._opened(contact, act)
        agency = agency_of_referrer(contact, pack)
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

    @whose(everybody, "accept a task", TAKE_OVER, *THEIRS)
    def accept_task(self, contact: Contact, act: Act, form: AcceptTask) -> Iterator[Message]:
        """Take a task on; whoever comes second is told who has it, and a manager may take over."""
        pack = self._opened(contact, act)
        if form.take_over:
            TAKE_OVER.must_be_held_now(act, pack)
        task = _theirs(contact, pack, act, form.task_id)
        task.accept(act.person.id, act.at, takes_over=form.take_over)
        yield from ()

    @whose(everybody, "complete a task", *THEIRS)
    def complete_task(self, contact: Contact, act: Act, form: CompleteTask) -> Iterator[Message]:
        """Note that a task is done (M6, N2, N5, N6, N7).

        What the law or a request has somebody do is completed by social workers and who sorts
        contacts (N12), for a child by whom it is; a duty that the answer to a request is made of is
        done by answering.
        """
        pack = self._opened(contact, act)
        done = Done(by=act.person.id, at=act.at, note=form.note, answers=dict(form.answers))
        task = _theirs(contact, pack, act, form.task_id)
        must_be_somebodys(contact, task)
        if task.is_open and task.kind in BY_AN_ACT:
            raise AnswerMissingError(BY_AN_ACT[task.kind])
        if task.is_open and task.kind is TaskKind.DUTY and task.of in _answered(contact, pack):
            raise AnswerMissingError("This is done by answering the request.")
        task.complete(done)
        contact.end_clock(ClockKind.TASK, form.task_id, state=ClockState.MET, at=act.at)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(triage, "note a placement")
    def place_mother_and_baby(
        self, contact: Contact, act: Act, form: Placement
    ) -> Iterator[Message]:
        """Note the placement; the prison's authority is responsible from then on (N16).

        One that was noted by mistake, or has ended, is taken back.
        """
        self._opened(contact, act)
        if contact.facts.circumstances.mother_and_baby_unit is None:
            raise NotAChildConcernError("This contact is about no mother and baby unit.")
        if form.placed is (contact.placed_at is not None):
            raise AlreadyDoneError("That has been noted.")
        contact.placements.append(
            Placed(by=act.person.id, at=act.at, placed=form.placed, note=form.note)
        )
        yield from ()


def _theirs(contact: Contact, pack: Pack, act: Act, task_id: str) -> Task:
    """Give a task that is the person's to do: the law's, and a talk, is not everybody's (J5, N)."""
    task = find(contact.tasks, task_id)
    _must_be_navigator(task, pack, act)
    if task.mandatory:
        DO_DUTIES.must_be_held_now(act, pack)
    if task.kind in TALKS:
        TALK_FIRST.must_be_held_now(act, pack)
    return task


def _answered(contact: Contact, pack: Pack) -> tuple[str, ...]:
    """Give the duties that are done by answering the request."""
    request = contact.request
    return pack.reverse_enquiries[request.kind].answers(request.mode) if request else ()


def _must_be_navigator(task: Task, pack: Pack, act: Act) -> None:
    """Raise `NotEntitledError` for a call-back of another agency, unless they sort contacts (A18).

    Whose navigator somebody is, the council's directory says.
    """
    if task.kind is not TaskKind.CALL_BACK or task.agency is None:
        return
    member = act.member(act.person.id)
    if member is None or member.agency != task.agency:
        ANSWER_FOR_NAVIGATOR.must_be_held_now(act, pack)
