"""Open enquiries by the thousand: copies of one real one, in every database it lives in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import bson
from pymongo import InsertOne, MongoClient

from mash_local.services import AGENCIES
from mash_local.stack import Stack
from support.stored import as_it_reads, opened

PROCESSES = ("intake", "enquiry", "notify", "ops", *(f"agency-gateway.{a}" for a in AGENCIES))
"""Who has a document of an open enquiry."""
FAR_OFF = "2099-01-05T09:00:00Z"
AT_ONCE = 2000
_AS_THE_DRIVER_READS: bson.CodecOptions[dict[str, Any]] = bson.CodecOptions(tz_aware=True)


class Growth:
    """Multiplies the documents of one contact; every id derived from its own is derived again."""

    def __init__(self, stack: Stack, contact_id: str) -> None:
        self._stack = stack
        self._model = contact_id
        self._patterns = {name: self._pattern(name) for name in PROCESSES}
        self.open = 0

    def _pattern(self, process: str) -> bytes:
        """Give the document as bytes, its clocks due far off and nothing left to send."""
        documents = asyncio.run(opened(self._stack, process))
        found = next((raw for id_, raw in documents.items() if self._model in id_), None)
        if found is None:
            raise LookupError(f"{process} has no document of contact {self._model}")
        found |= {"outgoing": [], "version": 1}
        found.pop("unsent_since", None)
        for clock in _clocks(found["state"]):
            clock["due_at"] = FAR_OFF
        if "open_until" in found["state"]:
            found["state"]["open_until"] = FAR_OFF
        if "next_due_at" in found:
            found["next_due_at"] = datetime.now(UTC) + timedelta(days=3650)
        return bson.encode(found)

    def grow(self, number: int) -> None:
        """Add open enquiries until there are `number`."""
        for begin in range(self.open, number, AT_ONCE):
            names = [uuid4().hex.encode() for _ in range(min(AT_ONCE, number - begin))]
            for process in PROCESSES:
                asyncio.run(self._copy(process, names))
        self.open = number
        with MongoClient[dict[str, Any]](self._stack.addresses["mongo"]) as client:
            client.admin.command("fsync")

    async def _copy(self, process: str, names: list[bytes]) -> None:
        pattern, old = self._patterns[process], self._model.encode()
        copies = (bson.decode(pattern.replace(old, one), _AS_THE_DRIVER_READS) for one in names)
        async with as_it_reads(self._stack, process) as collection:
            await collection.bulk_write([InsertOne(one) for one in copies], ordered=False)


def _clocks(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a document's own clocks, and those that operations heard of from each service."""
    heard = state.get("heard", {})
    theirs = [one["clocks"] for one in heard.values()] if isinstance(heard, dict) else []
    return [clock for clocks in (state["clocks"], *theirs) for clock in clocks]
