"""Counting contacts: the database counts, over an index that holds all that is counted (O6)."""

from pymongo import ASCENDING

from intake.domain.contact import Contact
from intake.domain.figures import IN_TIME, TIMES
from intake.domain.tally import Group, Took
from mash_shared.plumbing.documents import Raw, Store

_KEPT = "state.figures."
_GROUPED = ("week", "level", "path", "is_referral", "standing", "ends", "family_told")
_INDEX = (*_GROUPED, *TIMES, *IN_TIME.values())
LONGEST_COUNT = 20_000
"""Milliseconds after which a count is given up."""


async def prepare(store: Store[Contact]) -> None:
    """Create the index that is counted; no document is read for it."""
    await store.collection.create_index(
        [("state.council", ASCENDING), *((f"{_KEPT}{name}", ASCENDING) for name in _INDEX)],
        name="figures",
        partialFilterExpression={f"{_KEPT}week": {"$gt": ""}},
    )


async def groups(store: Store[Contact], council: str, first: str, last: str) -> list[Group]:
    """Count a council's contacts received from the first to the last week, by what is alike."""
    by = {name: f"${_KEPT}{name}" for name in _GROUPED}
    found = await _count(store, council, (first, last), by)
    return [Group(**of, many=many) for of, many in found]


async def took(store: Store[Contact], council: str, first: str, last: str) -> list[Took]:
    """Count how long each thing took, by the minutes it took."""
    return [
        Took(what=what, many=many, **of)
        for what in TIMES
        for of, many in await _count(store, council, (first, last), _by_minutes(what))
        if of["minutes"] is not None
    ]


def _by_minutes(what: str) -> Raw:
    kept = IN_TIME.get(what)
    return {
        "week": f"${_KEPT}week",
        "level": f"${_KEPT}level",
        "minutes": f"${_KEPT}{what}",
        "in_time": f"${_KEPT}{kept}" if kept else None,
    }


def pipeline(council: str, weeks: tuple[str, str], by: Raw) -> list[Raw]:
    """Give the aggregation that counts a council's contacts of some weeks by what is named."""
    first, last = weeks
    within = {"state.council": council, f"{_KEPT}week": {"$gte": first, "$lte": last}}
    return [{"$match": within}, {"$group": {"_id": by, "many": {"$sum": 1}}}]


async def _count(
    store: Store[Contact], council: str, weeks: tuple[str, str], by: Raw
) -> list[tuple[Raw, int]]:
    found = await store.collection.aggregate(
        pipeline(council, weeks, by), hint="figures", maxTimeMS=LONGEST_COUNT
    )
    return [(raw["_id"], raw["many"]) async for raw in found]
