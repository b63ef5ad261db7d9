"""Notices that a courier may take in hand, and those that some courier has."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.logs import get_logger
from notify.domain import LONGEST_RETRY, Notice, Phase

log = get_logger()


class Claim(NamedTuple):
    """Who has which notice in hand, and in which attempt."""

    id: str
    attempt: int
    by: str


async def prepare(store: Store[Notice]) -> None:
    """Create the index over what is in hand; it holds nothing that has been delivered."""
    await store.collection.create_index(
        [("state.phase", 1), ("state.lane", -1), ("next_due_at", 1)],
        name="in_hand",
        partialFilterExpression={"state.in_hand": True},
    )


async def ready(
    store: Store[Notice], now: datetime, limit: int, but: Collection[str]
) -> list[Notice]:
    """Find what nobody has and whose next try is due: red first, then by promise."""
    soon, far = now + timedelta(seconds=1), now + LONGEST_RETRY
    due = [
        {"state.try_after": None},
        {"state.try_after": {"$lte": soon.isoformat()}},
        {"state.try_after": {"$gt": far.isoformat()}},
    ]
    query = {"state.in_hand": True, "state.phase": Phase.READY, "$or": due}
    found = store.collection.find({**query, "_id": {"$nin": list(but)}})
    notices = []
    async for raw in found.sort([("state.lane", -1), ("next_due_at", 1)]).limit(limit):
        try:
            notices.append(store.aggregate(raw))
        except (ValueError, KeyError, TypeError) as error:
            log.error("notice_unreadable", document_id=raw["_id"], error_type=type(error).__name__)
    return [notice for notice in notices if notice.may_be_claimed(now)]


async def claimed(store: Store[Notice]) -> list[Claim]:
    """Find what couriers have in hand: a few each, and what dead ones left."""
    found = store.collection.find(
        {"state.in_hand": True, "state.phase": Phase.CLAIMED},
        {"state.attempts": 1, "state.claimed_by": 1},
    )
    return [
        Claim(raw["_id"], raw["state"]["attempts"], raw["state"]["claimed_by"])
        async for raw in found
    ]
