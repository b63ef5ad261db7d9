"""What the council's case system says of the children it knows."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from mash_shared import tidying
from mash_shared.messages import LIMITS, Message, PersonalData
from mash_shared.people import LONGEST_LINE, NhsNumber, PartlyKnownDate, Short
from mash_shared.vocabulary import ContactId, Urgency


def _as_said(value: Any) -> Any:
    """Give a detail as one line that fits; what is no text, number or too long loses nobody."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return tidying.line(value.replace("\0", ""))[:LONGEST_LINE].strip() or None


def _time_or_missing(value: Any, check: ValidatorFunctionWrapHandler) -> datetime | None:
    """Give a time; a day or a time without its zone counts as UTC, and what is none is missing."""
    try:
        time: datetime | None = check(value)
    except ValidationError:
        try:
            time = datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
        except ValueError:
            time = None
    return time


def _word(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _urgency(value: Any) -> Any:
    return value if value in list(Urgency) else Urgency.AMBER


_AS_SAID = BeforeValidator(_as_said)
Detail = Annotated[Short | None, _AS_SAID]


class CaseStatusChanged(Message):
    """A child's case was opened, moved or closed in the case system (E1, E3).

    `contact_id` is the number of the case, since there is no contact: it keeps news of one case in
    order. Of two messages about a case the one with the later `occurred_at` holds; of two with the
    same, the one that came later. A time in the future or before 2000 is that of its arrival, and
    bars no later news. No detail that cannot be read loses the status. `merged_into` is the number
    of the case under which this one goes on.
    """

    topic: ClassVar = "case.status-changed.v1"
    owner: ClassVar = "case system"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.FAMILY
    laned: ClassVar = False

    contact_id: Annotated[ContactId, LIMITS]
    urgency: Annotated[Urgency, BeforeValidator(_urgency)] = Urgency.AMBER
    status: Annotated[Literal["open", "closed"], BeforeValidator(_word)]
    worker: Detail = None
    team: Detail = None
    closed_at: Annotated[AwareDatetime | None, WrapValidator(_time_or_missing)] = None
    merged_into: Detail = None
    full_name: Detail = None
    date_of_birth_in_part: Annotated[PartlyKnownDate | None, _AS_SAID] = None
    nhs_number: Annotated[NhsNumber | None, _AS_SAID] = None
    address: Detail = None
