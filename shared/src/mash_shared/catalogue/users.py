"""The database's users: one for each process, on databases of its own (security S22, S9)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mash_shared.audit.lines import COLLECTION, audit_database_of
from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.sealing import ring

EXTERNAL = "$external"
"""Where users live whose certificate says who they are."""
_USER_THERE, _ROLE_THERE = 51003, 51002
AUDITED = "audited"
"""The role of whoever writes an audit trail: lines are added and found, and nothing else."""
OVERSEEN = "overseen"
"""The role of whoever may ask what the server logs of a database (`plumbing/server.py`)."""
_PROFILE = "system.profile"
_MAY = ("find", "insert", "createIndex")
KEYED = "keyed"
"""The role of whoever seals: keys are made and found, and none is changed or taken away."""
_MAY_OF_KEYS = ("find", "insert")
ERASING = "erasing"
"""The role of the process that destroys keys, once all have forgotten what was under them."""
DESTROYS = "intake"


class NoUserError(CannotRunError):
    """The database did not take a user; the sentence says why."""


def make_users(url: str, names: Iterable[str], auditing: Collection[str] = ()) -> None:
    """Let each process into its own database and no other; `url` is the administrator's.

    In the database of its audit trail it may only add lines and find them: not change one, nor
    take one out. So it may with the keys of contacts, which are everybody's; only whoever
    `DESTROYS` may change one. Of its own two it may ask what the server logs of them. Whoever is
    only `auditing` has the audit trail and no other database.

    Each is known by the common name of its certificate. Raises `NoUserError`.
    """
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=20_000) as client:
            _let(client, ring.DATABASE, KEYED, {ring.COLLECTION: _MAY_OF_KEYS})
            _let(client, ring.DATABASE, ERASING, {ring.COLLECTION: ["update"]})
            for name in (*names, *auditing):
                own, audit = database_of(name), audit_database_of(name)
                _let(client, audit, AUDITED, {COLLECTION: _MAY})
                for database in (own, audit):
                    _let(client, database, OVERSEEN, {_PROFILE: ["find"]})
                roles = [(AUDITED, audit), (OVERSEEN, audit)]
                if name not in auditing:
                    roles += [("readWrite", own), (OVERSEEN, own), (KEYED, ring.DATABASE)]
                roles += [(ERASING, ring.DATABASE)] if name == DESTROYS else []
                _make(client, f"CN={name}", [{"role": role, "db": db} for role, db in roles])
    except PyMongoError as error:
        raise NoUserError(f"A user of the database was not made: {type(error).__name__}.") from None


def _let(
    client: MongoClient[dict[str, Any]], database: str, role: str, may: Mapping[str, Sequence[str]]
) -> None:
    """Make a role of a database what it may do, by collection."""
    privileges = [
        {"resource": {"db": database, "collection": collection}, "actions": [*actions]}
        for collection, actions in may.items()
    ]
    try:
        client[database].command("createRole", role, privileges=privileges, roles=[])
    except OperationFailure as failure:
        if failure.code != _ROLE_THERE:
            raise
        client[database].command("updateRole", role, privileges=privileges, roles=[])


def _make(client: MongoClient[dict[str, Any]], user: str, roles: list[dict[str, str]]) -> None:
    try:
        client[EXTERNAL].command("createUser", user, roles=roles)
    except OperationFailure as failure:
        if failure.code != _USER_THERE:
            raise
        client[EXTERNAL].command("updateUser", user, roles=roles)
