"""The intake team's API: thin, and the same in every part."""

from fastapi import FastAPI

from intake.api.acts import act_routes
from intake.api.answers import Answers, Looked
from intake.api.cases import case_routes
from intake.api.contacts import form_routes, reading_routes, recording_routes
from intake.api.figures import figures_routes
from intake.api.looking import search_routes
from intake.api.places import place_routes
from intake.api.queues import queue_routes
from intake.api.requests import answer_routes
from intake.api.retention import retention_routes
from intake.api.staff import FrontDoors, staff_routes
from intake.directory import StaffDesk
from intake.domain.contact import Contact
from intake.handlers import IntakeHandlers
from mash_shared.http.often import Often
from mash_shared.http.service_api import service_api
from mash_shared.plumbing.documents import Store
from mash_shared.service import Parts

__all__ = ["contact_api"]


def contact_api(
    parts: Parts, store: Store[Contact], handlers: IntakeHandlers, look: Looked, lookups: Often[str]
) -> FastAPI:
    """Build the API: record, read and correct; act; look for what waits and what is known."""
    staff = StaffDesk(store)
    answers = Answers(store=store, staff=staff, packs=handlers.packs, now=parts.now, look=look)
    doors = FrontDoors(parts.doors, store, staff)
    return service_api(
        "MASH intake",
        "Contacts, and their way to whoever is to do something about them.",
        parts,
        store,
        handlers.packs,
        recording_routes(doors, handlers, answers),
        form_routes(doors, handlers),
        reading_routes(doors, handlers, answers),
        act_routes(doors, handlers, answers),
        queue_routes(store, staff, handlers, parts.now),
        search_routes(store, staff, handlers, lookups, parts.now),
        staff_routes(store, parts.now),
        place_routes(handlers.packs),
        figures_routes(store),
        answer_routes(store, handlers),
        case_routes(store),
        retention_routes(parts.doors, store, handlers, parts.now),
    )
