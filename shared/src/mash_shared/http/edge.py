"""What stands before every API: a stranger is turned away before a byte of a body is read.

Whoever asks too often is, too; but a token that holds is always looked at, whatever strangers send
from the same address, and acts are counted where it is known how great the danger is.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mash_shared.act import Person
from mash_shared.audit.noting import noting
from mash_shared.http.addresses import neighbourhood
from mash_shared.http.audited import Audit
from mash_shared.http.body import BadBodyError
from mash_shared.http.often import Limits, TooOftenError, known_as
from mash_shared.http.problems import not_signed_in, too_often
from mash_shared.identity import (
    KeysUnreachableError,
    NotSignedInError,
    TokenExpiredError,
    Tokens,
)

BODY_WITHIN = 20.0
"""Seconds in which a body has to come whole."""
CAREFUL = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Headers of every answer: nothing about people is kept on the way, or taken for a page."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Edge:
    """Lets nobody in who is not signed in, and waits for no body for ever (S10, S14, S17).

    What comes of a request is audited here, for every route there is or will be (S9).
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, audit: Audit, limits: Limits) -> None:
        self._app = app
        self._tokens = tokens
        self._audit = audit
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if somebody is signed in; else answer and end the connection.

        The answer is 401, or 503 where it cannot be said now whether a token holds, or 429.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        careful = _careful(send)
        try:
            person = await self._tokens.person(Headers(scope=scope).get("authorization"))
        except (NotSignedInError, KeysUnreachableError) as error:
            response = self._to_a_stranger(scope, error)
            response.headers["connection"] = "close"  # what else was to come is not waited for
            await response(scope, receive, careful)
            return
        app = self._app_for(scope, person)
        await self._audit.pass_on(app, scope, _in_time(receive), careful, person)

    def _to_a_stranger(self, scope: Scope, error: Exception) -> Response:
        """Answer whoever is not signed in, and slow down an address that many such come from.

        A token that has run out is told so always: that is how programs know to sign in again.
        """
        if isinstance(error, KeysUnreachableError | TokenExpiredError):
            return not_signed_in(error)
        client = scope.get("client")
        refusal = self._limits.strangers.asked(neighbourhood(client[0] if client else None))
        return not_signed_in(error) if refusal is None else too_often(refusal)

    def _app_for(self, scope: Scope, person: Person) -> ASGIApp:
        """Give what answers a person: the API, or a refusal where they read too often."""
        if scope["method"] not in _READING:
            return self._app
        refusal = self._limits.reads.asked(known_as(person))
        return self._app if refusal is None else _refusing(refusal)


def _refusing(refusal: TooOftenError) -> ASGIApp:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        for route in scope["app"].routes:  # so that the line in the trail says what was asked
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                break
        noting().refusal = type(refusal).__name__
        await too_often(refusal)(scope, receive, send)

    return refuse


def _careful(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in CAREFUL.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers


def _in_time(receive: Receive) -> Receive:
    """Give the parts of a body as they come; raises `BadBodyError` (408) where they do not."""
    by, whole = asyncio.get_running_loop().time() + BODY_WITHIN, False

    async def timely() -> MutableMapping[str, Any]:
        nonlocal whole
        if whole:  # from here on it is waited for whoever asks to go away
            return await receive()
        try:
            async with asyncio.timeout_at(by):
                message = await receive()
        except TimeoutError:
            raise BadBodyError("body", f"did not come within {BODY_WITHIN:.0f} s", 408) from None
        whole = not message.get("more_body", False)
        return message

    return timely
