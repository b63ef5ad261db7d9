"""What each process keeps, as it reads it: its documents are opened with the keys of a run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient, MongoClient
from pymongo.collection import Collection

from agency_gateway.domain import Request, Said
from decision.domain import Decision
from enquiry.domain import Enquiry
from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.staff import KnownStaff
from mash_local.services import AGENCIES
from mash_local.stack import Stack
from mash_shared.clocks import Aggregate
from mash_shared.plumbing.database import database_of
from mash_shared.sealing import ring
from mash_shared.sealing.collection import SealedCollection
from mash_shared.sealing.form import Plan
from mash_shared.sealing.keys import KeyFile
from mash_shared.sealing.ring import KeyRing
from notify.domain import Notice
from ops.domain import Case

Raw = dict[str, Any]

COLLECTIONS = {
    "intake": "contacts",
    "enquiry": "enquiries",
    "decision": "decisions",
    "notify": "notices",
    "ops": "cases",
    **{f"agency-gateway.{agency}": "requests" for agency in AGENCIES},
}
"""The collection of each process; its database is named after the process."""
KINDS: Mapping[str, Sequence[type[Aggregate]]] = {
    "intake": (Contact, KnownCase, KnownStaff),
    "enquiry": (Enquiry,),
    "decision": (Decision,),
    "notify": (Notice,),
    "ops": (Case,),
    **{f"agency-gateway.{agency}": (Request, Said) for agency in AGENCIES},
}
"""The kinds of documents in it."""


@asynccontextmanager
async def as_it_reads(
    stack: Stack, process: str, where: str = ""
) -> AsyncIterator[SealedCollection]:
    """Give the collection of one process, as it reads and writes it itself; `where` of a copy."""
    async with AsyncMongoClient[Raw](stack.addresses["mongo"], tz_aware=True) as client:
        keys = KeyRing(
            client[f"{where}{ring.DATABASE}"][ring.COLLECTION], KeyFile(stack.run.council_keys)
        )
        database = database_of(process)
        kept = client[f"{where}{database}"][COLLECTIONS[process]]
        yield SealedCollection(kept, Plan.of(database, KINDS[process]), keys)


async def opened(stack: Stack, process: str) -> dict[str, Raw]:
    """Give the documents of one process by their ids, as it reads them itself."""
    async with as_it_reads(stack, process) as collection:
        return {raw["_id"]: raw for raw in await collection.find({}).to_list()}


AS_IT_LIES: bson.CodecOptions[RawBSONDocument] = bson.CodecOptions(RawBSONDocument)
OF_THE_ENGINE = ("admin", "config", "local")
RESTORED = "restored-"
"""How the names of databases begin that a test restored."""
OPLOG = ("local", "oplog.rs")


def as_it_lies(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Give every document of every database, and every write in its log, as it lies there."""
    with MongoClient[Raw](stack.addresses["mongo"]) as client:
        databases = (name for name in client.list_database_names() if name not in OF_THE_ENGINE)
        named = [(one, name) for one in databases for name in client[one].list_collection_names()]
        for database, name in (*named, OPLOG):
            lying = client[database].get_collection(name, codec_options=AS_IT_LIES)
            yield from ((f"{database}.{name}", bytes(one.raw)) for one in lying.find())


@contextmanager
def restored(
    stack: Stack,
) -> Iterator[tuple[Collection[Raw], Callable[[], dict[tuple[str, str], Raw]]]]:
    """Copy every database of documents, and the keys apart from them, and restore them elsewhere.

    Gives the keys there are beside the copy, and what reads all documents of it, by process and id,
    as a process would that starts now.
    """
    with MongoClient[Raw](stack.addresses["mongo"], tz_aware=True) as client:
        for process, kept in COLLECTIONS.items():
            _copy(client, database_of(process), kept)
        _copy(client, ring.DATABASE, ring.COLLECTION)
        keys = client[f"{RESTORED}{ring.DATABASE}"][ring.COLLECTION]
        try:
            yield keys, lambda: asyncio.run(_all_restored(stack))
        finally:
            for name in client.list_database_names():
                if name.startswith(RESTORED):
                    client.drop_database(name)


def _copy(client: MongoClient[Raw], database: str, name: str) -> None:
    """Take a backup of one collection, and restore it."""
    if backup := client[database][name].find().to_list():
        client[f"{RESTORED}{database}"][name].insert_many(backup)


async def _all_restored(stack: Stack) -> dict[tuple[str, str], Raw]:
    found = {}
    for process in COLLECTIONS:
        async with as_it_reads(stack, process, RESTORED) as collection:
            for raw in await collection.find({}).to_list():
                found[process, raw["_id"]] = raw
    return found
