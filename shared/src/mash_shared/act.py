"""A person's act, as handlers are told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from mash_shared.vocabulary import CouncilId, NotEntitledError, NotKnownError, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The acting person of one request, as the council's sign-in vouches for them."""

    id: str
    council: CouncilId
    roles: frozenset[Role]

    def must_be_one_of(self, roles: Collection[str], to: str) -> None:
        """Raise `NotEntitledError` unless the person holds one of the roles; `to` says for what."""
        if not self.roles & set(roles):
            raise NotEntitledError(f"Only {' or '.join(sorted(roles))} may {to}.")

    def must_serve(self, council: CouncilId) -> None:
        """Raise `NotKnownError` for a case of another council: not even that it exists is told."""
        if self.council != council:
            raise NotKnownError("Nothing is known here under this id.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a handler is told of an act beside its content; `at` is the run's time, in UTC."""

    person: Person
    at: datetime
