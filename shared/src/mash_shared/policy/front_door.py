"""Who the council is and how people reach it (A, B1, C, E, O)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from mash_shared.policy.terms import NOT_YET_READ, Code, Codes, OnceEach, Section, Slug, Text
from mash_shared.vocabulary import Channel, ReferrerKind, Role

Roles = Annotated[tuple[Role, ...], Field(min_length=1), OnceEach]


class Source(Section):
    """A published page that the pack rests on (O11)."""

    title: Text
    version: Text | None = None
    updated: date | None = None


class Council(Section):
    """The council that answers for it (O15), its front door and the version of this pack."""

    id: Slug
    name: Text
    front_door: Text
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=20)]
    telephone: Text | None = None
    sources: tuple[Source, ...] = Field(min_length=1)


class Path(StrEnum):
    """What a request leads to; only a child concern can lead to an enquiry (A14, A17, M)."""

    CHILD_CONCERN = "child_concern"
    CONSULTATION = "consultation"
    INFORMATION = "information"
    REQUEST_TO_THE_HUB = "request_to_the_hub"


class RequestType(Section):
    """What a person can ask of the front door, and the form (A5, A16, A17, M1).

    Where one form has several parts, each with a request of its own, `part` names it.
    """

    name: Text
    path: Path
    service: Code | None = None
    form: Text | None = None
    part: Text | None = None
    who: Annotated[tuple[ReferrerKind, ...], Field(min_length=1), OnceEach, NOT_YET_READ]


class ContactPolicy(Section):
    """How contacts arrive, which services may be asked for (A2) and who writes them down.

    `channels` are those the council announces; none is ever refused (A4). With `phone_first` a
    worry about significant harm is telephoned and the form follows to the same contact (A9, A10).
    `protection_service` is the service by which such a worry is asked for; it is allocated at once
    (E6).
    `first_talks_by` are who speaks first to the referring agency and the family (J5).
    `attestations` are what a professional confirms on the form (C2, C3, D16, D17).
    """

    channels: Annotated[tuple[Channel, ...], Field(min_length=1), OnceEach, NOT_YET_READ]
    sources: Annotated[Codes, NOT_YET_READ] = Field(min_length=1)
    services: dict[Code, Text] = Field(min_length=1)
    protection_service: Code
    request_types: dict[Code, RequestType] = Field(min_length=1)
    phone_first: StrictBool
    attestations: dict[Code, Text]
    first_recorders: Roles
    triage_roles: Roles
    record_completed_by: Roles
    first_talks_by: Roles


class Threshold(Section):
    """The document that says which need is met by which help (C1, C3)."""

    id: Slug
    title: Text
    version: Text


class NightAct(StrEnum):
    """What a council may let its duty team do beside recording, triage and allocation (O9, O10)."""

    OVERRIDE_CONSENT = "override_consent"
    AUTHORISE_ENQUIRY = "authorise_enquiry"
    SEND_FOR_DECISION = "send_for_decision"
    SIGN_OFF_ENDING = "sign_off_ending"
    RECOMMEND = "recommend"
    DECIDE = "decide"


class OutOfHours(Section):
    """Who takes what cannot wait while the hub is closed (O9, O10, X5).

    The telephone is there where it is known (O8). `acts` are what they may do then instead of those
    whose act it is by day.
    """

    name: Text
    telephone: Text | None = None
    role: Role
    acts: Annotated[tuple[NightAct, ...], OnceEach]


class BreakGlass(Section):
    """Who may open one case that their role does not read, for a stated reason (S12).

    It ends by itself after so many hours, and a manager looks at each time. Without roles nobody
    may.
    """

    roles: Annotated[tuple[Role, ...], OnceEach]
    hours: StrictInt = Field(gt=0, le=72)


class SubjectAccess(Section):
    """Who answers somebody who asks what is held about them, and who saw it (S9)."""

    roles: Annotated[tuple[Role, ...], Field(min_length=1), OnceEach]


class Emergency(Section):
    """What a person is told about immediate danger (A13)."""

    text: Text


class Routing(Section):
    """What happens to children already known (E); months are calendar months.

    Without `repeat_window_months` every earlier referral counts (X8).
    """

    closed_within_months: StrictInt = Field(gt=0, le=120)
    repeat_referrals: StrictInt = Field(gt=1, le=100)
    repeat_window_months: StrictInt | None = Field(default=None, gt=0, le=240)
    open_case_needs_oversight: StrictBool
    routes: dict[Code, Text]
