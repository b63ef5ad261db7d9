"""What people send to intake: the form of each act."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mash_shared.people import Consent, HouseholdMember, Moment, NhsNumber, Prose, Referrer, Short
from mash_shared.vocabulary import AgencyId, Channel, Urgency


class Form(BaseModel):
    """A form with no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ChildForm(Form):
    """A child as far as known (B3, B4)."""

    full_name: Short | None = None
    date_of_birth: date | None = None
    gender: Short | None = None
    nhs_number: NhsNumber | None = None
    school_or_nursery: Short | None = None


class RecordContact(Form):
    """A new contact; facts that are missing never block it (B3)."""

    channel: Channel
    urgency: Urgency
    received_at: Moment
    concern: Prose
    immediate_danger: bool = False
    children: Annotated[tuple[ChildForm, ...], Field(min_length=1, max_length=30)]
    household: Annotated[tuple[HouseholdMember, ...], Field(max_length=50)] = ()
    address: Short | None = None
    referrer: Referrer
    consent: Consent


class ExtraAgency(Form):
    """An agency beyond the mandatory ones, with the reason for asking it (F10)."""

    agency: AgencyId
    reason: Prose


class AuthoriseEnquiry(Form):
    """A manager's act: let the enquiry go out (F1-F4, F6, C11)."""

    reason_code: Short
    reason: Prose
    coordinating_social_worker: Short
    extra_agencies: Annotated[tuple[ExtraAgency, ...], Field(max_length=20)] = ()
