"""Contacts and known cases as they are looked for: queues, matches, search."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from intake.domain.contact import Contact
from intake.domain.known import KnownCase
from intake.domain.waiting import Queue
from mash_shared.plumbing.documents import Store

MOST_CANDIDATES = 200
"""Records that are compared with one contact at the most; the newest come first."""


_COMPARED = {
    f"state.{field}": 1
    for field in (
        *("id", "council", "reference", "state", "received_at", "recorded_at", "ending"),
        "found_by",
        *("facts.children", "facts.address", "facts.household", "facts.alleged_perpetrators"),
        *("matching.prompt", "follow_up", "allocation", "authorisation"),
        *("case_ref", "child", "status", "worker", "team", "closed_at", "as_of"),
    )
}


async def prepare(store: Store[Contact]) -> None:
    """Create the indexes behind the look-ups below."""
    collection = store.collection
    await collection.create_index([("state.found_by", ASCENDING)])
    await collection.create_index([("state.waiting.$**", ASCENDING)])
    await collection.create_index(
        [("updated_at", ASCENDING)],
        name="look_wanted",
        partialFilterExpression={"state.look_wanted": True},
    )
    await collection.create_index(
        [("state.harm_level", DESCENDING), ("state.referrals", DESCENDING)],
        partialFilterExpression={"state.referrals": {"$gt": 1}},
    )


async def look_wanted(store: Store[Contact], before: datetime, limit: int) -> list[str]:
    """Give contacts that the case index has not been asked about, unchanged since `before`."""
    found = store.collection.find({"state.look_wanted": True, "updated_at": {"$lte": before}})
    return [raw["_id"] async for raw in found.sort("updated_at").limit(limit)]


async def load(store: Store[Contact], ids: Iterable[str]) -> list[Contact]:
    """Give contacts by their ids; those that are not there are left out."""
    found = store.collection.find({"_id": {"$in": list(ids)}})
    return [store.aggregate(raw) async for raw in found]


async def alike(
    store: Store[Contact], council: str, keys: Sequence[str], looking: int = 1
) -> tuple[list[KnownCase], list[Contact]]:
    """Give known cases and contacts of one council that share a key with what is looked for.

    `looking` says for how many contacts these are the keys. Of a contact only what is compared or
    shown of a match is read; the rest is as if unknown.
    """
    query = {"state.council": council, "state.found_by": {"$in": list(keys)}}
    found = store.collection.find(query, _COMPARED).sort([("updated_at", DESCENDING)])
    newest = found.limit(MOST_CANDIDATES * looking)
    aggregates: list[Any] = [store.aggregate(raw) async for raw in newest]
    return (
        [one for one in aggregates if isinstance(one, KnownCase)],
        [one for one in aggregates if isinstance(one, Contact)],
    )


async def in_queue(
    store: Store[Contact], council: str, queue: Queue, *, after: tuple[str, str], limit: int
) -> list[Contact]:
    """Give the contacts of one queue, what is due first first, from behind a due time and id on."""
    field, (due, id_) = f"state.waiting.{queue}", after
    query = {
        "state.council": council,
        field: {"$gte": due},
        "$or": [{field: {"$gt": due}}, {"_id": {"$gt": id_}}],
    }
    found = store.collection.find(query).sort([(field, ASCENDING), ("_id", ASCENDING)])
    return [store.aggregate(raw) async for raw in found.limit(limit)]


async def repeated(store: Store[Contact], council: str, limit: int) -> list[Contact]:
    """Give contacts of families that came again, the greatest harm first (N17, N18)."""
    query = {"state.council": council, "state.referrals": {"$gt": 1}}
    order = [("state.harm_level", DESCENDING), ("state.referrals", DESCENDING)]
    found = store.collection.find(query).sort(order)
    return [store.aggregate(raw) async for raw in found.limit(limit)]
