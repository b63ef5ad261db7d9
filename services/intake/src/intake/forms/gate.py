"""What opens the gate, or lets a contact by (F)."""

from typing import Annotated

from pydantic import Field

from intake.forms.form import Form, StaffId, StaffIdOrMissing
from mash_shared.people import Prose, Short
from mash_shared.vocabulary import AgencyId


class ExtraAgency(Form):
    """An agency beyond the mandatory ones, with the reason for asking it (F10)."""

    agency: AgencyId
    reason: Prose


class AuthoriseEnquiry(Form):
    """A manager's act: let the enquiry go out (F3, F6, C11).

    `reason` says why the enquiry is necessary and proportionate.
    """

    reason_code: Short
    reason: Prose
    coordinating_social_worker: StaffId
    extra_agencies: Annotated[tuple[ExtraAgency, ...], Field(max_length=20)] = ()


class ChangeCoordinator(Form):
    """Who puts the replies together from now on, and why (F6)."""

    coordinating_social_worker: StaffId
    reason: Prose


class SendForDecision(Form):
    """Why what is known is enough to decide on (F3), and who has the case from now on (F7).

    The council's policy says whether a social worker is named here, where nobody has it yet.
    """

    reason: Prose
    social_worker: StaffIdOrMissing = None
