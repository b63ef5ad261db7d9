"""The ways in which a contact ends without an enquiry or a decision (A14, B14, E, M)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mash_shared.messages.contact import JOINED


class Ended(StrEnum):
    """How; those that a pack's routes name carry the same code."""

    SIGNPOSTED = "signposted"
    ADVICE_GIVEN = "advice_given"
    TO_ALLOCATED_WORKER = "to_allocated_worker"
    TO_LAST_TEAM = "to_last_team"
    RETURNED_TO_REFERRER = "returned_to_referrer"
    TRANSFERRED_TO_OTHER_LA = "transferred_to_other_la"
    REROUTED = "rerouted"
    JOINED = JOINED
    ANSWERED = "answered"


class Function(StrEnum):
    """Which of the hub's three functions an ending served (O1)."""

    EARLY_INTERVENTION = "early_intervention"
    HARM_REDUCTION = "harm_identification_and_reduction"
    COORDINATION = "co_ordination_of_partners"


_FUNCTIONS = {
    Ended.SIGNPOSTED: Function.EARLY_INTERVENTION,
    Ended.ADVICE_GIVEN: Function.EARLY_INTERVENTION,
    Ended.TO_ALLOCATED_WORKER: Function.HARM_REDUCTION,
    Ended.TO_LAST_TEAM: Function.HARM_REDUCTION,
}


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
    is told apart. `signed_off_by` is the manager without whom a contact about protection does not
    end so.
    """

    ended_as: Ended
    by: str
    at: datetime
    to: str | None = None
    note: str | None = None
    told_at_once: bool = False
    signed_off_by: str | None = None
    own_notice: bool = False

    @property
    def function(self) -> Function:
        """The function of the hub that it served (O1)."""
        return _FUNCTIONS.get(self.ended_as, Function.COORDINATION)

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
        the child, into another contact, or are answered, which the law asks for (M).
        """
        others = (Ended.JOINED, Ended.ANSWERED)
        return not self.goes_to_who_knows_the_child and self.ended_as not in others

    @property
    def is_final_for_the_child(self) -> bool:
        """Whether nobody works with the child after it, so that duties must be done first."""
        return self.ended_as in (Ended.SIGNPOSTED, Ended.ADVICE_GIVEN, Ended.RETURNED_TO_REFERRER)

    @property
    def needs_no_full_record(self) -> bool:
        """Whether no social worker has to complete the record (B14, M1)."""
        return self.ended_as in (Ended.SIGNPOSTED, Ended.ANSWERED, Ended.JOINED)
