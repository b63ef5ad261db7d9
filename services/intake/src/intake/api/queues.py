"""The work queues of the front door, by role, what is due first first (A18)."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.api.calling import called_back, navigators
from intake.directory import StaffDesk
from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.task import TaskKind
from intake.handlers import IntakeHandlers
from intake.roles import QUEUES, READ_QUEUE
from intake.store import in_queue
from mash_shared.audit.line import Kind
from mash_shared.audit.noting import noting
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now, as_kept
from mash_shared.vocabulary import Urgency

SEPARATOR = "~"
CURSOR = r"^$|^[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}([.][0-9]{1,6})?Z~[^~]+$"
"""The form of `next`: the due time and id behind which the next page begins."""


After = Annotated[
    str, Query(max_length=200, pattern=CURSOR, description="`next` of the page before")
]


class Waiting(BaseModel):
    """One contact in a queue: enough to choose it by, nothing of its content.

    A call-back `without_navigator` is that of an agency for which the directory has nobody now: it
    is left to who sorts contacts (A18).
    """

    contact_id: str
    reference: str
    urgency: Urgency
    due_at: datetime
    received_at: datetime | None
    agencies: tuple[str, ...]
    without_navigator: bool = False


class QueuePage(BaseModel):
    """A page of a queue, what is due first first; `next` gives the following page."""

    queue: Queue
    items: list[Waiting]
    next: str | None


def queue_routes(
    store: Store[Contact], staff: StaffDesk, handlers: IntakeHandlers, now: Now
) -> APIRouter:
    """Build the routes of the queues."""
    routes, packs = router(), handlers.packs

    async def _agencies(queue: Queue, person: SignedIn) -> Collection[str] | None:
        """Give the agencies whose call-backs are theirs; raises for a queue that is not theirs."""
        if queue is Queue.CALL_BACKS:
            calls = await called_back(staff, packs, person, now())
            if calls is None or calls:
                return calls
        QUEUES[queue].must_be_held(person, packs.of(person.council))
        return None

    @routes.get("/queues")
    @access(Kind.NOBODY, Relation.NONE, None)
    async def read_queues(person: SignedIn) -> list[Queue]:
        """Name the queues that are the person's work."""
        pack, calls = packs.of(person.council), await called_back(staff, packs, person, now())
        theirs = {Queue.CALL_BACKS} if calls is None or calls else set()
        return [one for one in Queue if one in theirs or QUEUES[one].is_held(person, pack)]

    @routes.get("/queues/{queue}")
    @access(Kind.READ, Relation.COUNCIL, READ_QUEUE, *QUEUES.values())
    async def read_queue(
        queue: Queue,
        person: SignedIn,
        after: After = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> QueuePage:
        """Read a queue of the person's own work, what is due first first."""
        of = await _agencies(queue, person)
        due, _, id_ = after.partition(SEPARATOR)
        found = await in_queue(store, person.council, queue, after=(due, id_), limit=limit, of=of)
        calls = queue is Queue.CALL_BACKS
        there = await navigators(store, person.council, now()) if calls else set()
        return _page(found, queue, limit, there)

    return routes


def _page(found: list[Contact], queue: Queue, limit: int, there: Collection[str]) -> QueuePage:
    noting().of(*(contact.id for contact in found))
    items = [_waiting(contact, queue, there) for contact in found]
    return QueuePage(queue=queue, items=items, next=_next(found, queue, limit))


def _waiting(contact: Contact, queue: Queue, there: Collection[str]) -> Waiting:
    open_tasks = [task for task in contact.tasks if task.is_open]
    return Waiting(
        contact_id=contact.id,
        reference=contact.reference,
        urgency=contact.urgency,
        due_at=contact.waiting[queue],
        received_at=contact.received_at,
        agencies=tuple(task.agency for task in open_tasks if task.agency),
        without_navigator=queue is Queue.CALL_BACKS
        and any(t.kind is TaskKind.CALL_BACK and t.agency not in there for t in open_tasks),
    )


def _next(found: list[Contact], queue: Queue, limit: int) -> str | None:
    if len(found) < limit:
        return None
    last = found[-1]
    return f"{as_kept(last.waiting[queue])}{SEPARATOR}{last.id}"
