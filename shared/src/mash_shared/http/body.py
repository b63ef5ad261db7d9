"""Bodies are hostile until shown otherwise: size, depth, duplicate keys, operators, NaN (S14)."""

import json
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from mash_shared.http.access import declared, judge

LARGEST_BODY = 1024 * 1024
"""Bytes."""
DEEPEST = 20


class BadBodyError(HTTPException):
    """The body is not acceptable JSON; names the field at fault and never its value.

    An `HTTPException`, for FastAPI hides every other error of reading a body behind its own 400.
    """

    def __init__(self, field: str, reason: str, status: int = 400) -> None:
        super().__init__(status, reason)
        self.field = field
        self.reason = reason


def read_json(body: bytes) -> Any:
    """Parse a body strictly; raises `BadBodyError` naming the field."""
    try:
        parsed = json.loads(body.decode(), object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise BadBodyError("body", "is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadBodyError("body", f"is not JSON: {error.msg} at character {error.pos}") from None
    except ValueError:
        raise BadBodyError("body", "has a number with too many digits") from None
    except RecursionError:
        raise BadBodyError("body", f"is nested deeper than {DEEPEST}") from None
    _check(parsed, "body", 0)
    return parsed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        name = _shown(key)
        if key in result:
            raise BadBodyError(name, "is given twice")
        if key.startswith("$") or not _is_text(key):
            raise BadBodyError(name, "is not a name that a field may have", 422)
        result[key] = value
    return result


def _shown(key: str) -> str:
    return key.encode("ascii", "replace").decode()[:60]


def _check(value: Any, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise BadBodyError("body", f"is nested deeper than {DEEPEST}")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check(inner, f"{where}.{_shown(key)}", depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _check(inner, f"{where}.{place}", depth + 1)
    elif isinstance(value, float) and not isfinite(value):
        raise BadBodyError(where, "is not a JSON number")
    elif isinstance(value, str) and not _is_text(value):
        raise BadBodyError(where, "has characters that are not text", 422)


def _is_text(value: str) -> bool:
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


class StrictRequest(Request):
    """A request whose body is read up to a limit and parsed strictly."""

    async def body(self) -> bytes:
        """Read the body; raises `BadBodyError` (413) beyond `LARGEST_BODY`."""
        if not hasattr(self, "_body"):
            read = bytearray()
            async for chunk in self.stream():
                read += chunk
                if len(read) > LARGEST_BODY:
                    raise BadBodyError("body", f"is larger than {LARGEST_BODY} bytes", 413)
            self._body = bytes(read)
        return self._body

    async def json(self) -> Any:
        """Parse the body; raises `BadBodyError`."""
        return read_json(await self.body())


def _filters(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _filters(inner)


def _check_filters(request: Request, known: set[str]) -> None:
    """Refuse a filter that would be ignored: the answer would show more than was asked for."""
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("query", _shown(name))} for name in unknown]
        )


class StrictRoute(APIRoute):
    """A route that says whose it is, and whose requests are strict."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Wrap FastAPI's own handler; raises `UndeclaredRouteError` where a route is nobody's."""
        said = declared(self)
        original = super().get_route_handler()
        known = set(_filters(self.dependant))

        async def strict(request: Request) -> Response:
            await judge(request, said)
            _check_filters(request, known)
            response: Response = await original(StrictRequest(request.scope, request.receive))
            return response

        return strict
