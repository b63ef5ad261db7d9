"""The HTTP face of every service in this process: real routes, real doors, documents in memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import httpx
from fastapi import FastAPI

from agency_gateway.api import gateway_api
from agency_gateway.domain import SAID, Request, Said
from decision.api import decision_api
from decision.domain import Decision
from decision.handlers import DecisionHandlers
from enquiry.api import enquiry_api
from enquiry.domain import Enquiry
from intake.api import contact_api
from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.staff import STAFF_PREFIX, KnownStaff, staff_key
from intake.handlers import IntakeHandlers
from intake.matcher import Found, Matcher
from intake.settings import LOOKUPS
from mash_local.tokens import ISSUER, TokenIssuer
from mash_shared.act import Person
from mash_shared.clocks import Aggregate
from mash_shared.http.api import Doors
from mash_shared.http.audited import Audit
from mash_shared.http.often import Limits, Often
from mash_shared.identity import Provider, Tokens
from mash_shared.plumbing.acts import Acts
from mash_shared.plumbing.arrival import Arrival, Settled
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.work import Work
from mash_shared.service import Parts
from mash_shared.testing import (
    NOW,
    MemoryLines,
    MemoryOutbox,
    MemoryStore,
    memory_audit,
    memory_work,
    packs,
    unlimited,
)
from mash_shared.testing.invented import agreeing
from notify.api import notify_api
from notify.domain import Notice
from notify.handlers import NotifyHandlers
from ops.api import ops_api
from ops.domain import Case

Build = Callable[[Parts, Any], FastAPI]


def intake_api(parts: Parts, store: Store[Contact]) -> FastAPI:
    """Build intake's API with a matcher that looks at once."""
    handlers = IntakeHandlers(packs())
    teller = Teller(name="matcher", work=parts.work, outbox=parts.outbox, now=parts.now)
    matcher = Matcher(handlers=handlers, store=store, teller=teller, now=parts.now)

    async def look(contact_id: str) -> Found | None:
        return (await matcher.match([contact_id])).get(contact_id)

    return contact_api(parts, store, handlers, look, Often(LOOKUPS, parts.now))


FACES: Mapping[str, tuple[type[Aggregate], Build]] = MappingProxyType(
    {
        "intake": (Contact, intake_api),
        "enquiry": (Enquiry, partial(enquiry_api, packs=packs())),
        "agency-gateway": (Request, partial(gateway_api, packs=packs())),
        "decision": (Decision, partial(decision_api, handlers=DecisionHandlers(packs()))),
        "notify": (Notice, partial(notify_api, handlers=NotifyHandlers(packs()))),
        "ops": (Case, partial(ops_api, packs=packs())),
    }
)


class OneByOne:
    """The door of acts without its queue: each act is a batch of its own."""

    def __init__(self, work: Work[Any]) -> None:
        self._work = work
        self.outage: Exception | None = None

    async def perform(self, arrival: Arrival) -> Settled:
        """Take one act in; raises what it was refused or failed with."""
        if self.outage is not None:
            raise self.outage
        (settled,) = (await self._work.run([arrival])).settled
        if settled.error is not None:
            raise settled.error
        return settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One service's API, its documents, its door of acts, and tokens for whoever calls it."""

    name: str
    app: FastAPI
    store: MemoryStore[Any]
    door: OneByOne
    issuer: TokenIssuer
    trail: MemoryLines
    audit: Audit

    def signed_in(self, person: Person) -> dict[str, str]:
        """Give the headers of a signed-in person."""
        roles = [role.value for role in person.roles]
        token = self.issuer.token(
            person=person.id, roles=roles, council=person.council, now=datetime.now(UTC)
        )
        return {"authorization": f"Bearer {token}"}

    def keep(self, aggregate: Aggregate) -> None:
        """Put an aggregate into the store."""
        aggregate.summarise()
        document = self.store.read(None, aggregate.id)
        document.aggregate, document.version = aggregate, 1
        document.state = self.store.state(aggregate)
        self.store.keep(document)

    @property
    def contacts(self) -> list[dict[str, Any]]:
        """The documents there are, without those of staff."""
        kept = self.store.raws.items()
        return [raw for id_, raw in kept if not id_.startswith(STAFF_PREFIX)]

    def employ(self, *people: Person) -> None:
        """Have the directory agree with people's sign-in, as intake keeps it; `STAFF` as well."""
        for person in people:
            for member in agreeing(person).values():
                known = KnownStaff(id=staff_key(person.council, member.id), council=person.council)
                known.take(member, said_at=NOW, came_at=NOW)
                self.keep(known)

    @asynccontextmanager
    async def client(self, person: Person | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client; what fails inside the service is an answer and not an exception."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = self.signed_in(person) if person else {}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hub.example", headers=headers
        ) as client:
            yield client


BESIDE: dict[str, type[Aggregate]] = {
    KNOWN_PREFIX: KnownCase,
    STAFF_PREFIX: KnownStaff,
    SAID: Said,
}
"""What stands beside the documents of a service, by the prefix of its ids."""


def face(name: str, folder: Path, limits: Limits | None = None) -> Face:
    """Build one service's API; `folder` takes the keys that tokens are signed with."""
    kind, build = FACES[name]
    store: MemoryStore[Any] = MemoryStore(kind, BESIDE)
    work = memory_work(cast("Store[Any]", store), name)
    door = OneByOne(work)
    issuer, trail = TokenIssuer.create(folder), MemoryLines()
    audit = memory_audit(trail)
    limits = limits or unlimited()
    parts = Parts(
        now=lambda: NOW,
        doors=Doors(cast("Acts", door), lambda: NOW, limits.acts),
        tokens=Tokens([Provider.stand_in(issuer.public_keys, ISSUER)]),
        audit=audit,
        limits=limits,
        producer=cast("Any", None),
        work=work,
        outbox=cast("Any", MemoryOutbox()),
        outages=Outages(),
        keys=cast("Any", None),
    )
    return Face(
        name=name,
        app=build(parts, store),
        store=store,
        door=door,
        issuer=issuer,
        trail=trail,
        audit=audit,
    )


async def checked_over_http(intake: Face, contact_id: str, by: Person) -> None:
    """Have somebody check who the children of a contact are."""
    where, body = f"/contacts/{contact_id}/demographic-check", {"result": "confirmed"}
    async with intake.client(by) as client:
        key = {"idempotency-key": f"check-{contact_id[:12]}"}
        answer = await client.post(where, json=body, headers=key)
    assert answer.is_success, answer.text
