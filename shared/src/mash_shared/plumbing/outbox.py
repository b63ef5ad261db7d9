"""Publishing what documents hold, striking out what is confirmed, and the relay for the rest."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.metrics import OLDEST_UNSENT, PUBLISHED, UNSENT
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.times import Now, not_just_now

RELAY_AFTER = timedelta(seconds=5)
"""How long a message may stay unconfirmed before the relay sends it again."""
STRIKE_AFTER = 2.0
"""Seconds a confirmed message waits for its document's next write before it is struck out."""
RELAY_AT_ONCE = 200

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The unconfirmed messages of one document."""

    document_id: str
    messages: tuple[Outgoing, ...]


class Outbox:
    """Sends what documents hold and strikes out, lazily, what the broker confirmed.

    Confirmations live in memory: losing them costs a repeat under the same id, never a message.
    """

    def __init__(self, collection: AsyncCollection[Any], producer: Producer, wall: Now) -> None:
        self._collection = collection
        self._unhurried = collection.with_options(write_concern=WriteConcern(w=1, j=False))
        self._producer = producer
        self._wall = wall
        self._confirmed: dict[str, frozenset[str]] = {}
        self._in_flight: set[str] = set()

    def is_confirmed(self, document_id: str, message_id: str) -> bool:
        """Whether this process saw the broker confirm a message that its document still holds."""
        return message_id in self._confirmed.get(document_id, ())

    def forget(self, document_id: str, kept: Iterable[str]) -> None:
        """Note that a document was written again and now holds only the `kept` messages."""
        if still := self._confirmed.pop(document_id, frozenset()) & set(kept):
            self._confirmed[document_id] = still

    async def publish(self, parcels: Sequence[Parcel], by: str) -> None:
        """Send what is neither confirmed nor being sent; raises `BrokerUnavailableError`."""
        sends = [
            message
            for parcel in parcels
            for message in parcel.messages
            if message.id not in self._in_flight
            and not self.is_confirmed(parcel.document_id, message.id)
        ]
        if not sends:
            return
        ids = {message.id for message in sends}
        self._in_flight |= ids
        try:
            await self._producer.send(sends)
        finally:
            self._in_flight -= ids
        PUBLISHED.labels(by).inc(len(sends))
        for parcel in parcels:
            before = self._confirmed.get(parcel.document_id, frozenset())
            now = before | (ids & {message.id for message in parcel.messages})
            self._confirmed[parcel.document_id] = now

    async def strike(self) -> None:
        """Strike out what is confirmed of documents that hold nothing else, in one command."""
        waiting = self._confirmed.copy()
        if not waiting:
            return
        await asyncio.sleep(STRIKE_AFTER)
        done = {id_: ids for id_, ids in waiting.items() if self._confirmed.get(id_) == ids}
        if not done:
            return
        confirmed = list(frozenset().union(*done.values()))
        await self._unhurried.update_many(
            {
                "_id": {"$in": list(done)},
                "outgoing": {"$not": {"$elemMatch": {"id": {"$nin": confirmed}}}},
            },
            {"$set": {"outgoing": []}, "$unset": {"unsent_since": ""}},
        )
        for id_, ids in done.items():
            if self._confirmed.get(id_) == ids:
                del self._confirmed[id_]

    async def relay(self) -> None:
        """Send again what has been unconfirmed for too long: after crashes, mostly."""
        since = [{"unsent_since": way} for way in not_just_now(self._wall(), RELAY_AFTER)]
        late = self._collection.find({"$or": since}, {"outgoing": 1, "unsent_since": 1})
        raws = await late.sort("unsent_since").limit(RELAY_AT_ONCE).to_list(None)
        UNSENT.set(len(raws))
        oldest = (self._wall() - raws[0]["unsent_since"]).total_seconds() if raws else 0
        OLDEST_UNSENT.set(oldest)
        parcels = [
            Parcel(
                document_id=raw["_id"],
                messages=tuple(
                    Outgoing.from_document(kept)
                    for kept in raw["outgoing"]
                    if not self.is_confirmed(raw["_id"], kept["id"])
                ),
            )
            for raw in raws
        ]
        await self.publish(parcels, by="relay")

    async def keep_relaying(self) -> None:
        """Relay for ever; an outage is waited out."""
        await _for_ever(self.relay, "relay")

    async def keep_striking(self) -> None:
        """Strike out for ever; an outage is waited out."""
        await _for_ever(self.strike, "strike")


async def _for_ever(step: Any, kind: str) -> None:
    while True:
        try:
            await step()
        except (PyMongoError, BrokerUnavailableError) as error:
            log.warning("outbox_waits", kind=kind, error_type=type(error).__name__)
        await asyncio.sleep(1)
