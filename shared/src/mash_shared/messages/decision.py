"""What the decision service says."""

from typing import ClassVar

from mash_shared.messages import ContactMessage, Id, PersonalData
from mash_shared.people import Short
from mash_shared.vocabulary import OutcomeKind


class DecisionRecorded(ContactMessage):
    """The right person decided for one child (H9); its reasons stay with the decision."""

    topic: ClassVar = "decision.recorded.v1"
    owner: ClassVar = "decision"
    consumers: ClassVar = ("intake", "notify")
    personal_data: ClassVar = PersonalData.NONE

    decision_id: Id
    child_id: Id
    outcome: OutcomeKind
    outcome_code: Short | None = None
    policy_version: Short
    pointed_to: Short | None = None
