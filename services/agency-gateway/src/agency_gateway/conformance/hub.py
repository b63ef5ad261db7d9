"""The hub as an agency's program sees it: it asks, reads replies, and gives receipts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from agency_gateway.conformance.gateway import PlayedGateway, now
from mash_shared.messages.agency_check import (
    AgencyCheckCancelled,
    AgencyCheckRequested,
    AgencyReply,
    AgencyRequest,
)
from mash_shared.messages.agency_receipt import AgencyRecordReceipt
from mash_shared.plumbing.broker import clients, knock
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.producer import Producer
from mash_shared.testing import sample
from mash_shared.vocabulary import Lane


@dataclass(eq=False)
class Asked:
    """A request as it goes to the agency, and the receipt of each record that answered it."""

    request: AgencyRequest
    record: Outgoing
    heard: list[AgencyRecordReceipt] = field(default_factory=list)

    @property
    def reply_ids(self) -> set[str]:
        """The ids under which it was answered."""
        return {one.reply_id for one in self.heard if one.reply_id}


class Hub:
    """Plays the hub to one agency's program on a broker.

    `within` is how long that may take to answer, in seconds. Other programs must not be asked
    under the same agency's name meanwhile. Raises `BrokerUnavailableError` where there is none.
    """

    def __init__(self, agency: str, broker: str, within: float) -> None:
        self.agency, self.within = agency, within
        self.asked: list[Asked] = []
        self.strays: list[AgencyRecordReceipt] = []
        self._broker, self._mark = broker, uuid4().hex[:12]
        self._gateway = PlayedGateway(agency)
        self._producer = Producer(broker, "conformance")
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Read replies from here on."""
        await knock(self._broker)
        topics = [AgencyReply.topic_in(lane, agency=self.agency) for lane in Lane]
        self._consumer = AIOKafkaConsumer(
            *topics,
            **clients(self._broker),
            enable_auto_commit=False,
            auto_offset_reset="latest",
            isolation_level="read_committed",
        )
        await self._consumer.start()
        await self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            await self._consumer.position(partition)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self._consumer.stop()
        await self._producer.stop()

    async def ask(
        self,
        lane: Lane = Lane.AMBER,
        *,
        contact: str | None = None,
        patience: float = 0,
        **changes: Any,
    ) -> Asked:
        """Make a request ready to be written; `patience` is added to the time to answer it."""
        number = f"{self._mark}-{len(self.asked) + 1}"
        requested = sample(
            AgencyCheckRequested,
            contact_id=contact or f"contact-{number}",
            enquiry_id=f"enquiry-{number}",
            request_id=f"request-{number}",
            agency=self.agency,
            urgency=lane.value,
            lane=lane.value,
            occurred_at=now(),
            reply_by=now() + timedelta(seconds=self.within + patience),
            **changes,
        )
        (given,) = await self._gateway.say(requested)
        one = Asked(AgencyRequest.read(given.body or b""), given)
        self.asked.append(one)
        return one

    async def note(self, asked: Asked, request_hash: str) -> None:
        """Note that a request goes out in a form of this hash."""
        await self._gateway.note(asked.request, request_hash)

    async def take_back(self, asked: Asked) -> Outgoing:
        """Make a cancellation ready to be written."""
        named = sample(AgencyCheckCancelled, agency=self.agency)
        same = {name: getattr(asked.request, name) for name in named.copied()}
        (given,) = await self._gateway.say(sample(AgencyCheckCancelled, **same, occurred_at=now()))
        return given

    async def write(self, *records: Outgoing) -> None:
        """Write records, in order, and wait until the broker has them."""
        await self._producer.send(records)

    async def answered(self, *asked: Asked, patience: float = 0) -> bool:
        """Wait until each was answered; False where the time ran out."""

        def all_are() -> bool:
            return all(one.heard for one in asked)

        try:
            async with asyncio.timeout(self.within + patience), self._news:
                await self._news.wait_for(all_are)
        except TimeoutError:
            return False
        return True

    async def _read(self) -> None:
        async for record in self._consumer:
            receipt, given = await self._gateway.hear(record)
            await self.write(given)
            about = self._about(receipt, (record.key or b"").decode(errors="replace"))
            (about.heard if about else self.strays).append(receipt)
            async with self._news:
                self._news.notify_all()

    def _about(self, receipt: AgencyRecordReceipt, key: str) -> Asked | None:
        """Say which request a record answers: by what it says, or else by its key."""
        named = [one for one in self.asked if one.request.request_id == receipt.request_id]
        keyed = [one for one in self.asked if one.request.contact_id == key and not one.heard]
        return next(iter(named or keyed), None)


Play = Callable[[Hub], Awaitable[Sequence[str]]]
"""Plays a case; gives what was wrong, a sentence each."""
