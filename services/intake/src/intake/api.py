"""The intake team's thin API."""

from datetime import datetime
from uuid import UUID

from fastapi import FastAPI, Response
from pydantic import BaseModel

from intake.domain import Contact, ContactState
from intake.forms import AuthoriseEnquiry, RecordContact
from intake.handlers import IntakeHandlers
from mash_shared.http.api import Asking, SignedIn, api, own, router, scoped
from mash_shared.people import Consent, Family, Referrer
from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.documents import Store
from mash_shared.policy import PolicyPacks
from mash_shared.service import Parts
from mash_shared.vocabulary import Channel, CouncilId, OutcomeKind, Urgency


class ContactShown(BaseModel):
    """A contact as the intake team sees it."""

    contact_id: str
    version: int
    reference: str
    council: CouncilId
    state: ContactState
    urgency: Urgency
    channel: Channel
    received_at: datetime | None
    recorded_at: datetime | None
    recorded_by: str
    concern: str
    family: Family | None
    referrer: Referrer | None
    consent: Consent | None
    enquiry_id: str | None
    outcomes: dict[str, OutcomeKind]
    told_at: datetime | None
    not_told_because: str | None
    advice: str | None


def _shown(contact: Contact, version: int, packs: PolicyPacks) -> ContactShown:
    danger = packs.of(contact.council).emergency.text if contact.immediate_danger else None
    return ContactShown(
        contact_id=contact.id,
        version=version,
        enquiry_id=contact.authorisation.enquiry_id if contact.authorisation else None,
        advice=danger,
        **{
            name: getattr(contact, name)
            for name in ContactShown.model_fields
            if name not in ("contact_id", "version", "enquiry_id", "advice")
        },
    )


def contact_api(parts: Parts, store: Store[Contact], handlers: IntakeHandlers) -> FastAPI:
    """Build the API: record, read, authorise."""
    doors, packs = parts.doors, handlers.packs
    routes = router()

    @routes.post("/contacts", status_code=201, responses={200: {"model": ContactShown}})
    async def record_contact(form: RecordContact, ask: Asking, response: Response) -> ContactShown:
        """Record a contact; the same key and body give the same contact again (200)."""
        contact_id = UUID(scoped(ask.person, ask.key)).hex
        settled = await doors.perform(handlers.record_contact, contact_id, form, ask)
        if settled.outcome is Outcome.REPEATED:
            response.status_code = 200
        response.headers["location"] = f"/contacts/{contact_id}"
        return _shown(_contact(settled.aggregate), settled.version, packs)

    @routes.get("/contacts/{contact_id}")
    async def read_contact(contact_id: str, person: SignedIn) -> ContactShown:
        """Read one contact of the person's own council."""
        return _shown(*await own(store, contact_id, person), packs)

    @routes.post("/contacts/{contact_id}/enquiry-authorisation")
    async def authorise_enquiry(
        contact_id: str, form: AuthoriseEnquiry, ask: Asking
    ) -> ContactShown:
        """Let an enquiry go out to the agencies (F1-F4)."""
        settled = await doors.perform(handlers.authorise_enquiry, contact_id, form, ask)
        return _shown(_contact(settled.aggregate), settled.version, packs)

    return api("MASH intake", "Contacts and their way to an enquiry.", parts.tokens, routes)


def _contact(aggregate: object) -> Contact:
    assert isinstance(aggregate, Contact)  # noqa: S101 - the door gives back what it was given
    return aggregate
