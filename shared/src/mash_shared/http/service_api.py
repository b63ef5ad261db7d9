"""The API of a service: its own routes, and those that every service has."""

from typing import Any

from fastapi import APIRouter, FastAPI

from mash_shared.http.api import api
from mash_shared.http.subject import subject_routes
from mash_shared.plumbing.documents import Store
from mash_shared.policy import PolicyPacks
from mash_shared.service import Parts


def service_api(
    title: str,
    description: str,
    parts: Parts,
    store: Store[Any],
    packs: PolicyPacks,
    *routers: APIRouter,
) -> FastAPI:
    """Build it; whatever a service keeps of a contact it shows, and who saw it (S9).

    Raises `UndeclaredRouteError` where a route does not say whose it is.
    """
    subject = subject_routes(store, parts.audit)
    return api(
        title, description, parts.tokens, parts.audit, parts.limits, packs, *routers, subject
    )
