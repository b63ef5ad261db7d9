"""What stands before every API: a stranger is turned away before a byte of a body is read."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mash_shared.http.audited import Audit
from mash_shared.http.body import BadBodyError
from mash_shared.http.problems import not_signed_in
from mash_shared.identity import KeysUnreachableError, NotSignedInError, Tokens

BODY_WITHIN = 20.0
"""Seconds in which a body has to come whole."""
CAREFUL = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Headers of every answer: nothing about people is kept on the way, or taken for a page."""


class Edge:
    """Lets nobody in who is not signed in, and waits for no body for ever (S10, S14).

    What comes of a request is audited here, for every route there is or will be (S9).
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, audit: Audit) -> None:
        self._app = app
        self._tokens = tokens
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if somebody is signed in; else answer and end the connection.

        The answer is 401, or 503 where it cannot be said now whether a token holds.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        careful = _careful(send)
        try:
            person = await self._tokens.person(Headers(scope=scope).get("authorization"))
        except (NotSignedInError, KeysUnreachableError) as error:
            response = not_signed_in(error)
            response.headers["connection"] = "close"  # what else was to come is not waited for
            await response(scope, receive, careful)
            return
        await self._audit.pass_on(self._app, scope, _in_time(receive), careful, person)


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
