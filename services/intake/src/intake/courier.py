"""The matcher: looks into the case index and tells the contact what it found (E)."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from intake.domain.contact import Contact
from intake.domain.known import KnownCase
from intake.domain.looking import flags_for, found_for, looked_for, near, waves
from intake.handlers import IntakeHandlers
from intake.store import (
    MOST_CANDIDATES,
    alike,
    at_the_gate,
    load,
    look_wanted,
    news_of_cases,
)
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.telling import Fact, Teller
from mash_shared.plumbing.times import Now

AT_ONCE = 50
LOOK_EVERY = 1.0
LEFT_BEHIND = timedelta(seconds=2)
"""After this time a contact that nobody is waiting for is looked up: after a crash, mostly."""
ANSWER_WITHIN = 2.0
"""Seconds a caller waits for the index before being answered without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Asks the index for contacts: at once for a caller, and for any that were left behind."""

    handlers: IntakeHandlers
    store: Store[Contact]
    teller: Teller[Contact]
    now: Now
    _asked: "asyncio.Queue[tuple[str, asyncio.Future[None]]]" = field(default_factory=asyncio.Queue)

    async def look(self, contact_id: str) -> None:
        """Have one contact looked up with the next batch; returns when it was, or was not."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked.put_nowait((contact_id, answer))
        with suppress(TimeoutError):
            await asyncio.wait_for(answer, ANSWER_WITHIN)

    async def keep_looking(self) -> None:
        """Look for ever; an outage of the database is waited out."""
        outages = Outages()
        while True:
            asked = await self._next()
            ids = {contact_id for contact_id, _ in asked}
            await outages.outlast("matcher", partial(self.catch_up, ids))
            for _, answer in asked:
                if not answer.done():
                    answer.set_result(None)

    async def match(self, ids: Iterable[str]) -> None:
        """Look contacts up and tell them what was found."""
        contacts: list[Contact] = [one for one in await load(self.store, ids) if one.look_wanted]
        for council in {contact.council for contact in contacts}:
            ours = [contact for contact in contacts if contact.council == council]
            for wave in waves(ours):
                await self.teller.tell(await self._found(council, wave))

    async def _found(
        self, council: str, contacts: Sequence[Contact]
    ) -> list[tuple[str, Fact[Contact]]]:
        keys = dict.fromkeys(key for contact in contacts for key in looked_for(contact))
        cases, others = await alike(self.store, council, tuple(keys), looking=len(contacts))
        return [
            (
                contact.id,
                partial(
                    self.handlers.note_found,
                    facts=contact.facts,
                    found=found_for(contact, near(contact, cases), alike_to),
                    flags=flags_for(contact, alike_to),
                    at=self.now(),
                ),
            )
            for contact in contacts
            for alike_to in [near(contact, others)]
        ]

    async def catch_up(self, ids: Iterable[str] = ()) -> None:
        """Look up contacts that somebody waits for, or were left behind, or a case may concern."""
        before = self.now() - LEFT_BEHIND
        left = await look_wanted(self.store, before, AT_ONCE)
        concerned = await self._concerned(await news_of_cases(self.store, before, AT_ONCE))
        if wanted := {*ids, *left, *concerned}:
            await self.match(wanted)

    async def _concerned(self, cases: Iterable[str]) -> set[str]:
        """Have contacts looked up again that may be about the child of a case that is news (E1)."""
        news: list[KnownCase] = await load(self.store, cases)
        near_them = [await at_the_gate(self.store, case, MOST_CANDIDATES) for case in news]
        concerned = {id_ for ids in near_them for id_ in ids}
        await self.teller.tell([(id_, self.handlers.look_again) for id_ in concerned])
        noted: Any = self.handlers.note_looked_for
        await self.teller.tell([(case.id, partial(noted, as_of=case.as_of)) for case in news])
        return concerned

    async def _next(self) -> list[tuple[str, "asyncio.Future[None]"]]:
        asked = []
        with suppress(TimeoutError):
            asked.append(await asyncio.wait_for(self._asked.get(), LOOK_EVERY))
        while not self._asked.empty() and len(asked) < AT_ONCE:
            asked.append(self._asked.get_nowait())
        return asked
