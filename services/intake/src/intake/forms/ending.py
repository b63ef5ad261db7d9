"""The ways in which people end a contact, and who has it (B14, E, A14)."""

from typing import Annotated

from pydantic import Field

from intake.domain.ending import Outsider
from intake.forms.children import ChildrenNamed
from intake.forms.form import Form, StaffId, StaffIdOrMissing, TeamOrStaffId
from mash_shared.people import Moment, Prose, ProseOrMissing, Short, ShortOrMissing


class DatedAction(Form):
    """One action of a manager's sign-off: what, and until when (E2, J11)."""

    what: Prose
    due_at: Moment


class Oversee(Form):
    """A manager's sign-off on the contact of an open case (E2).

    It is for `child_ids`, or for all whose cases are open where one worker has them.
    """

    note: Prose
    child_ids: ChildrenNamed = ()
    actions: Annotated[tuple[DatedAction, ...], Field(min_length=1, max_length=20)]


class HandOver(Form):
    """That a team took over children whom it knows: `child_ids`, or all whom it knows (E3).

    `to` is the team of their case, or a social worker of it by their id. Who took them over is
    somebody of that team; where the directory has nobody there, who sorts contacts says so for it.
    """

    to: TeamOrStaffId
    acknowledged_by: StaffId
    child_ids: ChildrenNamed = ()
    note: ProseOrMissing = None


class Reroute(Form):
    """The right place for a contact that came to the wrong one (E7, M11).

    `to` is a place of the council's policy: early help asks for consent (D4), another council has
    it transferred. Who took it over there is in the directory, or an `outsider` of that place.
    """

    to: Short
    acknowledged_by: StaffIdOrMissing = None
    outsider: Outsider | None = None
    note: ProseOrMissing = None


class Allocate(Form):
    """The social worker of a child protection case (E6); a manager may name one `instead_of`."""

    social_worker: StaffId
    instead_of: ShortOrMissing = None


class Signpost(Form):
    """The place of the council's policy to which somebody was pointed (B14, B15, C10).

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
