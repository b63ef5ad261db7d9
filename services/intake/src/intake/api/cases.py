"""What is held of a case of the council's own case system, for who answers the child or parent."""

from fastapi import APIRouter

from intake.domain.case import known_id
from intake.domain.contact import Contact
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.http.subject import HeldPage, Shelf
from mash_shared.plumbing.documents import Store
from mash_shared.rights import ANSWER_REQUEST


def case_routes(store: Store[Contact]) -> APIRouter:
    """Build the route that shows all that is held of a known case."""
    routes, shelf = router(), Shelf(store)

    @routes.get("/cases/{case_id}/held")
    @access(Kind.READ, Relation.CASE, ANSWER_REQUEST)
    async def read_held_of_case(case_id: str, person: SignedIn) -> HeldPage:
        """Give what is kept of a case, by its number in the case system, opened."""
        kept = {"_id": known_id(person.council, case_id), "state.council": person.council}
        return await shelf.page(kept, None, 1)

    return routes
