"""Work to be done on a contact: by whom, by when, how it ended (A18, J5, J11, M, N)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from intake.domain.circumstances import ANSWERS, DONE_ON
from mash_shared.vocabulary import FieldRefusedError, NotInPolicyError, NotKnownError, Refusal


class TaskKind(StrEnum):
    """What kind of work it is."""

    CALL_BACK = "call_back"
    TALK_TO_REFERRER = "talk_to_referrer"
    TALK_TO_FAMILY = "talk_to_family"
    ACTION = "action"
    CIRCUMSTANCE = "circumstance"
    DUTY = "duty"
    ASK = "ask"
    TELL = "tell"
    CHECK = "check"
    FAMILIES = "families"


TALKS = (TaskKind.TALK_TO_REFERRER, TaskKind.TALK_TO_FAMILY)
"""The first talks: to the referring agency and to the family (J5)."""


BY_AN_ACT = {
    TaskKind.CHECK: "This is done by noting the check of who the child is.",
    TaskKind.FAMILIES: "This is done by saying that they are of one family, or by a split.",
}
"""What no note does (B2, N11)."""


class TaskTakenError(Refusal):
    """Somebody else has accepted the task; the sentence says who, by their staff id."""


class TaskDoneError(Refusal):
    """A task is done once."""


class AnswerMissingError(Refusal):
    """The task asks for answers that were not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a task ended; one that was `called_off` need not be done any more."""

    by: str
    at: datetime
    note: str
    answers: dict[str, str] = field(default_factory=dict)
    called_off: bool = False


@dataclass(slots=True, kw_only=True)
class Task:
    """One piece of work; `of` names it within its kind.

    `agency` says whose navigator it is for, `child_id` for which child.
    """

    task_id: str
    kind: TaskKind
    of: str
    what: str
    mandatory: bool = False
    agency: str | None = None
    child_id: str | None = None
    opened_at: datetime
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    done: Done | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done is None

    @property
    def is_called_off(self) -> bool:
        """Whether it was left undone because it need not be done any more."""
        return self.done is not None and self.done.called_off

    def accept(self, by: str, at: datetime, *, takes_over: bool = False) -> None:
        """Take the task on; raises `TaskTakenError`, which says who has it.

        Whoever `takes_over` may take it from somebody who cannot do it any more.
        """
        if self.done is not None:
            raise TaskDoneError("This task is done.")
        if self.accepted_by not in (None, by) and not takes_over:
            raise TaskTakenError(f"{self.accepted_by} has accepted this task.")
        if self.accepted_by != by:
            self.accepted_by, self.accepted_at = by, at

    def release(self) -> None:
        """Give it back: whoever took it on is not there any more, or it is not theirs."""
        self.accepted_by = self.accepted_at = None

    def complete(self, done: Done) -> None:
        """Note that it is done, with every answer that its kind asks for (N3, N4, N8, N13)."""
        if self.done is not None:
            raise TaskDoneError("This task is done.")
        if self.accepted_by not in (None, done.by):
            raise TaskTakenError(f"{self.accepted_by} has accepted this task.")
        check_answers(self.of, done.answers, done.at)
        self.done = done

    def call_off(self, done: Done) -> None:
        """Leave undone what must not be done any more, whoever has taken it on."""
        self.done = self.done or replace(done, called_off=True)

    def reopen(self, at: datetime) -> None:
        """Bring back what was called off: it has to be done after all."""
        self.done, self.opened_at = None, at


def check_answers(task: str, answers: Mapping[str, str], at: datetime) -> None:
    """Raise where an answer that a task asks for is missing, or cannot stand (N3, N4, N8, N13)."""
    asked = ANSWERS.get(task, ())
    missing = [name for name in asked if name not in answers]
    if missing:
        raise AnswerMissingError(f"answers must say {' and '.join(missing)}.")
    if DONE_ON in asked:
        _must_be_past(answers[DONE_ON], at)
    for name, answer in answers.items():
        if answer not in CHOICES.get(name, (answer,)):
            raise NotInPolicyError(f"answers.{name}", CHOICES[name])


def _must_be_past(said: str, at: datetime) -> None:
    """Raise `FieldRefusedError` for what is no date, or one that has not come."""
    field = f"answers.{DONE_ON}"
    try:
        done_on = date.fromisoformat(said)
    except ValueError:
        raise FieldRefusedError(field, f"{field} must be a date, 2026-03-11 say.") from None
    if done_on > at.date():
        raise FieldRefusedError(field, f"{field} is later than today.")


YES_NO = ("yes", "no")
CHOICES: dict[str, tuple[str, ...]] = {
    "support_needed": YES_NO,
    "appropriate_to_provide_care": YES_NO,
    "care_is": ("appropriate", "excessive"),
}
"""Answers that are one of a few (N3, N4, N8); all others are prose."""


def find(tasks: list[Task], task_id: str) -> Task:
    """Give a task by its id; raises `NotKnownError`."""
    for task in tasks:
        if task.task_id == task_id:
            return task
    raise NotKnownError("No task is known under this id.")
