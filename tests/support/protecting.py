"""Worries about harm, and what people do with them."""

from typing import Any

from intake.forms.gate import SendForDecision
from mash_shared.policy.consent import Expectation, WithoutConsent
from mash_shared.testing import acted
from mash_shared.vocabulary import Role
from support.consenting import NOTE
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, SOCIAL_WORKER, staff

REFUSED = {"status": "refused"}
MILD = {"consent": Expectation.NOT_EXPECTED, "without": WithoutConsent.PROCEED}
HEAD = staff(Role.HEAD_OF_MASH)
HARM: dict[str, Any] = {"significant_harm": "yes"}
WORRIES: list[dict[str, Any]] = [
    HARM,
    {"immediate_danger": True},
    {"urgency": "red"},
    {"request_type": "child_protection"},
    HARM | {"request_type": "consultation"},
    HARM | {"request_type": "information"},
]
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="It is clear."), MANAGER)
TEAM = {"to": "school_admissions", "acknowledged_by": "sw-4022"}
PAUSED = acted(H.return_for_discussion, NOTE, SOCIAL_WORKER)
