"""What the council's directory says of the people who work there."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from mash_shared.messages import Message, PersonalData
from mash_shared.messages.details import (
    AS_SAID,
    Detail,
    TimeOrMissing,
    as_said,
    time_or_missing,
)
from mash_shared.people import Short, as_registered
from mash_shared.vocabulary import Role

PASSED = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for an end that cannot be read: whoever may have left is not given a child."""
MOST_TEAMS = 50
RoleThere = Literal[
    Role.BUSINESS_SUPPORT_OFFICER,
    Role.SOCIAL_WORKER,
    Role.MASH_MANAGER,
    Role.HEAD_OF_MASH,
    Role.MASH_ADMINISTRATOR,
    Role.HEAD_OF_SERVICE,
    Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER,
    Role.SCREENING_TEAM,
    Role.OPERATIONS,
]
"""The roles in which somebody works for the hub; any other stands in tokens alone."""


def _roles(value: Any) -> Any:
    """Give the roles that count here; the council has others, which say nothing."""
    said = value if isinstance(value, list | tuple) else ()
    words = [word.strip().casefold() for word in said if isinstance(word, str)]
    return tuple(role for role in get_args(RoleThere) if role in words)


def _teams(value: Any) -> Any:
    """Give the teams that can be read; one that is no name is left out."""
    said = value if isinstance(value, list | tuple) else (value,)
    names = (as_said(team) for team in said)
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_TEAMS]


def _slug(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _end(value: Any, check: ValidatorFunctionWrapHandler) -> datetime | None:
    return time_or_missing(value, check) or (None if value is None else PASSED)


class StaffChanged(Message):
    """Somebody came to work for the council, changed roles or teams, or left (E3, F6, F7, J4, A18).

    `contact_id` is their id, by which they sign in, since there is no contact: it keeps news of one
    person in order. Each message says the whole of what holds: what it leaves out no longer does.
    Of two messages about a person the one with the later `occurred_at` holds; of two with the same,
    the one that came later. A time in the future or before 2000 is that of its arrival, and bars no
    later news. `teams` are named as the case system names them. No detail that cannot be read loses
    the others; an end that cannot be read has passed.
    """

    topic: ClassVar = "staff.changed.v1"
    owner: ClassVar = "council directory"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.STAFF

    display_name: Detail = None
    roles: Annotated[tuple[RoleThere, ...], Field(max_length=50), BeforeValidator(_roles)] = ()
    teams: Annotated[tuple[Short, ...], Field(max_length=MOST_TEAMS), BeforeValidator(_teams)] = ()
    agency: Annotated[Short | None, BeforeValidator(_slug), AS_SAID] = None
    registration_number: Annotated[str | None, BeforeValidator(as_registered)] = None
    since: TimeOrMissing = None
    until: Annotated[AwareDatetime | None, WrapValidator(_end)] = None
