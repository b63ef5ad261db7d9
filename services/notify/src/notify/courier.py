"""The courier: claims a notice, asks whether it went out before, sends it, confirms it (I7)."""

import asyncio
from dataclasses import dataclass, field
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
from notify.claims import SEND_WITHIN, Claims
from notify.domain import Notice
from notify.handlers import (
    NO_LETTER,
    NOT_IN_TIME,
    REFUSED,
    UNFIT_ADDRESS,
    UNKNOWN_DELIVERY,
    NotifyHandlers,
)
from notify.letters import UnfitAddressError, letter, message_id
from notify.store import Claim

LANES = 4
"""Letters a courier sends side by side; a slow one holds up only its own lane."""
LOOK_EVERY = 0.25
GRACE = 5.0
"""Seconds after which a provider that did not end by itself is left."""

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
    """A provider of mail; takes several messages side by side."""

    async def send(self, mail: Any, *, to: str, until: float) -> None:
        """Hand over one message for one address; raises `NotAcceptedError`.

        Nothing may leave after `until`, a moment of the event loop's clock.
        """

    async def has(self, message_id: str) -> bool | None:
        """Say whether the provider took this message before; None where it cannot be asked."""


@dataclass(slots=True, kw_only=True)
class Courier:
    """Delivers notices, a few side by side; more than one courier may run.

    What it knows beside the documents lives as long as this object and is never trusted longer.
    """

    name: str
    sender: str
    handlers: NotifyHandlers
    store: Store[Notice]
    teller: Teller[Notice]
    post: Post
    now: Now
    outages: Outages = field(default_factory=Outages)
    _claims: Claims = field(init=False)
    _found: dict[str, Fact[Notice]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin without any claim."""
        self._claims = Claims(name=self.name, store=self.store, now=self.now)

    async def keep_delivering(self) -> None:
        """Deliver for ever; an outage of database or broker is waited out."""
        async with asyncio.TaskGroup() as lanes:
            for lane in range(LANES):
                lanes.create_task(self._keep_going(f"courier.{lane}"))

    async def _keep_going(self, lane: str) -> None:
        while True:
            if not await self.outages.outlast(lane, self._take_one):
                await asyncio.sleep(LOOK_EVERY)

    async def deliver(self) -> int:
        """Deliver all that can be taken now; return how many that were. Raises on an outage."""
        took = await asyncio.gather(*(self._empty() for _ in range(LANES)), return_exceptions=True)
        for one in took:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in took if isinstance(one, int))

    async def _empty(self) -> int:
        took = 0
        while await self._take_one():
            took += 1
        return took

    async def _take_one(self) -> bool:
        """Take one notice in hand and see it through; say whether there was one."""
        await self._record()
        claim = await self._claims.next(self._found)
        try:
            for ended in self._claims.ended():
                await self._ask_early(ended)
            if claim is not None:
                await self._see_through(claim)
        finally:
            if claim is not None:
                self._claims.free(claim.id)
        return claim is not None

    async def _ask_early(self, claim: Claim) -> None:
        """Ask once what became of an attempt that has ended; only a yes can be believed so soon."""
        found = await self.store.get(claim.id)
        if found is None or not found[0].is_on(claim.attempt):
            return
        notice, _ = found
        if await self.post.has(message_id(notice, self.sender)):
            sent = notice.claimed_at or self.now()
            await self.teller.tell([(claim.id, partial(self.handlers.record_delivery, at=sent))])

    async def _see_through(self, claim: Claim) -> None:
        until = asyncio.get_running_loop().time() + SEND_WITHIN
        taking: Fact[Notice] = partial(
            self.handlers.claim,
            courier=self._claims.me,
            over=claim.attempt,
            sure=self._claims.surely_not_sent(claim),
            at=self.now(),
        )
        (settled,) = await self.teller.tell([(claim.id, taking)])
        if settled.outcome is Outcome.FAILED:
            self._claims.put_aside(claim.id)
        notice = settled.aggregate
        if settled.outcome is not Outcome.DONE or not isinstance(notice, Notice):
            return
        if not notice.is_on(notice.attempts):
            return
        if fact := await self._deliver_one(notice, until):
            crash.reach("C11")
            self._found[notice.id] = fact
            await self._record()

    async def _record(self) -> None:
        """Record what was found; what an outage kept from being recorded stays to be."""
        for id_, fact in list(self._found.items()):
            (settled,) = await self.teller.tell([(id_, fact)])
            if settled.outcome is Outcome.FAILED:
                self._claims.put_aside(id_)
            else:
                self._claims.recorded(id_)
            if self._found.get(id_) is fact:
                del self._found[id_]

    async def _deliver_one(self, notice: Notice, until: float) -> Fact[Notice] | None:
        """Send one notice unless it went out before; give what is to be recorded."""
        if notice.unsure:
            asked = await self.post.has(message_id(notice, self.sender))
            if asked:
                return partial(self.handlers.record_delivery, at=notice.tried_at or self.now())
            if asked is None:
                return self._to_person(notice, UNKNOWN_DELIVERY)
            if notice.is_given_up(self.now()):
                return self._to_person(notice, NOT_IN_TIME)
        current = await self.store.get(notice.id)
        if current is None or not current[0].is_on(notice.attempts):
            return None
        notice, _ = current
        mail = self._letter(notice)
        if isinstance(mail, str):
            return self._to_person(notice, mail)
        return await self._send(notice, mail, until)

    async def _send(self, notice: Notice, mail: EmailMessage, until: float) -> Fact[Notice]:
        if asyncio.get_running_loop().time() >= until:
            return self._try_later(notice)
        self._claims.let_out(notice)
        try:
            async with asyncio.timeout_at(until + GRACE):
                await self.post.send(mail, to=notice.email or "", until=until)
        except NotAcceptedError as error:
            return self._not_accepted(notice, error)
        except TimeoutError:
            return self._not_accepted(notice, NotAcceptedError("Timeout", certain=False))
        return partial(self.handlers.record_delivery, at=self.now())

    def _not_accepted(self, notice: Notice, error: NotAcceptedError) -> Fact[Notice]:
        log.warning("notice_not_accepted", document_id=notice.id, attempt=notice.attempts)
        if error.final:
            return self._to_person(notice, REFUSED)
        if error.certain:
            return self._try_later(notice)
        return partial(self.handlers.note_doubt, attempt=notice.attempts)

    def _try_later(self, notice: Notice) -> Fact[Notice]:
        return partial(self.handlers.try_later, attempt=notice.attempts, at=self.now())

    def _to_person(self, notice: Notice, reason: str) -> Fact[Notice]:
        return partial(
            self.handlers.leave_to_person, attempt=notice.attempts, reason=reason, at=self.now()
        )

    def _letter(self, notice: Notice) -> EmailMessage | str:
        """Write the letter, or say why it cannot be written, which must not hold up the others."""
        try:
            return letter(notice, self.handlers.packs.of(notice.council), self.sender)
        except Exception as error:  # noqa: BLE001 - whatever an odd address makes a library raise
            log.error(
                "letter_not_written",
                document_id=notice.id,
                error_type=type(error).__name__,
                where=where_raised(error),
            )
            return UNFIT_ADDRESS if isinstance(error, UnfitAddressError) else NO_LETTER
