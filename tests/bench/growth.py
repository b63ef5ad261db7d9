"""Open enquiries by the thousand: copies of one real one, in every database it lives in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from mash_local.services import AGENCIES

COLLECTIONS = {
    "intake": "contacts",
    "enquiry": "enquiries",
    "notify": "notices",
    "ops": "cases",
    **{f"agency-gateway-{agency}": "requests" for agency in AGENCIES},
}
"""Where an open enquiry has a document, by database."""

FAR_OFF = "2099-01-05T09:00:00Z"
AT_ONCE = 2000


class Growth:
    """Multiplies the documents of one contact; every id derived from its own is derived again."""

    def __init__(self, mongo: str, contact_id: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(mongo)
        self._model = contact_id
        try:
            self._patterns = {name: self._pattern(name) for name in COLLECTIONS}
        except LookupError:
            self.close()
            raise
        self.open = 0

    def _pattern(self, database: str) -> bytes:
        """Give the document as bytes, its clocks due far off and nothing left to send."""
        collection = self._client[database][COLLECTIONS[database]]
        found = collection.find_one({"_id": {"$regex": self._model}})
        if found is None:
            raise LookupError(f"{database} has no document of contact {self._model}")
        found["outgoing"] = []
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
        for database, pattern in self._patterns.items():
            collection = self._client[database].get_collection(
                COLLECTIONS[database], write_concern=WriteConcern(w=1, j=False)
            )
            old = self._model.encode()
            for begin in range(self.open, number, AT_ONCE):
                size = min(AT_ONCE, number - begin)
                copies = [pattern.replace(old, uuid4().hex.encode()) for _ in range(size)]
                collection.insert_many(map(RawBSONDocument, copies), ordered=False)
        self.open = number
        self._client.admin.command("fsync")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _clocks(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a document's own clocks, and those that operations heard of from each service."""
    heard = state.get("heard", {})
    theirs = [one["clocks"] for one in heard.values()] if isinstance(heard, dict) else []
    return [clock for clocks in (state["clocks"], *theirs) for clock in clocks]
