"""What every service's API has: the signed-in person, the idempotency key, the act."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, cast
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from pydantic import BaseModel, StringConstraints

from mash_shared.act import Act, Named, Person
from mash_shared.audit.noting import noting
from mash_shared.clocks import Aggregate
from mash_shared.http.access import REASON, UndeclaredRouteError, signed_in
from mash_shared.http.audited import Audit
from mash_shared.http.body import StrictRoute
from mash_shared.http.edge import Edge
from mash_shared.http.often import Limits, Often, TooOftenError, known_as
from mash_shared.http.problems import RESPONSES, add_problems, problem_schemas
from mash_shared.identity import Tokens
from mash_shared.messages import Message
from mash_shared.plumbing.acts import Acts
from mash_shared.plumbing.arrival import Arrival, Change, Door, Outcome
from mash_shared.plumbing.documents import A, Store
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.policy import PolicyPacks
from mash_shared.vocabulary import Lane, NotKnownError

_KEYS = uuid5(NAMESPACE_URL, "urn:mash:idempotency-key")

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="Chosen by the caller, the same on every retry of the same act",
    ),
    StringConstraints(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$"),
]


IfMatch = Annotated[
    str | None,
    Header(description="The ETag of what was read; refused with 412 where it has changed since"),
    StringConstraints(pattern=r'^"[0-9]{1,9}"$'),
]


def tagged(response: Response, version: int) -> None:
    """Say which version is shown, for `If-Match` of a later act."""
    response.headers["etag"] = f'"{version}"'


SignedIn = Annotated[Person, Depends(signed_in)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for an act, under which idempotency key, in which trace; what is known of whom."""

    person: Person
    key: str
    traceparent: str | None
    expects: int | None = None
    named: Named = field(default_factory=Named)


async def asked(request: Request, person: SignedIn, key: Key, if_match: IfMatch = None) -> Asked:
    """Gather what every act is asked with."""
    return Asked(
        person=person,
        key=key,
        traceparent=request.headers.get("traceparent"),
        expects=None if if_match is None else int(if_match.strip('"')),
    )


Asking = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed(Generic[A]):
    """What an act came to: the document after it, and whether it had been performed before."""

    aggregate: A
    version: int
    repeated: bool


class Doors:
    """Turns what a person asks into an arrival and performs it."""

    def __init__(self, acts: Acts, now: Now, counted: Often[str]) -> None:
        self._acts = acts
        self._now = now
        self._counted = counted

    async def perform(
        self,
        handler: Callable[[A, Act, Any], Iterable[Message]],
        document_id: str,
        form: BaseModel,
        ask: Asked,
    ) -> Performed[A]:
        """Run `handler(aggregate, act, form)`; a repeat of the same act changes nothing (S16).

        Whoever acts too often is refused, but never what is about a red contact, or makes it one,
        or one that was (S17): that is known once the handler has run, and before anything is kept.
        """
        act = Act(person=ask.person, at=self._now(), named=ask.named)
        name = handler.__name__
        said = f"{name}|{document_id}|{form.model_dump_json()}"
        arrival = Arrival(
            id=f"act:{scoped(ask.person, ask.key)}",
            name=name,
            document_id=document_id,
            change=_counted(
                lambda aggregate: handler(aggregate, act, form),
                self._counted.asked(known_as(ask.person)),
            ),
            at=act.at,
            door=Door.ACT,
            lane=Lane.RED,
            traceparent=child_of(ask.traceparent),
            fingerprint=hashlib.sha256(said.encode()).hexdigest(),
            expects=ask.expects,
        )
        page = noting()
        page.of(document_id)
        page.traceparent, page.why = arrival.traceparent, getattr(form, REASON, None)
        settled = await self._acts.perform(arrival)
        page.urgent = page.urgent or _is_red(settled.aggregate)
        return Performed(
            aggregate=cast("A", settled.aggregate),
            version=settled.version,
            repeated=settled.outcome is Outcome.REPEATED,
        )


def _counted(change: Change, too_often: TooOftenError | None) -> Change:
    """Refuse a change of whoever acts too often, unless what it changes is red before or after."""

    def counted(aggregate: Any) -> Iterator[Message]:
        urgent = _is_red(aggregate)
        yield from change(aggregate)
        if too_often is not None and not urgent and not _is_red(aggregate):
            raise too_often

    return counted


def _is_red(aggregate: object) -> bool:
    return isinstance(aggregate, Aggregate) and aggregate.lane is Lane.RED


async def own(
    store: Store[A], id_: str, person: Person, *, though_erased: bool = False
) -> tuple[A, int]:
    """Give a document of the person's own council and its version.

    Raises `NotKnownError` for any other: that it exists is itself not for everybody (S1). So it
    does for one that was erased, unless the stub of it is asked for.
    """
    found = await store.get(id_)
    if found is None or found[0].council != person.council:
        raise NotKnownError("Nothing is known here under this id.")
    if found[0].erased_at is not None and not though_erased:
        raise NotKnownError("This was erased: nothing is kept of it any more.")
    return found


def scoped(person: Person, key: str) -> str:
    """Give an idempotency key its owner, so that two people's keys never meet."""
    return str(uuid5(_KEYS, f"{person.council}|{person.id}|{key}"))


def router() -> APIRouter:
    """Give a router whose routes say whose they are, with strict bodies and documented refusals."""
    return APIRouter(route_class=StrictRoute, responses=RESPONSES)


class Api(FastAPI):
    """A service's API; its document says what a refusal looks like."""

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"].update(problem_schemas())
        return document


def api(  # noqa: PLR0913, PLR0917 - what stands before every route
    title: str,
    description: str,
    tokens: Tokens,
    audit: Audit,
    limits: Limits,
    packs: PolicyPacks,
    *routers: APIRouter,
) -> FastAPI:
    """Build a service's API; what it shows and does is judged by the packs, audited and counted.

    Raises `UndeclaredRouteError` where a route does not say whose it is.
    """
    routes = [route for one in routers for route in one.routes]
    if not all(isinstance(route, StrictRoute) for route in routes):
        raise UndeclaredRouteError("A route is of no router that asks whose it is.")
    application = Api(
        title=title,
        description=description,
        version="1",
        docs_url=None,
        redoc_url=None,
        # to include a router would build its routes a second time
        routes=routes,
    )
    application.state.tokens, application.state.packs = tokens, packs
    application.add_middleware(Edge, tokens=tokens, audit=audit, limits=limits)
    add_problems(application)
    return application
