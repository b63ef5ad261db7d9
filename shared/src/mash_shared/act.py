"""A person's act, as handlers are told of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mash_shared.vocabulary import (
    CouncilId,
    FieldRefusedError,
    Machine,
    NotEntitledError,
    NotKnownError,
    Role,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The acting person of one request, as the council's sign-in vouches for them.

    `id` is theirs alone, whoever vouches for them, and the one under which the directory has them.
    Where a program signs in as itself `machine` is what it may do: it holds no role, and its id
    says that it is one.
    """

    id: str
    council: CouncilId
    roles: frozenset[Role]
    registration_number: str | None = None
    machine: Machine | None = None

    def must_be_one_of(self, roles: Collection[str], to: str) -> None:
        """Raise `NotEntitledError` unless the person holds one of the roles; `to` says for what."""
        if not roles:
            raise NotEntitledError(f"Nobody may {to}: the council's policy names no role for it.")
        if not self.roles & set(roles):
            raise NotEntitledError(f"Only {' or '.join(sorted(roles))} may {to}.")

    def must_serve(self, council: CouncilId) -> None:
        """Raise `NotKnownError` for a case of another council: not even that it exists is told."""
        if self.council != council:
            raise NotKnownError("Nothing is known here under this id.")


def team_key(name: str) -> str:
    """Give what makes two names of a team the same."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody as the council's directory has them: they work there from `since` to `until`.

    Both times are aware, and open where None. `teams` are those they are of, by the names that the
    case system gives them (E3). `agency` is the one whose navigator they are;
    `registration_number` is that of a registered social worker.
    """

    id: str
    display_name: str | None = None
    roles: frozenset[Role] = frozenset()
    teams: frozenset[str] = frozenset()
    agency: str | None = None
    registration_number: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def is_of(self, team: str | None) -> bool:
        """Whether they are of a team, however its name is spaced or capitalised."""
        return team is not None and team_key(team) in map(team_key, self.teams)

    def works_at(self, at: datetime) -> bool:
        """Whether they work for the council at a time; at `until` they no longer do."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


Directory = Mapping[str, StaffMember]
"""Those whom an act names, and the acting person, by their ids; unknown ones are not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is known, when an act is performed, of whom and what it names.

    `staff` is what the council's directory says of them, of everybody of a team that is named, and
    of the acting person; `there` are the ids of documents of the council that exist, `still_open`
    those of contacts that belong to what is acted on and are not closed.
    """

    staff: Directory = field(default_factory=dict)
    there: Collection[str] = ()
    still_open: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a handler is told of an act beside its content; `at` is the run's time, in UTC."""

    person: Person
    at: datetime
    named: Named = field(default_factory=Named)

    def member(self, staff_id: str) -> StaffMember | None:
        """Give somebody who works for the council at the time of the act, else None."""
        found = self.named.staff.get(staff_id)
        return found if found and found.works_at(self.at) else None

    def names(self, staff_id: str, roles: Collection[Role]) -> bool:
        """Whether this is somebody who holds one of the roles at the time of the act."""
        found = self.member(staff_id)
        return found is not None and bool(found.roles & set(roles))

    def of_team(self, team: str | None) -> Collection[str]:
        """Name those known here who work for the council, in this team, at the time of the act."""
        there = (one for one in self.named.staff.values() if one.works_at(self.at))
        return frozenset(one.id for one in there if one.is_of(team))

    def must_name(self, field: str, staff_id: str, roles: Collection[Role]) -> None:
        """Raise `FieldRefusedError` unless a field names somebody who holds one of the roles now.

        The sentence says what is wanted, and not who was named.
        """
        if not self.names(staff_id, roles):
            wanted = " or ".join(sorted(roles))
            raise FieldRefusedError(
                field, f"{field} must name somebody whom the directory has as {wanted} now."
            )

    def must_be_there(self, field: str, document_id: str) -> None:
        """Raise `FieldRefusedError` unless a field names something that exists in the council."""
        if document_id not in self.named.there:
            raise FieldRefusedError(field, f"{field} names nothing that this council has recorded.")
