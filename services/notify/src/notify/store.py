"""Notices that a courier may take in hand."""

from mash_shared.plumbing.documents import Store
from notify.domain import Notice


async def prepare(store: Store[Notice]) -> None:
    """Create the index over what is in hand; it holds nothing that has been delivered."""
    await store.collection.create_index(
        [("state.in_hand", 1), ("state.try_after", 1)],
        partialFilterExpression={"state.in_hand": True},
    )


async def in_hand(store: Store[Notice], limit: int) -> list[Notice]:
    """Notices that are ready or claimed, longest waiting first."""
    found = store.collection.find({"state.in_hand": True}).sort("state.try_after").limit(limit)
    return [store.aggregate(raw) async for raw in found]
