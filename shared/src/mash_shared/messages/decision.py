"""What the decision service says."""

from typing import ClassVar

from mash_shared.messages import ContactMessage, Id, PersonalData
from mash_shared.people import Short
from mash_shared.vocabulary import OutcomeKind, StatutoryBasis


class DecisionRecorded(ContactMessage):
    """The right person decided for one child (H9); its reasons stay with the decision.

    With the `statutory_basis` of section 17 or 47 it is the referral to social care: the case
    system opens one under the contact that it names, and has no other way to learn of a child
    (A6, H11). Its further work is the case system's and not the hub's (O5).
    """

    topic: ClassVar = "decision.recorded.v1"
    owner: ClassVar = "decision"
    consumers: ClassVar = ("intake", "notify", "case system")
    personal_data: ClassVar = PersonalData.NONE

    decision_id: Id
    child_id: Id
    outcome: OutcomeKind
    outcome_code: Short | None = None
    statutory_basis: StatutoryBasis = StatutoryBasis.NONE
    agency: Short | None = None
    policy_version: Short
    pointed_to: Short | None = None
