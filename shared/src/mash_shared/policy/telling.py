"""What each kind of referrer is told, by whom and by when (J6, J7, K)."""

from enum import StrEnum
from typing import Annotated

from mash_shared.policy.front_door import Roles
from mash_shared.policy.hours import Duration
from mash_shared.policy.terms import NOT_YET_READ, Code, Section
from mash_shared.vocabulary import ReferrerKind


class TellWhat(StrEnum):
    """How much a referrer may learn."""

    OUTCOME = "outcome"
    ACKNOWLEDGEMENT = "acknowledgement"
    NOTHING = "nothing"


class NoticePolicy(Section):
    """The notice for one kind of referrer; templates by name.

    `within` is their own limit where it is not that of the clock `referrer_told`.
    """

    told: TellWhat
    template: Annotated[Code | None, NOT_YET_READ] = None
    interim_template: Annotated[Code | None, NOT_YET_READ] = None
    within: Duration | None = None


class Notices(Section):
    """Notices by kind of referrer, and what is tried when one is not delivered in time.

    Both `..._before` lengths count back from the limit.
    """

    sender_roles: Roles
    referrers: dict[ReferrerKind, NoticePolicy]
    second_channel_before: Annotated[Duration, NOT_YET_READ]
    telephone_before: Annotated[Duration, NOT_YET_READ]
