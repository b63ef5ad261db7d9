"""The ways in which a contact ends without an enquiry or a decision (A14, B14, E, M)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from mash_shared.messages.contact import JOINED
from mash_shared.people import Short


class Ended(StrEnum):
    """How; those that a pack's routes name carry the same code.

    A request is answered; what somebody only told the hub is noted (M10).
    """

    SIGNPOSTED = "signposted"
    ADVICE_GIVEN = "advice_given"
    TO_ALLOCATED_WORKER = "to_allocated_worker"
    TO_LAST_TEAM = "to_last_team"
    RETURNED_TO_REFERRER = "returned_to_referrer"
    TRANSFERRED_TO_OTHER_LA = "transferred_to_other_la"
    REROUTED = "rerouted"
    JOINED = JOINED
    ANSWERED = "answered"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """Somebody of a place that is not the council's, and what they are there (E7)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    full_name: Short
    post: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """What a manager, who is somebody else, said of an ending that was proposed, and why."""

    agrees: bool
    by: str
    at: datetime
    reason: str
    proposed: "Ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How, by whom, to whom; `told_at_once` where the referrer heard it in the conversation.

    With an `own_notice` the referrer of a contact that was joined to another is somebody else, who
    is told apart. `to` is where it went, `place` its code among those of the policy, and with
    `early_help` it rests on consent (D4). `acknowledged_by` of the directory, or an `outsider` of
    that place, took it over there; or did so `on_behalf` of a team of which
    the directory had nobody, and sorts contacts (E3). `signed_off_by` is the manager without whom a
    contact about protection does not end so.
    """

    ended_as: Ended
    by: str
    at: datetime
    to: str | None = None
    place: str | None = None
    early_help: bool = False
    acknowledged_by: str | None = None
    outsider: Outsider | None = None
    on_behalf: bool = False
    note: str | None = None
    told_at_once: bool = False
    signed_off_by: str | None = None
    own_notice: bool = False

    @property
    def goes_to_who_knows_the_child(self) -> bool:
        """Whether it went where a known child's contact goes (E1, E3)."""
        return self.ended_as in (Ended.TO_ALLOCATED_WORKER, Ended.TO_LAST_TEAM)

    @property
    def leaves_nobody_to_find(self) -> bool:
        """Whether somebody else has the child, it is part of another, or a manager let it be."""
        joined = self.ended_as is Ended.JOINED
        return self.goes_to_who_knows_the_child or joined or self.signed_off_by is not None

    @property
    def closes_a_worry(self) -> bool:
        """Whether it is one person's view that leads away from whoever knows the child.

        A contact about protection ends so only with a manager's sign-off. Others go to who knows
        the child, into another contact, or are answered, which the law asks for (M); what is noted
        goes on in the contact of a concern, if it goes `to` one.
        """
        others = (Ended.JOINED, Ended.ANSWERED)
        raised = self.ended_as is Ended.NOTED and self.to is not None
        return not (self.goes_to_who_knows_the_child or self.ended_as in others or raised)

    @property
    def is_final_for_the_child(self) -> bool:
        """Whether nobody works with the child after it, so that duties must be done first."""
        return self.ended_as in (Ended.SIGNPOSTED, Ended.ADVICE_GIVEN, Ended.RETURNED_TO_REFERRER)

    @property
    def needs_no_full_record(self) -> bool:
        """Whether no social worker has to complete the record (B14, M1)."""
        brief = (Ended.SIGNPOSTED, Ended.ANSWERED, Ended.NOTED, Ended.JOINED)
        return self.ended_as in brief
