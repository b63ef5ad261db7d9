"""The places that the hub sends people to, by the codes that acts take (B14, C10, E7)."""

from fastapi import APIRouter
from pydantic import BaseModel

from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.policy import PolicyPacks
from mash_shared.policy.places import PlaceKind


class PlaceShown(BaseModel):
    """A place of the council's policy: its code, its name, and what it is."""

    code: str
    name: str
    kind: PlaceKind


def place_routes(packs: PolicyPacks) -> APIRouter:
    """Build the route of the places."""
    routes = router()

    @routes.get("/places")
    @access(Kind.NOBODY, Relation.NONE, None)
    async def read_places(person: SignedIn) -> list[PlaceShown]:
        """Name the places that the person's council sends people to, as acts name them."""
        pack = packs.of(person.council)
        places = pack.places.beside(pack.council.id).values()
        return [PlaceShown(code=one.code, name=one.name, kind=one.kind) for one in places]

    return routes
