"""The courier: claims a notice, asks whether it went out before, sends it, confirms it (I7)."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Any

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
from notify.letters import NotAcceptedError, Post, UnfitAddressError, letter, message_id
from notify.store import Claim

HANDS = 10
"""Letters a courier sends side by side; a slow one holds up no other until all hands are full."""
LOOK_EVERY = 0.25
GRACE = 5.0
"""Seconds after which a provider that did not end by itself is left."""

log = get_logger()


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
    _hands: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin without any claim."""
        self._claims = Claims(name=self.name, store=self.store, now=self.now)

    async def keep_delivering(self) -> None:
        """Deliver for ever; an outage of database or broker is waited out."""
        try:
            while True:
                if not await self.outages.outlast("courier", self._go_round):
                    await self._wait_for_a_hand()
        finally:
            await self._let_go()

    async def deliver(self) -> int:
        """Deliver all that can be taken now; return how many that were. Raises on an outage."""
        took = 0
        try:
            while True:
                taken = await self._go_round()
                took += taken
                if not (taken or self._hands or self._found):
                    return took
                if self._hands:
                    await asyncio.wait(self._hands)
        finally:
            await self._let_go()

    async def _wait_for_a_hand(self) -> None:
        if self._hands:
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait(self._hands, timeout=LOOK_EVERY, return_when=first)
        else:
            await asyncio.sleep(LOOK_EVERY)

    async def _let_go(self) -> None:
        for hand in self._hands:
            hand.cancel()
        await asyncio.gather(*self._hands, return_exceptions=True)
        self._hands.clear()

    async def _go_round(self) -> int:
        """Record what came of letters, and take what hands are free for; say how many."""
        errors = self._come_back()
        until = asyncio.get_running_loop().time() + SEND_WITHIN
        claims = await self._claims.next(HANDS - len(self._hands), self._found)
        took = len(claims)
        try:
            for notice in await self._settle(claims):
                self._hand(self._see_through(notice, until))
                claims = [claim for claim in claims if claim.id != notice.id]
        finally:
            for claim in claims:
                self._claims.free(claim.id)
        for ended in self._claims.ended():
            self._hand(self._ask_early(ended))
        if errors:
            raise errors[0]
        return took

    def _hand(self, work: Coroutine[Any, Any, None]) -> None:
        self._hands.add(asyncio.create_task(work))

    def _come_back(self) -> list[BaseException]:
        """Free the hands that are done; give what went wrong in them."""
        back = {hand for hand in self._hands if hand.done()}
        self._hands -= back
        return [error for hand in back if (error := hand.exception())]

    async def _settle(self, claims: Sequence[Claim]) -> list[Notice]:
        """Write, in one go, what was found and what is claimed; give what is now ours to send."""
        found = dict(self._found)
        taking = [(claim.id, self._taking(claim)) for claim in claims]
        settled = await self.teller.tell([*found.items(), *taking])
        for one in settled:
            id_ = one.arrival.document_id
            if one.outcome is Outcome.FAILED:
                self._claims.put_aside(id_)
            elif id_ in found:
                self._claims.recorded(id_)
            if id_ in found and self._found[id_] is found[id_]:
                del self._found[id_]
        taken = settled[len(found) :]
        ours = (one.aggregate for one in taken if one.outcome is Outcome.DONE)
        return [one for one in ours if isinstance(one, Notice) and one.is_on(one.attempts)]

    def _taking(self, claim: Claim) -> Fact[Notice]:
        return partial(
            self.handlers.claim,
            courier=self._claims.me,
            over=claim.attempt,
            sure=self._claims.surely_not_sent(claim),
            at=self.now(),
        )

    async def _ask_early(self, claim: Claim) -> None:
        """Ask once what became of an attempt that has ended; only a yes can be believed so soon."""
        found = await self.store.get(claim.id)
        if found is None or not found[0].is_on(claim.attempt):
            return
        notice, _ = found
        if await self.post.has(message_id(notice, self.sender)):
            sent = notice.claimed_at or self.now()
            told = partial(self.handlers.record_delivery, attempt=claim.attempt, at=sent)
            self._found.setdefault(claim.id, told)

    async def _see_through(self, notice: Notice, until: float) -> None:
        try:
            if fact := await self._deliver_one(notice, until):
                crash.reach("C11")
                self._found[notice.id] = fact
        finally:
            self._claims.free(notice.id)

    async def _deliver_one(self, notice: Notice, until: float) -> Fact[Notice] | None:
        """Send one notice unless it went out before; give what is to be recorded."""
        if notice.unsure:
            asked = await self.post.has(message_id(notice, self.sender))
            if asked:
                return self._arrived(notice, notice.tried_at or self.now())
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
        return self._arrived(notice, self.now())

    def _arrived(self, notice: Notice, at: datetime) -> Fact[Notice]:
        return partial(self.handlers.record_delivery, attempt=notice.attempts, at=at)

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
