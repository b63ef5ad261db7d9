"""The courier: claims a notice, asks whether it went out before, sends it, confirms it (I7)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Any, Protocol

from mash_shared.plumbing.arrival import Outcome
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Fact, Teller
from mash_shared.plumbing.times import Now
from notify.domain import Notice
from notify.handlers import NO_LETTER, REFUSED, UNKNOWN_DELIVERY, NotifyHandlers
from notify.letters import letter, message_id
from notify.store import in_hand

AT_ONCE = 50
LOOK_EVERY = 0.25

log = get_logger()


class NotAcceptedError(Exception):
    """The provider did not say yes.

    `certain` when it surely does not have the message; `final` when it never will take it.
    """

    def __init__(self, reason: str, *, certain: bool, final: bool = False) -> None:
        super().__init__(reason)
        self.certain = certain
        self.final = final


class Post(Protocol):
    """A provider of mail."""

    async def send(self, mail: Any) -> None:
        """Hand over one message; raises `NotAcceptedError`."""

    async def has(self, message_id: str) -> bool | None:
        """Say whether the provider took this message before; None where it cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Delivers notices, one batch after another; more than one courier may run."""

    name: str
    sender: str
    handlers: NotifyHandlers
    store: Store[Notice]
    teller: Teller[Notice]
    post: Post
    now: Now

    async def keep_delivering(self) -> None:
        """Deliver for ever; an outage of database or broker is waited out."""
        outages = Outages()
        while True:
            if not await outages.outlast("courier", self.deliver):
                await asyncio.sleep(LOOK_EVERY)

    async def deliver(self) -> int:
        """Deliver what is ready, up to a batch; return how many were taken in hand."""
        now = self.now()
        waiting = await in_hand(self.store, AT_ONCE)
        free = [notice for notice in waiting if notice.may_be_claimed_by(self.name, now)]
        if not free:
            return 0
        claimed = await self.teller.tell([(n.id, self._claiming(now)) for n in free])
        mine = [one.aggregate for one in claimed if one.outcome is Outcome.DONE]
        notices = [n for n in mine if isinstance(n, Notice) and n.in_hand]
        facts = [(notice.id, await self._deliver_one(notice)) for notice in notices]
        crash.reach("C11")
        await self.teller.tell(facts)
        return len(free)

    def _claiming(self, now: datetime) -> Fact[Notice]:
        return partial(self.handlers.claim, courier=self.name, at=now)

    async def _deliver_one(self, notice: Notice) -> Fact[Notice]:
        """Send one notice unless it went out before; give what is to be recorded."""
        went_out = False
        if notice.unsure:
            asked = await self.post.has(message_id(notice, self.sender))
            if asked is None:
                return self._to_person(notice, UNKNOWN_DELIVERY)
            went_out = asked
        if not went_out:
            mail = self._letter(notice)
            if mail is None:
                return self._to_person(notice, NO_LETTER)
            try:
                await self.post.send(mail)
            except NotAcceptedError as error:
                return self._not_accepted(notice, error)
        return partial(self.handlers.record_delivery, at=self.now())

    def _not_accepted(self, notice: Notice, error: NotAcceptedError) -> Fact[Notice]:
        log.warning("notice_not_accepted", document_id=notice.id, attempt=notice.attempts)
        if error.final:
            return self._to_person(notice, REFUSED)
        return partial(
            self.handlers.try_later,
            attempt=notice.attempts,
            certain=error.certain,
            at=self.now(),
        )

    def _to_person(self, notice: Notice, reason: str) -> Fact[Notice]:
        return partial(
            self.handlers.leave_to_person, attempt=notice.attempts, reason=reason, at=self.now()
        )

    def _letter(self, notice: Notice) -> EmailMessage | None:
        """Write the letter; None where it cannot be written, which must not hold up the others."""
        try:
            return letter(notice, self.handlers.packs.of(notice.council), self.sender)
        except Exception as error:  # noqa: BLE001 - whatever an odd address makes a library raise
            log.error(
                "letter_not_written",
                document_id=notice.id,
                error_type=type(error).__name__,
                where=where_raised(error),
            )
            return None
