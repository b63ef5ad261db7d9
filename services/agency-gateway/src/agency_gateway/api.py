"""The agency's own view: what it was asked and what it disclosed (G3)."""

from datetime import datetime

from fastapi import FastAPI
from pydantic import BaseModel

from agency_gateway.domain import Disclosure, Request
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, own, router
from mash_shared.http.service_api import service_api
from mash_shared.plumbing.documents import Store
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.rights import Right
from mash_shared.service import Parts
from mash_shared.vocabulary import MANAGERS, NotKnownError, Role


class RequestShown(BaseModel):
    """One request with its ledger lines; ids and hashes, no narrative."""

    request_id: str
    enquiry_id: str
    agency: str
    asked_at: datetime | None
    taken_back_at: datetime | None
    reply_by: datetime | None
    request_hash: str
    disclosures: list[Disclosure]


def readers(pack: Pack) -> set[Role]:
    """Who reads what an agency was asked: whoever coordinates enquiries, and who manages (S1)."""
    return {*pack.gate.coordinator_roles, *MANAGERS}


READ = Right(readers, "read what an agency was asked")


def gateway_api(parts: Parts, store: Store[Request], packs: PolicyPacks) -> FastAPI:
    """Build the API: read the ledger of one request."""
    routes = router()

    @routes.get("/requests/{request_id}")
    @access(Kind.READ, Relation.REQUEST, READ)
    async def read_request(request_id: str, person: SignedIn) -> RequestShown:
        """Read one request of the person's own council."""
        request, _ = await own(store, request_id, person)
        if not isinstance(request, Request):
            raise NotKnownError("No request is known under this id.")
        return RequestShown(
            request_id=request.id,
            enquiry_id=request.enquiry_id,
            agency=request.agency,
            asked_at=request.asked_at,
            taken_back_at=request.taken_back_at,
            reply_by=request.reply_by,
            request_hash=request.request_hash,
            disclosures=request.disclosures,
        )

    title, what = "MASH agency gateway", "What one agency was asked."
    return service_api(title, what, parts, store, packs, routes)
