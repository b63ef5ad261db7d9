"""Recording, reading and correcting contacts."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from intake.api.answers import GLASS, Answers
from intake.api.parts import ContactShown
from intake.api.staff import FrontDoors
from intake.domain.circumstances import ExtraFamilialHarm
from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.progress import EarlierFacts, Standing
from intake.forms.contact import AmendContact, GroupMember, RecordContact, RecordGroup
from intake.handlers import IntakeHandlers
from intake.roles import READ_CONTACT, READ_HISTORY
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access, act, program
from mash_shared.http.api import (
    Asked,
    Asking,
    SignedIn,
    router,
    scoped,
    tagged,
)
from mash_shared.vocabulary import Machine

ALLEGED = "This child is said to be causing harm."


class LevelShown(BaseModel):
    """A level of risk of the council, by the code that a contact is sent with (X11)."""

    code: str
    name: str
    meanings: tuple[str, ...]


class FormTaken(BaseModel):
    """That a web form was recorded, and by what it is asked for; of nobody anything is shown."""

    reference: str


class History(BaseModel):
    """What a contact said and went by before each correction, the oldest first."""

    contact_id: str
    earlier: list[EarlierFacts]
    now: Facts
    standing: Standing
    recorded_at: datetime | None


def recording_routes(doors: FrontDoors, handlers: IntakeHandlers, answers: Answers) -> APIRouter:
    """Build the routes that record."""
    routes, packs = router(), handlers.packs

    async def record(form: RecordContact, ask: Asked, key: str) -> tuple[bool, ContactShown]:
        done = await doors.perform(handlers.record_contact, _id_under(ask, key), form, ask)
        return done.repeated, await answers.after(done, ask)

    @routes.get("/risk-levels")
    @access(Kind.NOBODY, Relation.NONE, None)
    async def read_levels(person: SignedIn) -> list[LevelShown]:
        """Give the levels of risk of the person's council and their meanings, the gravest first."""
        levels = packs.of(person.council).from_gravest()
        return [LevelShown(code=code, name=one.name, meanings=one.meanings) for code, one in levels]

    @routes.post("/contacts", status_code=201, responses={200: {"model": ContactShown}})
    @act(handlers.record_contact, Relation.NEW)
    async def record_contact(form: RecordContact, ask: Asking, response: Response) -> ContactShown:
        """Record a contact; the same key and body give the same contact again (200)."""
        repeated, contact = await record(form, ask, ask.key)
        if repeated:
            response.status_code = 200
        response.headers["location"] = f"/contacts/{contact.contact_id}"
        tagged(response, contact.version)
        return contact

    @routes.post("/group-contacts", status_code=201)
    @act(handlers.record_contact, Relation.NEW)
    async def record_group(form: RecordGroup, ask: Asking) -> list[ContactShown]:
        """Record harm to a group: one context, and a contact for each child (N9, N10, N11).

        Sent again under the same key it gives the same contacts, and records those still missing.
        """
        group_id = _id_under(ask, ask.key)
        return [
            (await record(_member(form, member, group_id), ask, f"{ask.key}/{place}"))[1]
            for place, member in enumerate(form.children, start=1)
        ]

    return routes


def form_routes(doors: FrontDoors, handlers: IntakeHandlers) -> APIRouter:
    """Build the route of the council's own web form."""
    routes = router()

    @routes.post("/form-contacts", status_code=201, responses={200: {"model": FormTaken}})
    @program(Machine.FORMS, Kind.ACT, Relation.NEW)
    async def record_form(form: RecordContact, ask: Asking, response: Response) -> FormTaken:
        """Record what came by the council's own web form; for its program, and for no person."""
        done = await doors.perform(handlers.record_form, _id_under(ask, ask.key), form, ask)
        if done.repeated:
            response.status_code = 200
        return FormTaken(reference=done.aggregate.reference)

    return routes


def _id_under(ask: Asked, key: str) -> str:
    """Give the id of what is recorded under a key, the same whenever it is sent again."""
    return UUID(scoped(ask.person, key)).hex


def reading_routes(doors: FrontDoors, handlers: IntakeHandlers, answers: Answers) -> APIRouter:
    """Build the routes that read and correct."""
    routes = router()

    @routes.get("/contacts/{contact_id}")
    @access(Kind.READ, Relation.CASE, READ_CONTACT, glass=GLASS)
    async def read_contact(contact_id: str, person: SignedIn, response: Response) -> ContactShown:
        """Read one contact of the person's own council."""
        contact = await answers.read(contact_id, person)
        tagged(response, contact.version)
        return contact

    @routes.get("/contacts/{contact_id}/history")
    @access(Kind.READ, Relation.CASE, READ_HISTORY, glass=GLASS)
    async def read_history(contact_id: str, person: SignedIn) -> History:
        """Read what was corrected, when, by whom and why."""
        contact, _ = await answers.open_to(person, contact_id, READ_HISTORY)
        return _history(contact)

    @routes.patch("/contacts/{contact_id}")
    @act(handlers.amend_contact)
    async def amend_contact(
        contact_id: str,
        form: AmendContact,
        ask: Asking,
        if_match: Annotated[str, Header(description="The ETag of what is corrected")],
        response: Response,
    ) -> ContactShown:
        """Correct a contact; what stood before is kept, and matching begins anew."""
        del if_match  # that it is there is checked here, that it still holds where it is written
        done = await doors.perform(handlers.amend_contact, contact_id, form, ask)
        contact = await answers.after(done, ask)
        tagged(response, contact.version)
        return contact

    return routes


def _history(contact: Contact) -> History:
    return History(
        contact_id=contact.id,
        earlier=contact.superseded,
        now=contact.facts,
        standing=contact.standing,
        recorded_at=contact.recorded_at,
    )


def _member(form: RecordGroup, member: GroupMember, group_id: str) -> RecordContact:
    """Give one child's contact: the context is shared, everything else is the child's own."""
    own_facts = {
        name: getattr(member, name) for name in GroupMember.model_fields.keys() - {"child"}
    }
    alleged = own_facts.pop("alleged_to_harm")
    concern = own_facts.pop("concern")
    referrer = replace(
        form.referrer,
        knowledge=own_facts.pop("referrer_knowledge"),
        relationship_to_child=own_facts.pop("referrer_relationship"),
    )
    harm = ExtraFamilialHarm(context=form.context)
    own_facts["circumstances"] = replace(member.circumstances, extra_familial_harm=harm)
    return RecordContact(
        **own_facts,
        channel=form.channel,
        urgency=form.urgency,
        received_at=form.received_at,
        concern=f"{concern}\n\n{ALLEGED}" if alleged else concern,
        children=(member.child,),
        referrer=referrer,
        immediate_danger=form.immediate_danger,
        group_id=group_id,
    )
