"""Holding a contact, and erasing it (S18)."""

from intake.domain.erasure import Ground
from intake.forms.form import Form
from mash_shared.people import Prose


class HoldForm(Form):
    """Why a contact is held, or held no longer."""

    reason: Prose


class ProposeErasure(Form):
    """On what ground a contact is to be erased; `note` says more, and is erased with it."""

    ground: Ground
    note: Prose


class AnswerErasure(Form):
    """What somebody else says of a proposal to erase."""

    agrees: bool
    note: Prose
