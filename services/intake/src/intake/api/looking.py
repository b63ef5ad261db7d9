"""What waits, and what is known: queues by role, search, families who came again."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.finding import asked
from intake.domain.found import PersonRole, RecordKind
from intake.domain.likeness import Certainty, Identity, best, likeness
from intake.domain.queue import Queue
from intake.domain.reference import Reference
from intake.forms.form import Form
from intake.handlers import IntakeHandlers
from intake.roles import reads_content, reads_of_others, workers
from intake.store import alike, in_queue, repeated
from mash_shared.act import Person
from mash_shared.doubts import Doubt
from mash_shared.http.api import SignedIn, router
from mash_shared.people import DateOrMissing, NhsNumberOrMissing, ShortOrMissing
from mash_shared.plumbing.documents import Store
from mash_shared.vocabulary import NotEntitledError, NotInPolicyError, Urgency

SEPARATOR = "~"
CURSOR = r"^$|^[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}([.][0-9]{1,6})?Z~[^~]+$"
"""The form of `next`: the due time and id behind which the next page begins."""


After = Annotated[
    str, Query(max_length=200, pattern=CURSOR, description="`next` of the page before")
]


class Waiting(BaseModel):
    """One contact in a queue: enough to choose it by, nothing of its content."""

    contact_id: str
    reference: str
    urgency: Urgency
    due_at: datetime
    received_at: datetime | None
    agencies: tuple[str, ...]


class QueuePage(BaseModel):
    """A page of a queue, what is due first first; `next` gives the following page."""

    queue: Queue
    items: list[Waiting]
    next: str | None


class Search(Form):
    """What is known of whom or what is looked for; at least one field."""

    reference: Reference | None = None
    nhs_number: NhsNumberOrMissing = None
    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    address: ShortOrMissing = None


class Hit(BaseModel):
    """Something on record: that it is there and whose it is, and no more for the unentitled.

    `role` says as whom the record names the person; `because` says field by field why, in words.
    """

    kind: RecordKind
    owner: str | None
    contact_id: str | None = None
    reference: str | None = None
    state: str | None = None
    certainty: Certainty | None = None
    reasons: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    role: PersonRole | None = None
    doubts: tuple[Doubt, ...] = ()


class RepeatFamily(BaseModel):
    """A family that came again: how often, and how great the harm was (N17, N18)."""

    contact_id: str
    reference: str
    referrals: int
    harm_level: int


def looking_routes(store: Store[Contact], handlers: IntakeHandlers) -> APIRouter:
    """Build the routes of the queues."""
    routes, packs = router(), handlers.packs

    @routes.get("/queues")
    async def read_queues(person: SignedIn) -> list[Queue]:
        """Name the queues that are the person's work."""
        pack = packs.of(person.council)
        return [queue for queue in Queue if person.roles & workers(pack, queue)]

    @routes.get("/queues/{queue}")
    async def read_queue(
        queue: Queue,
        person: SignedIn,
        after: After = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> QueuePage:
        """Read a queue of the person's own work, what is due first first."""
        person.must_be_one_of(workers(packs.of(person.council), queue), f"work on {queue}")
        due, _, id_ = after.partition(SEPARATOR)
        found = await in_queue(store, person.council, queue, after=(due, id_), limit=limit)
        items = [_waiting(contact, queue) for contact in found]
        return QueuePage(queue=queue, items=items, next=_next(found, queue, limit))

    return routes


def search_routes(store: Store[Contact], handlers: IntakeHandlers) -> APIRouter:
    """Build the routes that look for people."""
    routes, packs = router(), handlers.packs

    @routes.post("/contacts/search")
    async def search(form: Search, person: SignedIn) -> list[Hit]:
        """Look for a person or a reference on record; nothing that is looked for is logged."""
        looked_for = Identity(**form.model_dump(exclude={"reference"}))
        wanted = [*asked(looked_for), *([f"ref:{form.reference}"] if form.reference else [])]
        if not wanted:
            raise NotInPolicyError("(one field at least)", Search.model_fields)
        cases, contacts = await alike(store, person.council, wanted)
        on_record: list[KnownCase | Contact] = [*cases, *contacts]
        hits = [_hit(one, looked_for, form.reference) for one in on_record]
        return [_for(person, hit) for hit in hits if hit is not None]

    @routes.get("/top-families")
    async def read_top_families(
        person: SignedIn, limit: Annotated[int, Query(ge=1, le=100)] = 100
    ) -> list[RepeatFamily]:
        """Name the families with the greatest harm that came most often, each once (N17, N18)."""
        if not reads_of_others(packs.of(person.council), person):
            raise NotEntitledError("Only those who sort contacts may compare families.")
        return list(_families(await repeated(store, person.council, 5 * limit)))[:limit]

    return routes


def _families(contacts: Iterable[Contact]) -> Iterator[RepeatFamily]:
    """Give each family once, by the contact that ranks highest."""
    told_of: set[str] = set()
    for contact in contacts:
        family = {contact.id, *contact.matching.earlier(since=None)}
        known = bool(told_of & family)
        told_of |= family
        if not known:
            yield RepeatFamily(
                contact_id=contact.id,
                reference=contact.reference,
                referrals=contact.referrals,
                harm_level=contact.harm_level,
            )


def _waiting(contact: Contact, queue: Queue) -> Waiting:
    open_tasks = (task for task in contact.tasks if task.is_open and task.agency)
    return Waiting(
        contact_id=contact.id,
        reference=contact.reference,
        urgency=contact.urgency,
        due_at=contact.waiting[queue],
        received_at=contact.received_at,
        agencies=tuple(task.agency for task in open_tasks if task.agency),
    )


def _next(found: list[Contact], queue: Queue, limit: int) -> str | None:
    if len(found) < limit:
        return None
    last = found[-1]
    due = last.waiting[queue].isoformat().replace("+00:00", "Z")
    return f"{due}{SEPARATOR}{last.id}"


def _hit(one: KnownCase | Contact, looked_for: Identity, reference: str | None) -> Hit | None:
    if isinstance(one, KnownCase):
        alike_to = likeness(looked_for, one.child) if one.child else None
        if alike_to is None:
            return None
        return Hit(
            kind=RecordKind.CASE,
            owner=one.worker or one.team,
            reference=one.case_ref,
            state=one.status,
            certainty=alike_to.certainty,
            reasons=alike_to.reasons,
            because=alike_to.because,
            role=PersonRole.CHILD,
            doubts=one.doubts(),
        )
    people = [(role, likeness(looked_for, theirs)) for role, theirs in one.people()]
    found = best(alike_to for _, alike_to in people)
    if found is None and one.reference != reference:
        return None
    owner = one.allocation.social_worker if one.allocation else None
    return Hit(
        kind=RecordKind.CONTACT,
        owner=owner
        or (one.authorisation.coordinating_social_worker if one.authorisation else None),
        contact_id=one.id,
        reference=one.reference,
        state=one.state,
        certainty=found.certainty if found else Certainty.CERTAIN,
        reasons=found.reasons if found else ("reference",),
        because=found.because if found else (),
        role=next((role for role, alike_to in people if alike_to is found), None)
        if found
        else None,
    )


def _for(person: Person, hit: Hit) -> Hit:
    return hit if reads_content(person) else Hit(kind=hit.kind, owner=hit.owner)
