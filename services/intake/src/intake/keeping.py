"""Contacts by how long they are kept, and what is left of those that were erased (S18)."""

from datetime import datetime

from intake.domain.contact import Contact
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import as_kept
from mash_shared.policy.retention import KeptAs


async def kept_long_enough(
    store: Store[Contact], council: str, kept_as: KeptAs, until: datetime, limit: int
) -> list[Contact]:
    """Give contacts of one kind that came to rest by then, who rests longest first (S18)."""
    query = {
        "state.council": council,
        "state.kept_as": kept_as,
        "state.rested_at": {"$lte": as_kept(until)},
    }
    found = store.collection.find(query).sort("state.rested_at").limit(limit)
    return [store.aggregate(raw) async for raw in found]


async def being_erased(store: Store[Contact], council: str, limit: int) -> list[Contact]:
    """Give stubs of contacts whose key is not destroyed yet, who waits longest first."""
    query = {
        "state.council": council,
        "state.erased_at": {"$gt": ""},
        "state.key_destroyed": False,
    }
    found = store.collection.find(query).sort("state.erased_at").limit(limit)
    return [store.aggregate(raw) async for raw in found]


async def with_key(store: Store[Contact], field: str) -> list[tuple[str, str]]:
    """Give id and council of stubs, by what is to be done, or was, with their keys."""
    fields = {"state.id": 1, "state.council": 1}
    found = store.collection.find({f"state.{field}": True}, fields)
    return [(raw["state"]["id"], raw["state"]["council"]) async for raw in found]
