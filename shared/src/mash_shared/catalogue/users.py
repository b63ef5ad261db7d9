"""The database's users: one for each process, on a database of its own (security S22)."""

from collections.abc import Iterable
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mash_shared.plumbing.faults import CannotRunError

EXTERNAL = "$external"
"""Where users live whose certificate says who they are."""
_ALREADY_THERE = 51003


class NoUserError(CannotRunError):
    """The database did not take a user; the sentence says why."""


def database_of(process: str) -> str:
    """Name the database of a process."""
    return process.replace(".", "-")


def make_users(url: str, names: Iterable[str]) -> None:
    """Let each process into its own database and no other; `url` is the administrator's.

    Each is known by the common name of its certificate. Raises `NoUserError`.
    """
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=20_000) as client:
            for name in names:
                roles = [{"role": "readWrite", "db": database_of(name)}]
                _make(client, f"CN={name}", roles)
    except PyMongoError as error:
        raise NoUserError(f"A user of the database was not made: {type(error).__name__}.") from None


def _make(client: MongoClient[dict[str, Any]], user: str, roles: list[dict[str, str]]) -> None:
    try:
        client[EXTERNAL].command("createUser", user, roles=roles)
    except OperationFailure as failure:
        if failure.code != _ALREADY_THERE:
            raise
        client[EXTERNAL].command("updateUser", user, roles=roles)
