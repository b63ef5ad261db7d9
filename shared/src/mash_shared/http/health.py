"""Health and metrics on a listener of their own (S23): no person's API answers there."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Checks = Callable[[], Awaitable[dict[str, bool]]]


def health(live: Checks, ready: Checks, serving: Checks) -> Starlette:
    """Build the listener; each check is a name and whether it holds.

    `ready` speaks of the whole process, `serving` of people's acts alone, which a load balancer
    before the API asks for: an outage of the broker stops no act.
    """

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/health/live", _answer(live)),
            Route("/health/ready", _answer(ready)),
            Route("/health/serving", _answer(serving)),
            Route("/metrics", metrics),
        ]
    )


def _answer(checks: Checks) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        results = await checks()
        return JSONResponse(results, status_code=200 if all(results.values()) else 503)

    return answer
