"""Cases in the order in which their clocks run out."""

from mash_shared.plumbing.documents import Store
from ops.domain import Case


async def prepare(store: Store[Case]) -> None:
    """Create the index behind `next_due`."""
    await store.collection.create_index([("state.open_until", 1)], sparse=True)


async def next_due(store: Store[Case], council: str, limit: int) -> list[Case]:
    """Cases of one council with an open clock, the most urgent first."""
    found = store.collection.find({"state.open_until": {"$ne": None}, "state.council": council})
    return [store.aggregate(raw) async for raw in found.sort("state.open_until").limit(limit)]
