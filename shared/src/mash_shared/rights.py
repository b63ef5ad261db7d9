"""Whose something is to see or to do: said once, and asked by the edge, by handlers and by pages.

Roles come from the council's pack wherever councils differ, so that whoever changes a pack changes
who may do what, and nothing else has to be told (S1).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from mash_shared.act import Act, Person
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.vocabulary import MANAGERS, Role

RolesOf = Callable[[Pack], Collection[Role]]
"""Whose it is, by the council's policy."""
Handler = TypeVar("Handler", bound=Callable[..., Any])
_MARK = "__whose__"


def managers(_: Pack) -> Collection[Role]:
    """Who manages the hub, in every council."""
    return MANAGERS


def answering(pack: Pack) -> Collection[Role]:
    """Who answers subject access requests."""
    return pack.subject_access.roles


def watching(pack: Pack) -> Collection[Role]:
    """Who looks at who saw a contact: whoever manages the hub, or answers such requests."""
    return {*MANAGERS, *answering(pack)}


@dataclass(frozen=True, slots=True)
class Right:
    """Whose something is; `to` says what, as a refusal says it.

    With `at_night` it is the duty team's besides while the hub is closed, where the policy gives
    them that act (O9, O10).
    """

    roles: RolesOf
    to: str
    at_night: NightAct | None = None

    def by_day(self, pack: Pack) -> frozenset[Role]:
        """Give whose it is at any time."""
        return frozenset(self.roles(pack))

    def at_times(self, pack: Pack) -> frozenset[Role]:
        """Give whose it is besides while the hub is closed."""
        lent = self.at_night in pack.out_of_hours.acts
        return frozenset({pack.out_of_hours.role} if lent else ()) - self.by_day(pack)

    def is_held(self, person: Person, pack: Pack) -> bool:
        """Whether it is the person's, by day or by night."""
        return bool(person.roles & (self.by_day(pack) | self.at_times(pack)))

    def must_be_held(self, person: Person, pack: Pack) -> None:
        """Raise `NotEntitledError` for whoever has it neither by day nor by night."""
        person.must_be_one_of(self.by_day(pack) | self.at_times(pack), self.to)

    def must_be_held_now(self, act: Act, pack: Pack) -> None:
        """Raise `NotEntitledError` unless whoever acts has it at the time of the act."""
        lent = pack.on_duty(self.at_night, act.at) if self.at_night else ()
        act.person.must_be_one_of({*self.by_day(pack), *lent}, self.to)


ANSWER_REQUEST = Right(answering, "answer a subject access request")
READ_ACCESS = Right(watching, "read who saw a contact")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose an act is; what the state of the case makes it ask besides are its `further` rights."""

    right: Right
    further: tuple[Right, ...]


def whose(
    roles: RolesOf, to: str, *further: Right, at_night: NightAct | None = None
) -> Callable[[Handler], Handler]:
    """Declare above a handler whose act it is: it runs for nobody else.

    The handler belongs to something with `packs`. It asks for a `further` right itself, where what
    it finds in the case makes the act less than everybody's.
    """
    right = Right(roles, to, at_night)

    def mark(handler: Handler) -> Handler:
        @wraps(handler)
        def asked(self: Any, aggregate: Any, act: Act, form: Any) -> Any:
            right.must_be_held_now(act, self.packs.of(act.person.council))
            return handler(self, aggregate, act, form)

        setattr(asked, _MARK, Whose(right, further))
        return cast("Handler", asked)

    return mark


def whose_is(handler: Callable[..., Any]) -> Whose:
    """Give whose act a handler is; raises `AttributeError` for one that does not say."""
    said: Whose = getattr(handler, _MARK)
    return said
