"""The client of the database: what is written stands with a majority, journaled."""

from typing import Any

from pymongo import AsyncMongoClient


def database_of(process: str) -> str:
    """Name the database of a process."""
    return process.replace(".", "-")


def client_of(url: str, name: str) -> AsyncMongoClient[dict[str, Any]]:
    """Give a client that the server knows by a name; it connects when it is first used."""
    return AsyncMongoClient(
        url,
        tz_aware=True,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        serverSelectionTimeoutMS=5000,
        connectTimeoutMS=5000,
        socketTimeoutMS=20_000,
        retryWrites=True,
        appname=name,
    )
