"""Which notice a courier takes next: what is free, and what others held for too long (I7).

Other couriers' claims are measured by the event loop's clock, which does not jump: one is taken
over only by a courier that has itself seen it unchanged for `CLAIM_HOLDS`. Its holder lets nothing
leave after `SEND_WITHIN`. An attempt whose end nobody knows is such a claim, of nobody.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import uuid4

from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now
from notify.domain import Notice
from notify.store import Claim, claimed, ready

WATCH_EVERY = 1.0
CLAIM_HOLDS = 90.0
SEND_WITHIN = 45.0
"""Seconds from claiming a notice in which its letter may leave; what remains of `CLAIM_HOLDS` is
for a provider that goes on with what it has after we hung up."""
ASIDE = 30.0
"""Seconds for which a notice that cannot be written is left alone."""


def _moment() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True, kw_only=True)
class Claims:
    """What one courier knows of claims; it lives as long as the courier, never in a document."""

    name: str
    store: Store[Notice]
    now: Now
    me: str = ""
    _busy: set[str] = field(default_factory=set)
    _aside: dict[str, float] = field(default_factory=dict)
    _let_out: set[Claim] = field(default_factory=set)
    _since: dict[Claim, float] = field(default_factory=dict)
    _run_out: list[Claim] = field(default_factory=list)
    _ended: list[Claim] = field(default_factory=list)
    _watched_at: float | None = None

    def __post_init__(self) -> None:
        """Take a name that no other life of this copy has."""
        self.me = f"{self.name}/{uuid4().hex}"

    async def next(self, most: int, but: Collection[str]) -> list[Claim]:
        """Choose what nobody has seen through, else what is free; it is then busy here."""
        await self._watch(but)
        free = [claim for claim in self._run_out if not self._is_held(claim.id, but)]
        taken = [self._take(claim) for claim in free[: max(most, 0)]]
        self._run_out = [claim for claim in self._run_out if claim not in taken]
        if most > len(taken):
            held = {*self._busy, *self._aside, *but}
            more = await ready(self.store, self.now(), most - len(taken), held)
            taken += [self._take(Claim(one.id, one.attempts, "")) for one in more]
        return taken

    def ended(self) -> list[Claim]:
        """Give, once, the attempts of others that have ended: their provider may be asked."""
        ended, self._ended = self._ended, []
        return ended

    def surely_not_sent(self, claim: Claim) -> bool:
        """Whether a claim is this courier's own and nothing was let out under it."""
        return claim.by == self.me and claim not in self._let_out

    def let_out(self, notice: Notice) -> None:
        """Note that from now on the letter of this attempt may have left."""
        self._let_out.add(Claim(notice.id, notice.attempts, self.me))

    def recorded(self, id_: str) -> None:
        """Note that what came of an attempt stands in its document."""
        self._let_out = {one for one in self._let_out if one.id != id_}

    def free(self, id_: str) -> None:
        """Note that a notice is seen through."""
        self._busy.discard(id_)

    def put_aside(self, id_: str) -> None:
        """Leave a notice that cannot be written alone for a while."""
        self._aside[id_] = _moment() + ASIDE

    def _take(self, claim: Claim) -> Claim:
        self._busy.add(claim.id)
        return claim

    def _is_held(self, id_: str, but: Collection[str]) -> bool:
        return id_ in self._busy or id_ in self._aside or id_ in but

    async def _watch(self, but: Collection[str]) -> None:
        """Look at all claims now and then."""
        at = _moment()
        if self._watched_at is not None and at < self._watched_at + WATCH_EVERY:
            return
        self._watched_at = at
        self._aside = {id_: until for id_, until in self._aside.items() if until > at}
        # those being sent here are left out before and after the reading, which takes a while
        before = set(self._busy)
        seen = [
            claim
            for claim in await claimed(self.store)
            if claim.id not in before and not self._is_held(claim.id, but)
        ]
        since = _moment()  # not `at`: what is claimed while we read is younger than our question
        new = [claim for claim in seen if claim not in self._since]
        self._since = {claim: self._since.get(claim, since) for claim in seen}
        self._ended += [one for one in new if self._has_ended(one)]
        self._run_out = [
            claim
            for claim, since in self._since.items()
            if self.surely_not_sent(claim) or at >= since + CLAIM_HOLDS
        ]

    def _has_ended(self, claim: Claim) -> bool:
        """Whether nobody is at work on a claim: given up, or of an earlier life of this copy."""
        ours = claim.by.startswith(f"{self.name}/") and not self.surely_not_sent(claim)
        return ours or not claim.by
