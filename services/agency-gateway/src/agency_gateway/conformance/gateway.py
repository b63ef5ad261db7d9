"""The real gateway of one agency over memory: what it hands over, and what it says of a record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from agency_gateway.consumers import receipt_to, subscriptions
from agency_gateway.domain import SAID, Form, Request, Said
from agency_gateway.handlers import GatewayHandlers
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.agency_check import AgencyRequest
from mash_shared.messages.agency_receipt import AgencyRecordReceipt
from mash_shared.plumbing.arrival import Arrival, Door
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.listener import Listener
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.subscription import BROKERS_TIME, Reader, Record
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.work import Work
from mash_shared.testing import MemoryOutbox, MemoryStore, packs
from mash_shared.vocabulary import Lane


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Came:
    """A record as a consumer gives it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    timestamp_type: int = BROKERS_TIME


@dataclass
class _Told:
    """Takes what the listener would send: what it parks, and receipts."""

    sent: list[Outgoing] = field(default_factory=list)

    async def send(self, messages: Sequence[Outgoing]) -> None:
        self.sent += messages


class PlayedGateway:
    """A gateway whose documents are in memory; its reading, checks and receipts are the real."""

    def __init__(self, agency: str, clock: Now = now) -> None:
        self.process = f"agency-gateway.{agency}"
        self._agency, self._clock, self._offset = agency, clock, 0
        self._told, self._outbox = _Told(), MemoryOutbox()
        store = MemoryStore[Request](Request, {SAID: Said})
        outbox = cast("Any", self._outbox)
        self._work = Work(store, outbox, self.process, now=clock, wall=clock)
        self._listeners = {lane: self._listener(lane) for lane in Lane}

    def _listener(self, lane: Lane) -> Listener:
        table = subscriptions(GatewayHandlers(packs()), self._agency)
        return Listener(
            process=self.process,
            group=self.process,
            lane=lane,
            reader=Reader(table, self._clock),
            work=self._work,
            outbox=cast("Any", self._outbox),
            producer=cast("Any", self._told),
            lanes=Lanes(),
            outages=Outages(),
            wall=self._clock,
            receipt=receipt_to(self._agency),
        )

    async def say(self, message: Message) -> list[Outgoing]:
        """Be told something by the hub; gives what goes to the agency for it."""
        before = set(self._outbox.sent)
        said = Outgoing.of(
            message, cause=message.body().decode(), source="enquiry", traceparent=child_of(None)
        )
        self._offset += 1
        came = Came(
            topic=said.topic,
            key=said.key,
            value=said.body,
            headers=said.headers,
            offset=self._offset,
            timestamp=int(self._clock().timestamp() * 1000),
        )
        await self._listeners[message.travels_in].take([cast("Any", came)])
        new = (one for id_, one in self._outbox.sent.items() if id_ not in before)
        return [one for one in new if one.topic.startswith(f"agency.{self._agency}.")]

    async def note(self, request: AgencyRequest, request_hash: str) -> None:
        """Note that a request was handed over in a further form, of this hash."""
        children = tuple(child.child_id for child in request.family.children)
        copied = {**request.copied(), "request_hash": request_hash}
        form = Form(copied=copied, child_ids=children)
        arrival = Arrival(
            id=f"form-{request_hash}",
            name="form",
            document_id=request.request_id,
            change=partial(_hand_over, form, self._clock()),
            at=self._clock(),
            door=Door.MESSAGE,
            traceparent=child_of(None),
        )
        await self._work.run([arrival])

    async def hear(self, record: Record) -> tuple[AgencyRecordReceipt, Outgoing]:
        """Take a record of the agency's; gives its receipt, and that as it goes to the agency."""
        lane = Lane.RED if ".red." in record.topic else Lane.AMBER
        await self._listeners[lane].take([record])
        (given,) = [one for one in self._told.sent if ".record-receipt." in one.topic]
        self._told.sent.clear()
        return AgencyRecordReceipt.read(given.body or b""), given


def _hand_over(form: Form, at: datetime, request: Request) -> Iterable[Message]:
    request.hand_over(form, at)
    return ()


def signed(body: dict[str, Any]) -> dict[str, Any]:
    """Give the body of a request with the hash of its other fields."""
    fields = {name: value for name, value in body.items() if name != "request_hash"}
    return {**fields, "request_hash": hash_of(fields)}
