"""Breaking glass, and looking at it afterwards (S12)."""

from typing import Annotated

from pydantic import Field

from intake.domain.glass import GlassReason
from intake.forms.form import Form
from mash_shared.people import Prose


class BreakGlass(Form):
    """Why somebody has to see what their role does not show them; `reason` stays on the contact."""

    reason_code: GlassReason
    reason: Prose


class ReviewGlass(Form):
    """What a manager found of one time that it was broken, by its place among them from 1 on."""

    number: Annotated[int, Field(ge=1, le=1000)]
    justified: bool
    note: Prose
