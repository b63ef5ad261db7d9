"""The database's users: one for each process, on databases of its own (security S22, S9)."""

from collections.abc import Iterable
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mash_shared.audit.lines import COLLECTION, audit_database_of
from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.faults import CannotRunError

EXTERNAL = "$external"
"""Where users live whose certificate says who they are."""
_USER_THERE, _ROLE_THERE = 51003, 51002
AUDITED = "audited"
"""The role of whoever writes an audit trail: lines are added and found, and nothing else."""
_MAY = ("find", "insert", "createIndex")


class NoUserError(CannotRunError):
    """The database did not take a user; the sentence says why."""


def make_users(url: str, names: Iterable[str]) -> None:
    """Let each process into its own database and no other; `url` is the administrator's.

    In the database of its audit trail it may only add lines and find them: not change one, nor
    take one out.

    Each is known by the common name of its certificate. Raises `NoUserError`.
    """
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=20_000) as client:
            for name in names:
                _let_add(client, audit_database_of(name))
                own = {"role": "readWrite", "db": database_of(name)}
                audit = {"role": AUDITED, "db": audit_database_of(name)}
                _make(client, f"CN={name}", [own, audit])
    except PyMongoError as error:
        raise NoUserError(f"A user of the database was not made: {type(error).__name__}.") from None


def _let_add(client: MongoClient[dict[str, Any]], database: str) -> None:
    resource = {"db": database, "collection": COLLECTION}
    may: list[dict[str, Any]] = [{"resource": resource, "actions": [*_MAY]}]
    try:
        client[database].command("createRole", AUDITED, privileges=may, roles=[])
    except OperationFailure as failure:
        if failure.code != _ROLE_THERE:
            raise
        client[database].command("updateRole", AUDITED, privileges=may, roles=[])


def _make(client: MongoClient[dict[str, Any]], user: str, roles: list[dict[str, str]]) -> None:
    try:
        client[EXTERNAL].command("createUser", user, roles=roles)
    except OperationFailure as failure:
        if failure.code != _USER_THERE:
            raise
        client[EXTERNAL].command("updateUser", user, roles=roles)
