"""The sealed collection of a process, opened as its settings say."""

from typing import Any, cast

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.settings import ServiceSettings
from mash_shared.sealing.collection import SealedCollection
from mash_shared.sealing.form import Plan, Raw
from mash_shared.sealing.keys import KeyFile
from mash_shared.sealing.ring import COLLECTION, DATABASE, KeyRing
from mash_shared.service import Service


def open_ring(client: AsyncMongoClient[Raw], settings: ServiceSettings) -> KeyRing:
    """Give the keys of this hub's documents."""
    return KeyRing(client[DATABASE][COLLECTION], KeyFile(settings.council_keys))


def sealed(
    client: AsyncMongoClient[Raw], service: Service[Any], ring: KeyRing
) -> AsyncCollection[Raw]:
    """Give the documents of a service, which it reads and writes as if nothing were sealed."""
    database = database_of(service.process)
    plan = Plan.of(database, (service.aggregate, *service.beside.values()))
    collection = SealedCollection(client[database][service.collection], plan, ring)
    return cast("AsyncCollection[Raw]", collection)
