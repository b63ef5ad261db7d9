"""Who saw or changed a contact: the audit trail of this service, for whoever manages the hub."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.api.answers import Answers, must_be_of_contact
from intake.roles import READ_ACCESS
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, own, router
from mash_shared.http.audited import Audit
from mash_shared.plumbing.documents import Raw


class AccessShown(BaseModel):
    """One time that somebody read a contact, found it by a search, acted on it or was refused.

    `what` is the operation by its name in the API's description; `outcome` is the HTTP status with
    which it was answered; `why` is a reason code of the policy, where one was given.
    """

    at: str
    who: str
    roles: tuple[str, ...]
    kind: Kind
    what: str
    outcome: int
    refusal: str | None
    why: str | None

    @classmethod
    def of(cls, line: Raw) -> Self:
        """Show what a line of the trail says."""
        return cls(**{name: line[name] for name in cls.model_fields})


def access_routes(answers: Answers, audit: Audit) -> APIRouter:
    """Build the route that reads the audit trail of one contact."""
    routes = router()

    @routes.get("/contacts/{contact_id}/access")
    @access(Kind.READ, Relation.CASE, READ_ACCESS)
    async def read_access(
        contact_id: str, person: SignedIn, limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> list[AccessShown]:
        """Say who saw or changed a contact in this service, the newest first (S9)."""
        must_be_of_contact(contact_id)
        await own(answers.store, contact_id, person)
        lines = await audit.trail.about(contact_id, limit)
        return [AccessShown.of(line) for line in lines]

    return routes
