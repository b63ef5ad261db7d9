"""Work on a contact (A18, M, N)."""

from pydantic import Field

from intake.domain.circumstances import TextAnswers
from intake.forms.form import Form, Note
from mash_shared.people import Prose, Short


class CallBack(Form):
    """That the referrer is to be rung back, by the navigator of their own agency (A18)."""

    what: Prose


class AcceptTask(Form):
    """The task that somebody takes on; a manager may `take_over` from who cannot do it any more."""

    task_id: Short
    take_over: bool = False


class Placement(Note):
    """That mother and baby were placed, or that it was noted by mistake or has ended (N16)."""

    placed: bool = True


class CompleteTask(Form):
    """How a task ended, with the answers that it asks for (M, N)."""

    task_id: Short
    note: Prose
    answers: TextAnswers = Field(default_factory=dict)
