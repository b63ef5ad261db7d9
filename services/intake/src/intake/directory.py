"""The council's staff as they are looked for: by id, by team, by what they work on."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from pydantic_core import to_jsonable_python

from intake.domain.contact import Contact
from intake.domain.staff import KnownStaff, staff_key, team_keys
from intake.store import load
from mash_shared.act import Directory, StaffMember
from mash_shared.plumbing.documents import Raw, Store


async def staff_news(store: Store[Contact], now: datetime, limit: int) -> list[KnownStaff]:
    """Give those who came, changed or left, of which those who work with them have not heard."""
    news = [{"state.staff_news": True}, {"state.changes_at": {"$lte": to_jsonable_python(now)}}]
    found = store.collection.find({"$or": news}).sort("_id").limit(limit)
    known: list[Any] = [store.aggregate(raw) async for raw in found]
    return known


async def works_with(store: Store[Contact], staff: KnownStaff) -> list[str]:
    """Give the open contacts that somebody works on (F6, F7, A18)."""
    query = {"state.council": staff.council, "state.workers": {"$in": [staff.staff_id]}}
    found = store.collection.find(query, {"_id": 1}).sort("_id")
    return [raw["_id"] async for raw in found]


async def staff_wanted(store: Store[Contact], limit: int) -> list[str]:
    """Give contacts on which somebody began to work since the directory was asked of them."""
    found = store.collection.find({"state.staff_wanted": True}, {"_id": 1}).sort("_id")
    return [raw["_id"] async for raw in found.limit(limit)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom the directory was asked for one contact, and whom it has of them."""

    asked: tuple[str, ...]
    staff: list[KnownStaff]


async def who_works(store: Store[Contact], contacts: Collection[str]) -> dict[str, Asked]:
    """Give, by the id of each contact, who works on it as far as the directory has them."""
    query, fields = {"_id": {"$in": list(contacts)}}, {"state.council": 1, "state.workers": 1}
    raws = {raw["_id"]: raw["state"] async for raw in store.collection.find(query, fields)}
    named = {
        id_: {staff_key(raw["council"], one): one for one in raw["workers"]}
        for id_, raw in raws.items()
    }
    known: list[KnownStaff] = await load(store, sorted({*chain.from_iterable(named.values())}))
    return {
        id_: Asked(tuple(keys.values()), [one for one in known if one.id in keys])
        for id_, keys in named.items()
    }


class StaffDesk:
    """What a council's directory says of staff; all who ask at one moment share a look-up."""

    def __init__(self, store: Store[Contact]) -> None:
        self._store = store
        self._next: _LookUp | None = None

    async def members(
        self, council: str, ids: Collection[str], teams: Collection[str] = ()
    ) -> Directory:
        """Give what the directory says of some of its staff; unknown ones are not in it.

        Those who are of the `teams` that are named are in it as well, working there or not.
        """
        keys = {staff_key(council, id_) for id_ in ids}
        there = await self._look_up(keys) if keys else {}
        found: list[Any] = [one for key, one in there.items() if key in keys]
        if teams:
            of_team = {
                "_id": _staff_of(council),
                "state.council": council,
                "state.found_by": {"$in": list(team_keys(teams))},
            }
            found += [
                self._store.aggregate(raw) async for raw in self._store.collection.find(of_team)
            ]
        return {one.staff_id: one.member for one in found}

    async def _look_up(self, keys: Collection[str]) -> Mapping[str, KnownStaff]:
        if self._next is None:
            self._next = _LookUp()
            self._next.found = asyncio.create_task(self._found(self._next))
        self._next.keys.update(keys)
        return await asyncio.shield(self._next.found)

    async def _found(self, asked: "_LookUp") -> Mapping[str, KnownStaff]:
        await asyncio.sleep(0)  # whoever is ready to ask at this moment asks first
        self._next = None
        return {one.id: one for one in await load(self._store, sorted(asked.keys))}


class _LookUp:
    """One question to the database that several ask."""

    found: "asyncio.Task[Mapping[str, KnownStaff]]"

    def __init__(self) -> None:
        self.keys: set[str] = set()


async def working(store: Store[Contact], council: str, at: datetime) -> list[StaffMember]:
    """Give who works for a council at a time."""
    found = store.collection.find({"_id": _staff_of(council)})
    known: list[Any] = [store.aggregate(raw) async for raw in found]
    return [one.member for one in known if one.member.works_at(at)]


def _staff_of(council: str) -> Raw:
    """Give which ids are those of a council's staff."""
    prefix = staff_key(council, "")
    return {"$gte": prefix, "$lt": f"{prefix}\U0010ffff"}
