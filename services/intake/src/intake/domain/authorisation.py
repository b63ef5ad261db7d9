"""Who let an enquiry out, over what, and who puts the replies together (F)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from intake.domain.progress import By
from mash_shared.people import LawfulBasis
from mash_shared.vocabulary import AgencyId, EnquiryId


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCoordinator(By):
    """Who put the replies together until then, and why it is somebody else since (F6)."""

    coordinating_social_worker: str
    why: str


MOST_TIMES = 5
"""Times given to one agency that an authorisation keeps, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeGiven(By):
    """The elapsed minutes that somebody gave one agency, None the council's own, and why (G7)."""

    agency: AgencyId
    minutes: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation(By):
    """Who let it go out and why (F3, F10, T12); `gone_at` is since when no coordinator is there.

    `times` are what agencies were given for this case, each time it was (G7).
    """

    reason_code: str
    reason: str
    enquiry_id: EnquiryId
    agencies: tuple[AgencyId, ...]
    extra_reasons: dict[AgencyId, str]
    coordinating_social_worker: str
    lawful_basis: LawfulBasis
    earlier_coordinators: tuple[EarlierCoordinator, ...] = ()
    gone_at: datetime | None = None
    times: tuple[TimeGiven, ...] = ()

    @property
    def minutes(self) -> dict[AgencyId, int]:
        """The minutes that hold for an agency, where it has not the council's own time (G7)."""
        given = {time.agency: time.minutes for time in self.times}
        return {agency: minutes for agency, minutes in given.items() if minutes is not None}

    @property
    def later_coordinator(self) -> str | None:
        """Who coordinates it, where that is no longer whom it began with."""
        return self.coordinating_social_worker if self.earlier_coordinators else None

    def given_time(self, times: Iterable[TimeGiven]) -> Self:
        """Give the same authorisation with these times; of each agency the newest lines stay."""
        lines = [*self.times, *times]
        of = {agency: [one for one in lines if one.agency == agency] for agency in self.agencies}
        return replace(
            self, times=tuple(one for given in of.values() for one in given[-MOST_TIMES:])
        )

    def given_to(self, coordinator: str, *, by: str, at: datetime, why: str) -> Self:
        """Give the same authorisation with another coordinator; who it was before stays on it."""
        before = EarlierCoordinator(
            by=by, at=at, coordinating_social_worker=self.coordinating_social_worker, why=why
        )
        return replace(
            self,
            coordinating_social_worker=coordinator,
            earlier_coordinators=(*self.earlier_coordinators, before),
            gone_at=None,
        )
