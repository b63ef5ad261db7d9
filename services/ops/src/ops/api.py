"""Clocks for operators: ids, states and times only."""

from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel

from mash_shared.audit.line import Kind
from mash_shared.audit.noting import noting
from mash_shared.clocks import Clock
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, own, router
from mash_shared.http.service_api import service_api
from mash_shared.plumbing.documents import Store
from mash_shared.policy import PolicyPacks
from mash_shared.rights import Right
from mash_shared.service import Parts
from mash_shared.vocabulary import MANAGERS, ContactId, Role, Urgency
from ops.domain import Case
from ops.store import next_due

READ = Right(lambda _: (Role.OPERATIONS, *MANAGERS), "read clocks")


class CaseShown(BaseModel):
    """The clocks of one contact, the next due first."""

    contact_id: ContactId
    urgency: Urgency
    clocks: list[Clock]


def _shown(case: Case) -> CaseShown:
    return CaseShown(contact_id=case.contact_id, urgency=case.urgency, clocks=case.all_clocks)


def ops_api(parts: Parts, store: Store[Case], packs: PolicyPacks) -> FastAPI:
    """Build the API: what is due next, and the clocks of one contact."""
    routes = router()

    @routes.get("/clocks")
    @access(Kind.READ, Relation.COUNCIL, READ)
    async def read_due(
        person: SignedIn, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> list[CaseShown]:
        """Cases of the person's council with an open clock, the next due first."""
        shown = [_shown(case) for case in await next_due(store, person.council, limit)]
        noting().of(*(case.contact_id for case in shown))
        return shown

    @routes.get("/clocks/{contact_id}")
    @access(Kind.READ, Relation.CASE, READ)
    async def read_clocks(contact_id: str, person: SignedIn) -> CaseShown:
        """Every clock of one contact."""
        found = await own(store, contact_id, person, though_erased=True)
        return _shown(found[0])

    title, what = "MASH ops", "Whose time runs out next."
    return service_api(title, what, parts, store, packs, routes)
