"""The intake team's API: thin, and the same in every part."""

from fastapi import FastAPI

from intake.api.acts import act_routes
from intake.api.contacts import reading_routes, recording_routes
from intake.api.looking import looking_routes, search_routes
from intake.api.parts import Looked, looked_up
from intake.domain.contact import Contact
from intake.handlers import IntakeHandlers
from mash_shared.http.api import api
from mash_shared.plumbing.documents import Store
from mash_shared.service import Parts

__all__ = ["contact_api"]


def contact_api(
    parts: Parts, store: Store[Contact], handlers: IntakeHandlers, look: Looked
) -> FastAPI:
    """Build the API: record, read and correct; act; look for what waits and what is known."""
    looked = looked_up(store, look)
    return api(
        "MASH intake",
        "Contacts, and their way to whoever is to do something about them.",
        parts.tokens,
        recording_routes(parts.doors, handlers, looked),
        reading_routes(parts.doors, store, handlers, looked),
        act_routes(parts.doors, handlers, looked),
        looking_routes(store, handlers),
        search_routes(store, handlers),
    )
