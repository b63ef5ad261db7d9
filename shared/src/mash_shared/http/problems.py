"""Every refusal over HTTP is `application/problem+json` (RFC 9457) with a sentence and a field."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from mash_shared.audit.noting import noting
from mash_shared.http.body import BadBodyError
from mash_shared.http.often import TooOftenError
from mash_shared.http.sentences import sentence
from mash_shared.identity import KeysUnreachableError, NotSignedInError
from mash_shared.identity.keys import AGAIN_AFTER
from mash_shared.plumbing.acts import HubUnavailableError
from mash_shared.plumbing.arrival import ChangedMeanwhileError
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.outages import is_outage
from mash_shared.vocabulary import (
    FieldRefusedError,
    NotEntitledError,
    NotKnownError,
    NotYetError,
    Refusal,
)

PROBLEM_JSON = "application/problem+json"

log = get_logger()

_FIELD = re.compile("[a-z0-9][a-z0-9_-]{0,60}")
"""What a field, a header or an id that is a key may be called."""


class FieldError(BaseModel):
    """Which field is wrong and why; never its value."""

    field: str
    reason: str


class Problem(BaseModel):
    """The body of every answer that is not a success."""

    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


_COMPONENTS = "#/components/schemas/"
# not "model": FastAPI would build a validator for each status of each route, 2 MB at intake
_CONTENT = {PROBLEM_JSON: {"schema": {"$ref": f"{_COMPONENTS}{Problem.__name__}"}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"content": _CONTENT, "description": description}
    for status, description in {
        400: "The body is not JSON as it should be",
        401: "Nobody is signed in",
        403: "The person may not do this",
        404: "Not known",
        408: "The body did not come in time",
        409: "The state of the case, or the key's earlier use, does not allow it",
        412: "Somebody changed it since it was read",
        413: "The body is too large",
        422: "A field is wrong",
        429: "The person asks more often than anybody may, or too many strangers at the address",
        503: "The hub cannot take it now; send it again under the same key",
    }.items()
}


def problem(
    status: int, title: str, detail: str, errors: Sequence[FieldError] = ()
) -> JSONResponse:
    """Give an answer in problem+json."""
    body = Problem(title=title, status=status, detail=detail, errors=list(errors))
    return JSONResponse(body.model_dump(), status_code=status, media_type=PROBLEM_JSON)


def problem_schemas() -> dict[str, Any]:
    """Give the schemas that `RESPONSES` refers to, by the names of components."""
    template = f"{_COMPONENTS}{{model}}"
    _, schemas = models_json_schema([(Problem, "serialization")], ref_template=template)
    return dict(schemas["$defs"])


def not_audited() -> JSONResponse:
    """Give the answer where the line of a read or an act cannot be written (S9)."""
    detail = (
        "The audit trail cannot be written now, and without it nothing is shown. Ask again later;"
        " send an act again under the same Idempotency-Key, for it may have been done."
    )
    response = problem(503, "Not audited", detail)
    response.headers["retry-after"] = "5"
    return response


def _refused(_: Request, error: Exception) -> JSONResponse:
    noting().refusal = type(error).__name__
    if isinstance(error, NotEntitledError):
        return problem(403, "Not entitled", str(error))
    if isinstance(error, NotKnownError):
        return problem(404, "Not known", str(error))
    if isinstance(error, NotYetError):
        response = problem(503, "Not yet", str(error))
        response.headers["retry-after"] = "1"
        return response
    if isinstance(error, ChangedMeanwhileError):
        return problem(412, "Changed meanwhile", str(error))
    if isinstance(error, FieldRefusedError):
        errors = [FieldError(field=f"body.{error.field}", reason=str(error))]
        return problem(422, "A field is wrong", str(error), errors)
    return problem(409, "Refused", str(error))


def _bad_body(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BadBodyError)  # noqa: S101
    errors = [FieldError(field=error.field, reason=error.reason)]
    return problem(error.status_code, "Bad body", f"{error.field}: {error.reason}", errors)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [
        FieldError(
            field=_place(one["loc"]),
            reason=sentence(one["type"], one.get("ctx", {})),
        )
        for one in error.errors()
    ]
    return problem(422, "A field is wrong", f"{errors[0].field}: {errors[0].reason}", errors)


def _place(parts: Sequence[str | int]) -> str:
    """Name the place of a field; in a body whoever sent it may have put a person's name there."""
    where, *names = map(str, parts)
    if where == "body":
        names = [name if _FIELD.fullmatch(name) else "<another name>" for name in names]
    return ".".join((where, *names))


def not_signed_in(error: Exception) -> JSONResponse:
    """Give the answer to somebody who is not signed in; `str(error)` says why."""
    if isinstance(error, KeysUnreachableError):
        response = problem(503, "Sign-in cannot be checked", str(error))
        response.headers["retry-after"] = str(int(AGAIN_AFTER.total_seconds()))
        return response
    response = problem(401, "Not signed in", str(error))
    response.headers["www-authenticate"] = "Bearer"
    return response


def _not_signed_in(_: Request, error: Exception) -> JSONResponse:
    return not_signed_in(error)


def too_often(error: TooOftenError) -> JSONResponse:
    """Give the answer to somebody who asked more often than is allowed."""
    response = problem(429, "Too often", str(error))
    response.headers["retry-after"] = str(error.seconds)
    return response


def _too_often(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooOftenError)  # noqa: S101
    noting().refusal = type(error).__name__
    return too_often(error)


def _unavailable(_: Request, __: Exception) -> JSONResponse:
    detail = "The hub cannot take this now; send it again under the same Idempotency-Key."
    response = problem(503, "Unavailable", detail)
    response.headers["retry-after"] = "2"
    return response


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    response = problem(error.status_code, str(error.detail), str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _database(request: Request, error: Exception) -> JSONResponse:
    return _unavailable(request, error) if is_outage(error) else _unexpected(request, error)


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    log.error("act_failed", error_type=type(error).__name__, where=where_raised(error))
    return problem(500, "Failed", "Something failed in the hub; nothing was changed.")


def add_problems(api: FastAPI) -> None:
    """Answer every refusal and failure of an API with problem+json."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(BadBodyError, _bad_body)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(NotSignedInError, _not_signed_in)
    api.add_exception_handler(KeysUnreachableError, _not_signed_in)
    api.add_exception_handler(TooOftenError, _too_often)
    api.add_exception_handler(HubUnavailableError, _unavailable)
    api.add_exception_handler(PyMongoError, _database)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _unexpected)
