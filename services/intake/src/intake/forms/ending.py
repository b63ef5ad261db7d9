"""The ways in which people end a contact, and who has it (B14, E, A14)."""

from typing import Annotated

from pydantic import Field

from intake.forms.form import Form
from mash_shared.people import Moment, Prose, ProseOrMissing, Short, ShortOrMissing


class DatedAction(Form):
    """One action of a manager's sign-off: what, and until when (E2, J11)."""

    what: Prose
    due_at: Moment


class Oversee(Form):
    """A manager's sign-off on the contact of an open case (E2)."""

    note: Prose
    actions: Annotated[tuple[DatedAction, ...], Field(min_length=1, max_length=20)]


class HandOver(Form):
    """That a team took the contact over, and who there said so (E3, E7)."""

    to: Short
    acknowledged_by: Short
    note: ProseOrMissing = None


class Reroute(HandOver):
    """The right place for a contact that came to the wrong one (E7, M11).

    `service` is that of the policy that it goes to: early help asks for consent (D4).
    """

    other_authority: bool = False
    service: ShortOrMissing = None


class Allocate(Form):
    """The social worker of a child protection case (E6); a manager may name one `instead_of`."""

    social_worker: Short
    instead_of: ShortOrMissing = None


class Signpost(Form):
    """The service or agency to which somebody was pointed (B14, B15).

    Unless `told_at_once` says otherwise, who telephoned or came in person heard it then, and nobody
    else did.
    """

    to: Short
    note: ProseOrMissing = None
    told_at_once: bool | None = None


class GiveAdvice(Form):
    """The advice given to whoever asked before referring (A14, A15)."""

    advice: Prose


class SignOffEnding(Form):
    """Whether a manager agrees to how somebody would end a worry about harm, and why."""

    agrees: bool
    reason: Prose
