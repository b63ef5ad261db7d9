"""Details that another system says, read as far as they can be: none of them loses the rest."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from mash_shared import tidying
from mash_shared.people import LONGEST_LINE, Short


def as_said(value: Any) -> Any:
    """Give a detail as one line that fits; what is no text, number or too long loses nobody."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return tidying.line(value.replace("\0", ""))[:LONGEST_LINE].strip() or None


def time_or_missing(value: Any, check: ValidatorFunctionWrapHandler) -> datetime | None:
    """Give a time; a day or a time without its zone counts as UTC, and what is none is missing."""
    try:
        time: datetime | None = check(value)
    except ValidationError:
        try:
            time = datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
        except ValueError:
            time = None
    return time


AS_SAID = BeforeValidator(as_said)
Detail = Annotated[Short | None, AS_SAID]
TimeOrMissing = Annotated[AwareDatetime | None, WrapValidator(time_or_missing)]
