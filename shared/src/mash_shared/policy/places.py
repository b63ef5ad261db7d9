"""Where people, and worries that came to the wrong place, are sent instead (B14, C10, D4, E7)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from mash_shared.policy.terms import Code, Section, Text


class PlaceKind(StrEnum):
    """What a place is; only early help rests on consent (D4)."""

    EARLY_HELP = "early_help"
    TEAM = "team"
    COMMUNITY_SERVICE = "community_service"
    OTHER_COUNCIL = "other_council"


class Place(NamedTuple):
    """One place: its code, its name, what it is."""

    code: str
    name: str
    kind: PlaceKind


class Places(Section):
    """Every place that the hub sends people to, by what it is; each code stands once.

    `teams` are the council's own, `community_services` anybody's. A contact that belongs to one of
    the `other_councils` is transferred there.
    """

    early_help: dict[Code, Text] = Field(min_length=1)
    teams: dict[Code, Text] = Field(min_length=1)
    community_services: dict[Code, Text] = Field(min_length=1)
    other_councils: dict[Code, Text] = Field(min_length=1)

    def beside(self, council: str) -> dict[str, Place]:
        """Give the places that a council's hub sends people to, by code: it is none itself (E7)."""
        own = council.replace("-", "_")
        return {place.code: place for place in self if place.code != own}

    def __iter__(self) -> Iterator[Place]:  # type: ignore[override] # of places, not of fields
        """Give every place."""
        for kind, named in (
            (PlaceKind.EARLY_HELP, self.early_help),
            (PlaceKind.TEAM, self.teams),
            (PlaceKind.COMMUNITY_SERVICE, self.community_services),
            (PlaceKind.OTHER_COUNCIL, self.other_councils),
        ):
            yield from (Place(code, name, kind) for code, name in named.items())
