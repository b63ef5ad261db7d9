"""What another system says of something: the newest news holds, whatever clocks say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from intake.domain.receipt import CLOCKS_DIFFER_BY
from mash_shared.clocks import Aggregate
from mash_shared.doubts import DoubtCode

FIRST_NEWS = datetime(2000, 1, 1, tzinfo=UTC)
"""News from before this time has its date from a machine and not from life."""


@dataclass(slots=True, kw_only=True)
class Newest(Aggregate):
    """What is known of something as of the newest news of it.

    `as_of` is when the news was true as far as can be meant; `said_at` is what was said of that,
    and why that is `doubted`.
    """

    as_of: datetime | None = None
    said_at: datetime | None = None
    doubted: DoubtCode | None = None

    def put(self, said: Mapping[str, Any], *, said_at: datetime, came_at: datetime) -> bool:
        """Put news in place unless it is older than what is known; give whether it changed that.

        A doubtful time bars no later news. News of one thing comes in the order in which it was
        said, so of two with the same time the later one holds.
        """
        doubted = _doubted(said_at, came_at)
        as_of = came_at if doubted else min(said_at, came_at)
        if self.as_of is not None and self.doubted is None and as_of < self.as_of:
            return False
        is_new = any(getattr(self, name) != value for name, value in said.items())
        for name, value in said.items():
            setattr(self, name, value)
        if self.said_at != said_at or is_new:
            self.as_of, self.said_at, self.doubted = as_of, said_at, doubted
        return is_new


def _doubted(said_at: datetime, came_at: datetime) -> DoubtCode | None:
    if said_at > came_at + CLOCKS_DIFFER_BY:
        return DoubtCode.IN_THE_FUTURE
    return DoubtCode.BEFORE_2000 if said_at < FIRST_NEWS else None
