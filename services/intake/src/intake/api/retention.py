"""How long contacts are kept, holds, and erasure by two people (S18, S26)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Self

from dateutil.relativedelta import relativedelta
from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.api.acts import Handler, Line, add_acts
from intake.api.answers import must_be_of_contact
from intake.domain.contact import Contact
from intake.domain.erasure import Erasure, Hold, Proposal
from intake.domain.progress import ContactState
from intake.domain.retention import kept_until, linked
from intake.forms.form import Form
from intake.forms.retention import AnswerErasure, HoldForm, ProposeErasure
from intake.handlers import IntakeHandlers
from intake.keeping import being_erased, kept_long_enough
from intake.roles import READ_RETENTION
from intake.store import load
from mash_shared.act import Named
from mash_shared.audit.line import Kind
from mash_shared.audit.noting import noting
from mash_shared.http.access import Relation, access, act
from mash_shared.http.api import Asking, Doors, SignedIn, own, router
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now
from mash_shared.policy import Pack
from mash_shared.policy.retention import KeptAs


class RetentionShown(BaseModel):
    """How long one contact is kept, what holds it, and how far its erasure has come.

    Nothing of what it says is shown: whoever judges that reads the contact.
    """

    contact_id: str
    version: int
    kept_as: KeptAs | None
    rested_at: datetime | None
    kept_until: datetime | None
    is_held: bool
    holds: list[Hold]
    proposals: list[Proposal]
    erased_at: datetime | None
    erasure: Erasure | None

    @classmethod
    def of(cls, contact: Contact, version: int, pack: Pack) -> Self:
        """Show one contact, or what is left of it."""
        return cls(
            contact_id=contact.id,
            version=version,
            kept_as=contact.kept_as,
            rested_at=contact.rested_at,
            kept_until=kept_until(contact, pack),
            is_held=contact.is_held,
            holds=contact.holds,
            proposals=contact.proposals,
            erased_at=contact.erased_at,
            erasure=contact.erasure,
        )


class DueShown(BaseModel):
    """A contact whose time is over, held or not: somebody is to look at it."""

    contact_id: str
    reference: str
    kept_as: KeptAs | None
    kept_until: datetime | None
    is_held: bool
    is_proposed: bool


class ErasingShown(BaseModel):
    """A contact that was erased and is not forgotten everywhere yet: by whom it is waited for."""

    contact_id: str
    reference: str
    erased_at: datetime | None
    waiting_for: tuple[str, ...]


class RetentionQueue(BaseModel):
    """What is due for erasure or review, who is due first first, and what is under way."""

    due: list[DueShown]
    under_way: list[ErasingShown]


def acts(handlers: IntakeHandlers) -> Iterator[Line]:
    """Give the table: the path below the contact, what it does, and the form it takes."""
    yield from (
        ("hold", handlers.set_hold, HoldForm),
        ("hold-lifting", handlers.lift_hold, HoldForm),
        ("erasure-proposal", handlers.propose_erasure, ProposeErasure),
        ("erasure", handlers.answer_erasure, AnswerErasure),
    )


def retention_routes(
    doors: Doors, store: Store[Contact], handlers: IntakeHandlers, now: Now
) -> APIRouter:
    """Build the queue of what is due, and for one contact what is kept and a route for each act."""
    routes, packs = router(), handlers.packs

    @routes.get("/retention")
    @access(Kind.READ, Relation.COUNCIL, READ_RETENTION)
    async def read_due_for_erasure(
        person: SignedIn, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> RetentionQueue:
        """Name contacts whose time is over; nothing is erased by itself."""
        pack = packs.of(person.council)
        due: list[Contact] = []
        for kind, years in pack.retention.years.items():
            rested = now() - relativedelta(years=years)
            due += await kept_long_enough(store, person.council, kind, rested, limit)
        waiting = await being_erased(store, person.council, limit)
        noting().of(*(contact.id for contact in (*due, *waiting)))
        shown = sorted((_due(one, pack) for one in due), key=lambda one: str(one.kept_until))
        return RetentionQueue(due=shown[:limit], under_way=[_erasing(one) for one in waiting])

    @routes.get("/contacts/{contact_id}/retention")
    @access(Kind.READ, Relation.CASE, READ_RETENTION)
    async def read_retention(contact_id: str, person: SignedIn) -> RetentionShown:
        """Read how long one contact is kept, or how it was erased."""
        must_be_of_contact(contact_id)
        found = await own(store, contact_id, person, though_erased=True)
        return RetentionShown.of(*found, packs.of(person.council))

    add_acts(routes, acts(handlers), partial(_route, doors, store, handlers), RetentionShown)
    return routes


def _route(
    doors: Doors,
    store: Store[Contact],
    handlers: IntakeHandlers,
    handler: Handler,
    kind: type[Form],
) -> Callable[..., Any]:
    @act(handler)
    async def acted(
        contact_id: str,
        form: kind,  # type: ignore[valid-type]
        ask: Asking,
    ) -> RetentionShown:
        must_be_of_contact(contact_id)
        known = replace(ask, named=Named(still_open=await _still_open(store, contact_id)))
        done = await doors.perform(handler, contact_id, form, known)
        return RetentionShown.of(
            done.aggregate, done.version, handlers.packs.of(ask.person.council)
        )

    return acted


async def _still_open(store: Store[Contact], contact_id: str) -> set[str]:
    """Name the contacts that belong to one and are not closed."""
    ours: list[Contact] = await load(store, [contact_id])
    others: list[Contact] = await load(store, {id_ for one in ours for id_ in linked(one)})
    return {one.id for one in others if one.state is not ContactState.CLOSED}


def _due(contact: Contact, pack: Pack) -> DueShown:
    return DueShown(
        contact_id=contact.id,
        reference=contact.reference,
        kept_as=contact.kept_as,
        kept_until=kept_until(contact, pack),
        is_held=contact.is_held,
        is_proposed=contact.proposed is not None,
    )


def _erasing(contact: Contact) -> ErasingShown:
    erasure = contact.erasure
    waiting = [one for one in erasure.awaited if one not in erasure.forgotten] if erasure else []
    return ErasingShown(
        contact_id=contact.id,
        reference=contact.reference,
        erased_at=contact.erased_at,
        waiting_for=tuple(waiting),
    )
