"""The edge's half of the audit trail: no answer leaves before its line stands (S9)."""

from dataclasses import dataclass

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mash_shared.act import Person
from mash_shared.audit.line import Entry, Kind
from mash_shared.audit.noting import Noting, noted
from mash_shared.audit.trail import AuditAwayError, Trail
from mash_shared.http.access import declared
from mash_shared.http.problems import not_audited
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of, trace_id

FAILED = 500
REFUSED = 400
"""Status from which on an answer is a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The trail of a service's API, and the run's time that its lines say."""

    trail: Trail
    now: Now

    async def pass_on(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, person: Person
    ) -> None:
        """Have a person's request answered, and hold the answer back until its line stands.

        Where that cannot be written the answer is 503 instead, but for an act on a red contact,
        whose line is kept until it can be.
        """
        begun = withheld = False
        with noted() as page:

            async def audited(message: Message) -> None:
                nonlocal begun, withheld
                if message["type"] == "http.response.start":
                    begun = True
                    withheld = not await self._stands(scope, person, page, message["status"])
                    if withheld:
                        await not_audited()(scope, receive, send)
                if not withheld:
                    await send(message)

            try:
                await app(scope, receive, audited)
            except Exception:
                if not begun:
                    await self._stands(scope, person, page, FAILED)
                raise

    async def _stands(self, scope: Scope, person: Person, page: Noting, status: int) -> bool:
        """Write what a request came to; gives whether its answer may leave."""
        kind = _kind(scope)
        if kind is Kind.NOBODY and status < REFUSED:
            return True
        said = self._entry(scope, person, page, kind, status).said()
        try:
            await self.trail.write(said)
        except AuditAwayError:
            kept = kind is Kind.ACT and self.trail.keep(said)
            return kept and page.urgent
        return True

    def _entry(self, scope: Scope, person: Person, page: Noting, kind: Kind, status: int) -> Entry:
        path = Noting()
        path.of(*(str(value) for name, value in _parts(scope) if name.endswith("_id")))
        trace = page.traceparent or child_of(Headers(scope=scope).get("traceparent"))
        client = scope.get("client")
        return Entry(
            at=self.now(),
            kind=kind,
            what=_what(scope),
            method=scope["method"],
            person=person,
            ids=tuple(dict.fromkeys((*path.ids, *page.ids))),
            why=page.why,
            outcome=status,
            refusal=page.refusal,
            address=client[0] if client else None,
            trace=trace_id(trace),
        )


def _parts(scope: Scope) -> list[tuple[str, object]]:
    return [*scope.get("path_params", {}).items()]


def _kind(scope: Scope) -> Kind:
    """Give what the route declares."""
    route = scope.get("route")
    if not isinstance(route, APIRoute):
        return Kind.NOBODY
    return declared(route).kind


def _what(scope: Scope) -> str:
    """Name the operation; a path that is none may hold a name, and is not written."""
    route = scope.get("route")
    return route.operation_id or route.name if isinstance(route, APIRoute) else "nothing"
