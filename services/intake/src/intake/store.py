"""Contacts and known cases as they are looked for: queues, matches, search."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING

from intake import counting
from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.finding import GROUP, NUMBERS, STRANGERS, asked, by_kind, kept_by_any
from intake.domain.progress import UNSETTLED
from intake.domain.queue import Queue
from mash_shared.plumbing.documents import Raw, Store
from mash_shared.plumbing.times import not_just_now

MOST_CANDIDATES = 25
"""Cases, and contacts, that are compared with one contact at the most: who shares most keys."""
LOOKED_THROUGH = 80
"""Of how many the keys are read to find those, for each kind of key."""
CASES: Raw = {"$gte": KNOWN_PREFIX, "$lt": f"{KNOWN_PREFIX}\U0010ffff"}
"""Which ids are those of known cases."""
_Shared = tuple[bool, int]
"""Whether a key is shared that names one person, and how many are."""
_COMPARED = {
    f"state.{field}": 1
    for field in (
        *("id", "council", "reference", "state", "received_at", "recorded_at", "ending"),
        *("found_by", "path", "alleged_in", "channel", "group_id", "ways"),
        *("facts.children", "facts.address", "facts.household", "facts.parental_responsibility"),
        *("facts.referrer", "facts.alleged_perpetrators", "facts.asked_about", "merged_into"),
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
    await collection.create_index([("state.workers", ASCENDING)])
    for field in ("staff_news", "staff_wanted", "key_to_destroy", "key_destroyed"):
        await collection.create_index(
            [(f"state.{field}", ASCENDING)], partialFilterExpression={f"state.{field}": True}
        )
    await collection.create_index([("state.changes_at", ASCENDING)], sparse=True)
    await collection.create_index(
        [("state.harm_level", DESCENDING), ("state.referrals", DESCENDING)],
        partialFilterExpression={"state.referrals": {"$gt": 1}},
    )
    await collection.create_index(
        [("state.kept_as", ASCENDING), ("state.rested_at", ASCENDING)],
        partialFilterExpression={"state.kept_as": {"$gt": ""}},
    )
    await counting.prepare(store)


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
    weak = (*STRANGERS, "case:", GROUP)
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
    """Give contacts, known cases or staff by their ids; those that are not there are left out."""
    if not ids:
        return []
    found = store.collection.find({"_id": {"$in": list(ids)}})
    return [store.aggregate(raw) async for raw in found]


async def alike(
    store: Store[Contact], council: str, keys: Collection[str], looking: int = 1
) -> tuple[list[KnownCase], list[Contact]]:
    """Give known cases and contacts of one council that share a key with what is looked for.

    `looking` says for how many contacts these are the keys. Who shares most keys comes first. Of a
    contact only what is compared or shown of a match is read; the rest is as if unknown. Numbers
    and known cases are looked for apart, so that no crowd of namesakes hides them.
    """
    ids = await _sharing(store, council, keys, looking)
    read = store.collection.find({"_id": {"$in": ids}}, _COMPARED)
    records: list[Any] = [store.aggregate(raw) async for raw in read]
    there = {one.id: one for one in records}
    compared = [there[id_] for id_ in ids if id_ in there]
    return (
        [one for one in compared if isinstance(one, KnownCase)],
        [one for one in compared if isinstance(one, Contact)],
    )


async def _sharing(
    store: Store[Contact], council: str, keys: Collection[str], looking: int
) -> list[str]:
    """Give the ids of those that share most keys; a number counts more than all others."""
    own = {"state.council": council}
    groups = [{"state.found_by": {"$in": group}} for group in by_kind(keys)]
    kinds: tuple[Raw, ...] = ({"_id": CASES}, {"_id": {"$not": CASES}})
    ways = [own | kind | group for kind in kinds for group in groups]
    sought, cases, contacts = frozenset(keys), dict[str, _Shared](), dict[str, _Shared]()
    for raw in await _keys_of(store, ways, LOOKED_THROUGH * looking):
        id_, both = raw["_id"], sought.intersection(raw["state"]["found_by"])
        kind = cases if id_.startswith(KNOWN_PREFIX) else contacts
        kind[id_] = (any(key.startswith(NUMBERS) for key in both), len(both))
    most = MOST_CANDIDATES * looking
    return [id_ for kind in (cases, contacts) for id_ in _first(kind, most)]


def _first(shared: Mapping[str, _Shared], most: int) -> list[str]:
    return sorted(shared, key=lambda id_: shared[id_], reverse=True)[:most]


async def _keys_of(store: Store[Contact], ways: Sequence[Raw], limit: int) -> list[Raw]:
    """Give what is found in each of these ways, so many at the most in each, in one question."""
    if not ways:
        return []
    stages: list[list[Raw]] = [
        [{"$match": way}, {"$limit": limit}, {"$project": {"state.found_by": 1}}] for way in ways
    ]
    first, *others = stages
    here = store.collection.name
    union: list[Raw] = [{"$unionWith": {"coll": here, "pipeline": way}} for way in others]
    found = await store.collection.aggregate([*first, *union])
    return await found.to_list()


async def at_the_gate(store: Store[Contact], case: KnownCase, limit: int) -> list[str]:
    """Give contacts that are not settled and share a key with a case (E1).

    Those that it matched by what it said before are among them, lone names as well.
    """
    now = asked(case.child) if case.child else ()
    keys = dict.fromkeys((*kept_by_any(case.found_by), *now))
    query = {
        "state.council": case.council,
        "state.found_by": {"$in": list(keys)},
        "state.state": {"$in": list(UNSETTLED)},
    }
    found = store.collection.find(query, {"_id": 1}).sort([("updated_at", DESCENDING)])
    return [raw["_id"] async for raw in found.limit(limit)]


async def in_queue(  # noqa: PLR0913 - which page of which part of which queue
    store: Store[Contact],
    council: str,
    queue: Queue,
    *,
    after: tuple[str, str],
    limit: int,
    of: Collection[str] | None = None,
) -> list[Contact]:
    """Give the contacts of one queue, what is due first first, from behind a due time and id on.

    `of` are the agencies whose call-backs are wanted, where not all are (A18).
    """
    field, (due, id_) = f"state.waiting.{queue}", after
    query: Raw = {
        "state.council": council,
        field: {"$gte": due},
        "$or": [{field: {"$gt": due}}, {"_id": {"$gt": id_}}],
    }
    if of is not None:
        query["state.call_back_of"] = {"$in": list(of)}
    found = store.collection.find(query).sort([(field, ASCENDING), ("_id", ASCENDING)])
    return [store.aggregate(raw) async for raw in found.limit(limit)]


async def repeated(store: Store[Contact], council: str, limit: int) -> list[Contact]:
    """Give contacts of families that came again, the greatest harm first (N17, N18)."""
    query = {"state.council": council, "state.referrals": {"$gt": 1}}
    order = [("state.harm_level", DESCENDING), ("state.referrals", DESCENDING)]
    found = store.collection.find(query).sort(order)
    return [store.aggregate(raw) async for raw in found.limit(limit)]
