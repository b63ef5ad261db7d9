"""The matcher: looks into the case index and tells the contact what it found (E).

It tells contacts of the directory's news as well, in the same rounds (F6, F7).
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.search import flags_for, found_for, looked_for, near, prompted_later, waves
from intake.handlers import IntakeHandlers
from intake.staffing import follow_staff
from intake.store import (
    about_the_same,
    alike,
    at_the_gate,
    load,
    look_wanted,
    news_of_cases,
    news_of_contacts,
)
from mash_shared.plumbing.arrival import Settled
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Fact, Teller
from mash_shared.plumbing.times import Now

log = get_logger()

AT_ONCE = 50
AT_THE_GATE = 200
"""Contacts that are looked up again at the most for one case that is news."""
LOOK_EVERY = 1.0
LEFT_BEHIND = timedelta(seconds=2)
"""After this time a contact that nobody is waiting for is looked up: after a crash, mostly."""
ANSWER_WITHIN = 2.0
"""Seconds a caller waits for the index before being answered without it."""
Found = tuple[Contact, int]
"""A contact as it stands after it was looked up, and its version."""
_Answer = asyncio.Future[Found | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Asks the index for contacts: at once for a caller, and for any that were left behind."""

    handlers: IntakeHandlers
    store: Store[Contact]
    teller: Teller[Contact]
    now: Now
    outages: Outages = field(default_factory=Outages)
    _asked: "asyncio.Queue[tuple[str, _Answer]]" = field(default_factory=asyncio.Queue)

    async def look(self, contact_id: str) -> Found | None:
        """Have one contact looked up with the next batch; None where it was not, or not yet."""
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._asked.put_nowait((contact_id, answer))
        with suppress(TimeoutError):
            return await asyncio.wait_for(answer, ANSWER_WITHIN)
        return None

    async def keep_looking(self) -> None:
        """Look for ever; an outage of the database is waited out."""
        loop = asyncio.get_running_loop()
        caught_up_at = -LOOK_EVERY
        while True:
            asked = await self._next()
            match = partial(self.match, {contact_id for contact_id, _ in asked})
            found = await self.outages.outlast("matcher", match)
            for contact_id, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(contact_id))
            if loop.time() - caught_up_at >= LOOK_EVERY:
                caught_up_at = loop.time()
                await self.outages.outlast("matcher", self.catch_up)

    async def match(self, ids: Collection[str]) -> dict[str, Found]:
        """Look contacts up and tell them what was found; gives what they made of it, by id."""
        contacts: list[Contact] = await load(self.store, ids)
        wanted = [contact for contact in contacts if contact.look_wanted]
        settled: list[Settled] = []
        for council in {contact.council for contact in wanted}:
            ours = [contact for contact in wanted if contact.council == council]
            for wave in waves(ours):
                settled += await self.teller.tell(await self._found(council, wave))
        told = ((one.aggregate, one.version) for one in settled)
        return {contact.id: (contact, at) for contact, at in told if isinstance(contact, Contact)}

    async def _found(
        self, council: str, contacts: Sequence[Contact]
    ) -> list[tuple[str, Fact[Contact]]]:
        keys = dict.fromkeys(key for contact in contacts for key in looked_for(contact))
        cases, others = await alike(self.store, council, tuple(keys), looking=len(contacts))
        compared = (
            self._compared(contact, near(contact, cases), near(contact, others))
            for contact in contacts
        )
        return [fact for fact in compared if fact is not None]

    def _compared(
        self, contact: Contact, cases: Sequence[KnownCase], others: Sequence[Contact]
    ) -> tuple[str, Fact[Contact]] | None:
        """Compare one contact; None where that fails, so that the others' look-ups go on.

        It stays one that is to be looked up, and is tried again with the next round.
        """
        try:
            fact = partial(
                self.handlers.note_found,
                number=contact.look_number,
                found=found_for(contact, cases, others),
                flags=flags_for(contact, others),
                prompted_later=prompted_later(contact, others),
                at=self.now(),
            )
        except Exception as error:  # noqa: BLE001 - what one contact says must stop no other's look
            kind, where = type(error).__name__, where_raised(error)
            log.error("look_failed", document_id=contact.id, error_type=kind, where=where)
            return None
        return contact.id, fact

    async def catch_up(self) -> None:
        """Look up contacts that were left behind, or that a case or staff who are news concern."""
        now = self.now()
        left = await look_wanted(self.store, now, LEFT_BEHIND, AT_ONCE)
        news = await news_of_cases(self.store, now, LEFT_BEHIND, AT_ONCE)
        concerned = await self._concerned(news)
        told = await self._told(await news_of_contacts(self.store, now, LEFT_BEHIND, AT_ONCE))
        await self.match({*left, *concerned, *told})
        await follow_staff(self.handlers, self.store, self.teller, self.now)

    async def _concerned(self, cases: Collection[str]) -> set[str]:
        """Have contacts looked up again that may be about the child of a case that is news (E1)."""
        news: list[KnownCase] = await load(self.store, cases)
        near_them = [await at_the_gate(self.store, case, AT_THE_GATE) for case in news]
        concerned = {id_ for ids in near_them for id_ in ids}
        await self.teller.tell([(id_, self.handlers.look_again) for id_ in concerned])
        noted: Any = self.handlers.note_looked_for
        await self.teller.tell([(case.id, partial(noted, number=case.number)) for case in news])
        return concerned

    async def _told(self, contacts: Collection[str]) -> set[str]:
        """Have contacts looked up again that count, or prompt, beside one that is news (E4)."""
        news: list[Contact] = await load(self.store, contacts)
        others = {
            id_
            for one in news
            for id_ in (
                *await about_the_same(self.store, one, AT_THE_GATE),
                *one.matching.contacts(),
            )
        }
        await self.teller.tell([(id_, self.handlers.look_at_repeats) for id_ in sorted(others)])
        noted: Any = self.handlers.note_others_looked_up
        await self.teller.tell([(one.id, partial(noted, number=one.news)) for one in news])
        return others

    async def _next(self) -> "list[tuple[str, _Answer]]":
        asked = []
        with suppress(TimeoutError):
            asked.append(await asyncio.wait_for(self._asked.get(), LOOK_EVERY))
        while not self._asked.empty() and len(asked) < AT_ONCE:
            asked.append(self._asked.get_nowait())
        return asked
