"""What people say and decide of consent (D)."""

from intake.domain.said import Consent
from intake.forms.form import Form
from mash_shared.people import Prose, Short


class SayConsent(Form):
    """What is now known of consent (D6)."""

    consent: Consent


class OverrideConsent(Form):
    """A manager's decision to go on without consent, for every child of the contact (D7, D12)."""

    ground: Short
    rationale: Prose
    evidence: Prose
