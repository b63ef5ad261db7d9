"""What people do with a contact at its turns, ready to be done; everybody is invented."""

from intake.forms.consent import OverrideConsent
from intake.forms.contact import CompleteRecord
from intake.forms.ending import Signpost
from intake.forms.gate import SendForDecision
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.testing import acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, SOCIAL_WORKER, asking

AUTHORISED = acted(H.authorise_enquiry, asking(), MANAGER)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER)
SIGNPOSTED = acted(H.signpost, Signpost(to="library"), MANAGER)
COMPLETED = acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER)
OVERRIDE = acted(
    H.override_consent,
    OverrideConsent(
        ground="significant_harm_public_interest", rationale="She is hurt.", evidence="Bruises."
    ),
    MANAGER,
)
DECIDED = [
    heard(H.note_decision, sample(DecisionRecorded, child_id=child))
    for child in ("c1-1", "c1-2", "c1-3")
]
"""Three siblings decided on, one after the other."""
TOLD = heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-1", "c1-2", "c1-3")))
