"""The fixed moment, the real councils and the invented people of tests."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mash_shared.act import Directory, Person, StaffMember
from mash_shared.catalogue.samples import sample_of
from mash_shared.messages import Message
from mash_shared.policy import PolicyPacks, load_packs
from mash_shared.vocabulary import CouncilId, Role

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
"""A Wednesday morning on which every council is open; the samples tell of the same day."""

M = TypeVar("M", bound=Message)


REGISTERED = "SW99900"
"""The registration number of everybody who acts in tests, as the directory has it."""


TEAMS = frozenset({"Assessment team 2", "Team 2", "Team 4"})
"""The teams of a social worker whom tests may name."""


def _social_worker(id_: str, name: str, teams: frozenset[str] = frozenset()) -> StaffMember:
    return StaffMember(
        id=id_,
        display_name=name,
        roles=frozenset({Role.SOCIAL_WORKER}),
        teams=teams,
        registration_number="SW99901",
    )


STAFF: Directory = {
    one.id: one
    for one in (
        _social_worker("sw-4021", "Delphine Ashgrove"),
        _social_worker("sw-4022", "Harriet Osei", TEAMS),
    )
}
"""Two social workers of any council, whom tests may name; the second is of teams."""


def agreeing(by: Person) -> Directory:
    """Give a directory that has the acting person as their sign-in has them, and `STAFF`."""
    acting = StaffMember(id=by.id, roles=by.roles, registration_number=REGISTERED)
    return {**STAFF, by.id: acting}


@cache
def packs() -> PolicyPacks:
    """Give the real councils' packs."""
    return load_packs(ROOT / "deploy" / "policies")


RED = {"urgency": "red", "lane": "red"}
"""A level of the stated defaults, and its lane, as messages have them."""
AMBER = {"urgency": "amber", "lane": "amber"}
"""The lower level of the stated defaults."""


def sample(kind: type[M], **changes: Any) -> M:
    """Give the published sample of a message with some fields changed."""
    body = sample_of(ROOT / "shared" / "samples", kind).body
    return kind.model_validate(body | changes)


def person(*roles: Role, id: str = "p-amber-quayle", council: str = "havering") -> Person:  # noqa: A002
    """Give an invented member of a council's staff."""
    return Person(id=id, council=CouncilId(council), roles=frozenset(roles))
