"""What each route declares: whose it is, of which cases, and what it is for the audit trail.

That is judged before a body is read, a document looked for, or an act found to be a repeat. Pages
and tests read the same (S1, S9).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from mash_shared.act import Person
from mash_shared.audit.line import Kind
from mash_shared.identity import Tokens
from mash_shared.policy import PolicyPacks
from mash_shared.rights import Right, whose_is
from mash_shared.vocabulary import Machine, NotEntitledError

REASON = "reason_code"
"""The field by which a person says why; the audit trail keeps it."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK = "__access__"


class Relation(StrEnum):
    """Of which cases a route shows something, or changes it."""

    NONE = "no case"
    COUNCIL = "cases of their own council"
    CASE = "one case of their own council"
    NEW = "a new case of their own council"
    REQUEST = "one request of their own council to this agency"


class UndeclaredRouteError(Exception):
    """A route does not say whose it is; its service does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a route declares.

    Without a `right` it is open to everybody who is signed in; with `machine` to programs of that
    kind, and to nobody else (S10). `further` rights are asked for where the
    state of the case makes it less than that. Who has the right to break the `glass` of one case
    gets there as well, and is shown a case for which they did (S12).
    """

    kind: Kind
    relation: Relation
    right: Right | None
    further: tuple[Right, ...] = ()
    glass: Right | None = None
    machine: Machine | None = None

    def must_let_in(self, person: Person, packs: PolicyPacks) -> None:
        """Raise `NotEntitledError` for whoever has nothing to seek here (F14)."""
        if person.machine is not self.machine:
            meant = "people" if self.machine is None else f"the program of {self.machine}"
            raise NotEntitledError(f"Only {meant} may ask this.")
        if self.right is None:
            return
        pack = packs.of(person.council)
        if self.glass is None or not self.glass.is_held(person, pack):
            self.right.must_be_held(person, pack)


def access(
    kind: Kind,
    relation: Relation,
    right: Right | None,
    *further: Right,
    glass: Right | None = None,
) -> Callable[[Endpoint], Endpoint]:
    """Declare what a route is: it stands between the route and its function."""
    return _marked(Access(kind=kind, relation=relation, right=right, further=further, glass=glass))


def act(
    handler: Callable[..., Any], relation: Relation = Relation.CASE
) -> Callable[[Endpoint], Endpoint]:
    """Declare that a route is an act: whose it is, the handler says."""
    said = whose_is(handler)
    return _marked(Access(kind=Kind.ACT, relation=relation, right=said.right, further=said.further))


def program(machine: Machine, kind: Kind, relation: Relation) -> Callable[[Endpoint], Endpoint]:
    """Declare that a route is for programs of a kind, and not for people."""
    return _marked(Access(kind=kind, relation=relation, right=None, machine=machine))


def _marked(declared: Access) -> Callable[[Endpoint], Endpoint]:
    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, declared)
        return endpoint

    return mark


def declared(route: APIRoute) -> Access:
    """Give what a route declares; raises `UndeclaredRouteError` for one that does not."""
    said: Access | None = getattr(route.endpoint, _MARK, None)
    if said is None:
        raise UndeclaredRouteError(f"{route.path} does not declare whose it is.")
    if said.kind is Kind.SEARCH and not asks_why(route):
        raise UndeclaredRouteError(f"{route.path} looks people up and asks for no {REASON}.")
    return said


def asks_why(route: APIRoute) -> bool:
    """Whether whoever calls a route has to say why."""
    form = route.body_field.field_info.annotation if route.body_field else None
    fields = form.model_fields if isinstance(form, type) and issubclass(form, BaseModel) else {}
    return REASON in fields and fields[REASON].is_required()


async def signed_in(request: Request) -> Person:
    """Give the acting person; raises `NotSignedInError` or `KeysUnreachableError`."""
    tokens: Tokens = request.app.state.tokens
    return await tokens.person(request.headers.get("authorization"))


async def judge(request: Request, said: Access) -> None:
    """Raise `NotEntitledError` unless whoever asks may, by what a route declares."""
    packs: PolicyPacks = request.app.state.packs
    said.must_let_in(await signed_in(request), packs)
