"""What opens the gate, or lets a contact by (F)."""

from typing import Annotated

from pydantic import Field

from intake.forms.form import Form, StaffId, StaffIdOrMissing
from mash_shared.messages.enquiry import Minutes
from mash_shared.people import Prose, Short
from mash_shared.vocabulary import AgencyId


class ExtraAgency(Form):
    """An agency beyond the mandatory ones, with the reason for asking it (F10)."""

    agency: AgencyId
    reason: Prose


class AgencyTime(Form):
    """The elapsed minutes an agency has for this case, absent for the council's own time (G7)."""

    agency: AgencyId
    minutes: Minutes | None = None


AgencyTimes = Annotated[tuple[AgencyTime, ...], Field(max_length=50)]


class AuthoriseEnquiry(Form):
    """A manager's act: let the enquiry go out (F3, F6, C11).

    `reason` says why the enquiry is necessary and proportionate. `times` are for whom the policy
    lets set them, and shorter than the council's own (G7).
    """

    reason_code: Short
    reason: Prose
    coordinating_social_worker: StaffId
    extra_agencies: Annotated[tuple[ExtraAgency, ...], Field(max_length=20)] = ()
    times: AgencyTimes = ()


class SetTimes(Form):
    """How long single agencies have for this case from now on, and why (G7)."""

    times: Annotated[AgencyTimes, Field(min_length=1)]
    reason: Prose


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
