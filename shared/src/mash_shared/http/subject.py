"""What a service holds of a contact, and who saw it: what a subject access request asks (S9).

Every service has these two routes, so that nothing held of a person is out of reach of them.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, StringConstraints

from mash_shared.audit.line import Kind
from mash_shared.audit.lines import Place
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.http.audited import Audit
from mash_shared.plumbing.documents import Raw, Store
from mash_shared.plumbing.logs import ours_or_hashed
from mash_shared.rights import ANSWER_REQUEST, READ_ACCESS
from mash_shared.vocabulary import NotKnownError

MOST_DOCUMENTS = 50
"""Documents of one answer; each may have some megabytes."""

_Id = Annotated[str, StringConstraints(max_length=200)]
_Line = Annotated[str, StringConstraints(max_length=400, pattern="^([0-9a-f]{2})+$")]
_NEXT = Query(description="The `next` of the page before")
AfterId = Annotated[_Id | None, _NEXT]
AfterLine = Annotated[_Line | None, _NEXT]


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


class AccessPage(BaseModel):
    """Lines of the trail, the newest first; `next` asks for those before them, if there are any."""

    lines: list[AccessShown]
    next: str | None


class MessageHeld(BaseModel):
    """A message that waits to be sent, with what it says."""

    id: str
    type: str
    body: Any


class DocumentHeld(BaseModel):
    """A document as the service keeps it, opened.

    Of one whose key is gone, or whose seal is broken, there is no `state`, and `is_shut` says so.
    """

    id: str
    kind: str
    version: int
    updated_at: datetime
    is_shut: bool
    state: dict[str, Any] | None
    waiting: list[MessageHeld]


class HeldPage(BaseModel):
    """Documents in the order of their ids; `next` asks for those behind them, if there are any."""

    documents: list[DocumentHeld]
    next: str | None


class Shelf:
    """Shows the documents of a store whole."""

    def __init__(self, store: Store[Any]) -> None:
        self._store = store

    async def page(self, whose: Raw, after: str | None, limit: int) -> HeldPage:
        """Give the documents that a query finds, so many of them.

        Raises `NotKnownError` where there is none: that one exists is not for everybody (S1).
        """
        query = whose if after is None else {**whose, "_id": {"$gt": after}}
        found = await self._store.collection.find(query).sort("_id").limit(limit + 1).to_list()
        if not found and after is None:
            raise NotKnownError("Nothing is known here under this id.")
        shown, more = found[:limit], found[limit:]
        documents = [self._held(raw) for raw in shown]
        return HeldPage(documents=documents, next=shown[-1]["_id"] if more else None)

    def _held(self, raw: Raw) -> DocumentHeld:
        return DocumentHeld(
            id=raw["_id"],
            kind=self._store.kind(raw["_id"]).__name__,
            version=raw["version"],
            updated_at=raw["updated_at"],
            is_shut="state" not in raw,
            state=raw.get("state"),
            waiting=[_message(one) for one in raw.get("outgoing", ())],
        )


def _message(kept: Raw) -> MessageHeld:
    kind = bytes(kept["headers"]["ce_type"]).decode()
    return MessageHeld(id=kept["id"], type=kind, body=json.loads(bytes(kept["body"])))


def subject_routes(store: Store[Any], audit: Audit) -> APIRouter:
    """Build the routes that show all that is held of a contact, and who saw it."""
    routes, shelf = router(), Shelf(store)

    @routes.get("/contacts/{contact_id}/held")
    @access(Kind.READ, Relation.CASE, ANSWER_REQUEST)
    async def read_held(
        contact_id: str,
        person: SignedIn,
        after: AfterId = None,
        limit: Annotated[int, Query(ge=1, le=MOST_DOCUMENTS)] = 10,
    ) -> HeldPage:
        """Give every document that this service keeps of a contact, opened, as it is kept."""
        return await shelf.page(_of(contact_id, person.council), after, limit)

    @routes.get("/contacts/{contact_id}/access")
    @access(Kind.READ, Relation.CASE, READ_ACCESS)
    async def read_access(
        contact_id: str,
        person: SignedIn,
        after: AfterLine = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> AccessPage:
        """Say who saw or changed a contact in this service, the newest first (S9)."""
        whose = _of(contact_id, person.council)
        kept = await store.collection.find(whose, {"_id": 1}).to_list()
        if not kept:
            raise NotKnownError("Nothing is known here under this id.")
        ids = {*map(ours_or_hashed, (contact_id, *(raw["_id"] for raw in kept)))}
        place = None if after is None else Place.read(after)
        lines = await audit.trail.about(ids, limit + 1, place)
        more = len(lines) > limit
        shown = [AccessShown.of(line) for line in lines[:limit]]
        return AccessPage(lines=shown, next=str(Place.of(lines[limit - 1])) if more else None)

    return routes


def _of(contact_id: str, council: str) -> Raw:
    if not contact_id:
        raise NotKnownError("Nothing is known here under this id.")
    return {"state.contact_id": contact_id, "state.council": council}
