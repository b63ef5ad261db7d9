"""Every route of every API, found in the services' own tables, and called as HTTP would call it."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin

from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pymongo.errors import PyMongoError

from mash_shared.act import Person
from mash_shared.http.access import Access, declared
from mash_shared.http.api import Asked
from mash_shared.plumbing.acts import HubUnavailableError
from mash_shared.plumbing.outages import is_outage
from mash_shared.vocabulary import Refusal
from simulation.hub import PROCESSES, Hub, face


@dataclass(frozen=True)
class Route:
    """One route; `form` is what its body must be, `given` its own parameters by name."""

    process: str
    name: str
    path: str
    method: str
    endpoint: Callable[..., Any]
    form: type[BaseModel] | None
    in_path: tuple[str, ...]
    given: Mapping[str, Any]
    access: Access

    @property
    def label(self) -> str:
        """How a story names it."""
        return f"{self.process} {self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a call ended: done, refused, invalid, away, or failed, which no call ever may."""

    outcome: str
    error: BaseException | None = None
    shown: Any = field(default=None, repr=False)


@cache
def routes() -> Mapping[str, Route]:
    """Give every route by its label, but for who saw a contact: calls here pass no edge."""
    found = [
        _route(process, route)
        for process in PROCESSES
        for api in (face(process)[0],)
        if api is not None
        for route in api.routes
        if isinstance(route, APIRoute) and not route.path.endswith("/access")
    ]
    return {route.label: route for route in found}


def _route(process: str, route: APIRoute) -> Route:
    parameters = inspect.signature(route.endpoint).parameters
    kinds = {name: one.annotation for name, one in parameters.items()}
    form = next((kind for kind in kinds.values() if _is_form(kind)), None)
    return Route(
        process=process,
        name=route.operation_id or route.name,
        path=route.path,
        method=next(iter(route.methods or ("GET",))),
        endpoint=route.endpoint,
        form=form,
        in_path=tuple(route.param_convertors),
        given=dict(parameters),
        access=declared(route),
    )


def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


ASKED = {"if_match": '"1"', "first": "2026-W11"}
"""What is given where something has to be that stands in no form and no path."""


async def call(hub: Hub, name: str, action: Mapping[str, Any]) -> Result:
    """Call a route of one copy for one person."""
    route = routes()[action["route"]]
    identity, council, roles = action["person"]
    person = Person(id=identity, council=council, roles=frozenset(roles))
    asked = Asked(person=person, key=action["key"], traceparent=None, expects=action.get("expects"))
    api, lent = face(route.process)
    lent.copy = hub.copies[name]
    try:
        values = {
            key: _argument(one, key, action, asked, person) for key, one in route.given.items()
        }
    except (ValidationError, ValueError):
        return Result(outcome="invalid")
    try:
        packs = cast("FastAPI", api).state.packs
        route.access.must_let_in(person, packs)
        return Result(outcome="done", shown=await route.endpoint(**values))
    except Refusal as refusal:
        return Result(outcome="refused", error=refusal)
    except (HubUnavailableError, PyMongoError) as away:
        out = not isinstance(away, PyMongoError) or is_outage(away)
        return Result(outcome="away" if out else "failed", error=away)
    except Exception as error:  # noqa: BLE001 - the check behind says what it was
        return Result(outcome="failed", error=error)


def _argument(
    one: inspect.Parameter, name: str, action: Mapping[str, Any], asked: Asked, person: Person
) -> Any:
    kind = _plain(one.annotation)
    if _is_form(kind):
        return kind.model_validate(action["body"])
    if kind is Asked:
        return asked
    if kind is Person:
        return person
    if kind is Response:
        return Response()
    if name in action["path"]:
        value = action["path"][name]
        return value if kind is str else kind(value)
    return one.default if one.default is not inspect.Parameter.empty else ASKED[name]
