"""Contacts and known cases as they are looked for: queues, matches, search."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING

from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from mash_shared.plumbing.documents import Raw, Store
from mash_shared.plumbing.times import not_just_now

MOST_CANDIDATES = 200
"""Records that are compared with one contact at the most; the newest come first."""
CASES: Raw = {"$gte": KNOWN_PREFIX, "$lt": f"{KNOWN_PREFIX}\U0010ffff"}
"""Which ids are those of known cases."""
NUMBERS = ("nhs:", "ref:")
"""How keys begin that name one person or one contact."""
_COMPARED = {
    f"state.{field}": 1
    for field in (
        *("id", "council", "reference", "state", "received_at", "recorded_at", "ending"),
        *("found_by", "path", "alleged_in", "channel", "group_id", "route"),
        *("facts.children", "facts.address", "facts.household", "facts.alleged_perpetrators"),
        *("facts.referrer",),
        *("matching.prompt", "follow_up", "allocation", "authorisation"),
        *("case_ref", "child", "status", "worker", "team", "closed_at", "as_of", "doubted"),
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
        [("updated_at", ASCENDING)],
        name="is_news",
        partialFilterExpression={"state.is_news": True},
    )
    await collection.create_index(
        [("state.harm_level", DESCENDING), ("state.referrals", DESCENDING)],
        partialFilterExpression={"state.referrals": {"$gt": 1}},
    )


async def look_wanted(
    store: Store[Contact], now: datetime, still: timedelta, limit: int
) -> list[str]:
    """Give contacts that the case index has not been asked about, unchanged for as long."""
    return await _wanted(store, {"$not": CASES}, not_just_now(now, still), limit)


async def news_of_cases(
    store: Store[Contact], now: datetime, still: timedelta, limit: int
) -> list[str]:
    """Give cases that are news, for which contacts may have to be looked up again (E1)."""
    return await _wanted(store, CASES, not_just_now(now, still), limit)


async def news_of_contacts(
    store: Store[Contact], now: datetime, still: timedelta, limit: int
) -> list[str]:
    """Give contacts of which others about the same people are to hear (E4)."""
    unchanged = [{"updated_at": at} for at in not_just_now(now, still)]
    query = {"state.is_news": True, "_id": {"$not": CASES}, "$or": unchanged}
    found = store.collection.find(query).sort("updated_at").limit(limit)
    return [raw["_id"] async for raw in found]


async def about_the_same(store: Store[Contact], contact: Contact, limit: int) -> list[str]:
    """Give contacts that share more than a name with one, itself among them."""
    weak = ("name:", "perpetrator:", "case:")
    query = {
        "state.council": contact.council,
        "state.found_by": {"$in": [key for key in contact.found_by if not key.startswith(weak)]},
        "_id": {"$not": CASES},
    }
    found = store.collection.find(query, {"_id": 1}).sort([("updated_at", DESCENDING)])
    return [raw["_id"] async for raw in found.limit(limit)]


async def _wanted(store: Store[Contact], ids: Raw, changed: Sequence[Raw], limit: int) -> list[str]:
    query = {"state.look_wanted": True, "_id": ids, "$or": [{"updated_at": at} for at in changed]}
    found = store.collection.find(query).sort("updated_at").limit(limit)
    return [raw["_id"] async for raw in found]


async def load(store: Store[Contact], ids: Collection[str]) -> list[Any]:
    """Give contacts or known cases by their ids; those that are not there are left out."""
    if not ids:
        return []
    found = store.collection.find({"_id": {"$in": list(ids)}})
    return [store.aggregate(raw) async for raw in found]


async def alike(
    store: Store[Contact], council: str, keys: Collection[str], looking: int = 1
) -> tuple[list[KnownCase], list[Contact]]:
    """Give known cases and contacts of one council that share a key with what is looked for.

    `looking` says for how many contacts these are the keys. Of a contact only what is compared or
    shown of a match is read; the rest is as if unknown. Numbers and known cases are looked for
    apart, so that no crowd of namesakes hides them.
    """
    own, most = {"state.council": council}, MOST_CANDIDATES * looking
    by_number = [key for key in keys if key.startswith(NUMBERS)]
    by_likeness = {"state.found_by": {"$in": [key for key in keys if not key.startswith(NUMBERS)]}}
    found = await asyncio.gather(
        _candidates(store, own | {"state.found_by": {"$in": by_number}}, most),
        _candidates(store, own | by_likeness | {"_id": CASES}, most),
        _candidates(store, own | by_likeness | {"_id": {"$not": CASES}}, most),
    )
    once = {one.id: one for some in found for one in some}.values()
    return (
        [one for one in once if isinstance(one, KnownCase)],
        [one for one in once if isinstance(one, Contact)],
    )


async def _candidates(store: Store[Contact], query: dict[str, Any], most: int) -> list[Any]:
    found = store.collection.find(query, _COMPARED).sort([("updated_at", DESCENDING)])
    return [store.aggregate(raw) async for raw in found.limit(most)]


async def at_the_gate(store: Store[Contact], case: KnownCase, limit: int) -> list[str]:
    """Give contacts that have not gone their way and share a key with a case (E1)."""
    query = {
        "state.council": case.council,
        "state.found_by": {"$in": list(case.found_by)},
        "state.state": ContactState.RECORDED,
    }
    found = store.collection.find(query, {"_id": 1}).sort([("updated_at", DESCENDING)])
    return [raw["_id"] async for raw in found.limit(limit)]


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
