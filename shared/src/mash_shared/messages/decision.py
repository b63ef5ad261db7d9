"""What the decision service says."""

from typing import ClassVar

from mash_shared.messages import Id, Message, PersonalData
from mash_shared.people import Short
from mash_shared.vocabulary import OutcomeKind


class DecisionRecorded(Message):
    """The right person decided for one child (H9, R4-R12); its reasons stay with the decision.

    It names the contact, without which social care opens no referral (A6).
    """

    topic: ClassVar = "decision.recorded.v1"
    owner: ClassVar = "decision"
    consumers: ClassVar = ("intake", "notify")
    personal_data: ClassVar = PersonalData.NONE

    decision_id: Id
    child_id: Id
    outcome: OutcomeKind
    outcome_code: Short | None = None
    policy_version: Short
