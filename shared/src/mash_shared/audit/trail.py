"""The trail of one copy of a process: what is said at the same moment is written as one batch."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from uuid import uuid4

from mash_shared.audit.line import Head, Kind, of_trail
from mash_shared.audit.lines import Lines, Place
from mash_shared.audit.spool import Spool
from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import AUDITED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.times import Now

AT_ONCE = 200
"""Lines of one batch."""
WITHIN = 5.0
"""Seconds in which a batch has to stand; whoever waits for it is refused then."""

log = get_logger()


class AuditAwayError(Exception):
    """A line cannot be written now; what it speaks of must not be shown (503)."""


class Trail:
    """Adds lines to a chain of its own, which begins with the process and names the one before.

    So copies need no lock among each other. After a failure the store is asked where the chain
    ends, since what was sent may stand or not, and the chain goes on from there.
    """

    def __init__(self, lines: Lines, *, service: str, copy: str, now: Now, spool: Spool) -> None:
        self._lines = lines
        self.service = service
        self._copy = copy
        self._now = now
        self._spool = spool
        self._chain = f"{copy}.{uuid4().hex[:12]}"
        self._head: Head | None = None
        self._reached: Head | None = None
        self._waiting: list[tuple[Raw, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._broken = asyncio.Event()

    @property
    def is_out(self) -> bool:
        """Whether lines cannot be written now."""
        return self._broken.is_set()

    @property
    def reached(self) -> Head | None:
        """The newest line of this chain that is known to stand; None before the first."""
        return self._reached

    async def write(self, said: Raw) -> None:
        """Return once a line stands; raises `AuditAwayError`, at once while the store is away."""
        if self.is_out:
            raise AuditAwayError
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting())
        await answer

    def keep(self, said: Raw) -> bool:
        """Keep the line of an act until it can be written; False where not even that can be."""
        return self._spool.keep({**said, "late": True})

    async def about(
        self, ids: Collection[str], most: int, before: Place | None = None
    ) -> list[Raw]:
        """Give the newest lines before a place that name one of some ids, the newest first.

        Raises what the driver raises.
        """
        return await self._lines.about(ids, most, before)

    async def keep_standing(self, outages: Outages) -> None:
        """Write what a former process kept; then wait out each outage, and write what was kept."""
        await outages.outlast("audit", self.mend)
        while True:
            await self._broken.wait()
            await outages.outlast("audit", self.mend)

    async def mend(self) -> None:
        """Write that lines can be written again, and all that was kept meanwhile.

        Raises what the driver raises while they cannot.
        """
        resumed = [of_trail(Kind.RESUMED, self._now(), self.service)] if self.is_out else []
        try:
            await self._lines.prepare()
            await self._stand(resumed)
            while kept := self._spool.kept[:AT_ONCE]:
                await self._stand(kept)
                self._spool.forget(len(kept))
        except Exception:
            self._broken.set()
            raise
        self._broken.clear()

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch = self._waiting[:AT_ONCE]
            del self._waiting[:AT_ONCE]
            try:
                async with asyncio.timeout(WITHIN):
                    await self._stand([said for said, _ in batch])
            except Exception as error:  # noqa: BLE001 - somebody waits for every answer
                self._fail(batch, error)
            else:
                _settle(batch, None)

    def _fail(self, batch: Sequence[tuple[Raw, asyncio.Future[None]]], error: Exception) -> None:
        log.warning("audit_not_written", error_type=type(error).__name__, where=where_raised(error))
        self._broken.set()
        _settle([*batch, *self._waiting], AuditAwayError(type(error).__name__))
        self._waiting.clear()

    async def _stand(self, said: Sequence[Raw]) -> None:
        async with self._turn:
            head = self._head or await self._found_head()
            self._head = None  # until it is known that the lines stand
            lines = []
            for one in said:
                lines.append(head.followed_by(one))
                head = Head.of(lines[-1])
            if lines:
                await self._lines.add(lines)
            self._head = self._reached = head
        for one in said:
            AUDITED.labels(one["kind"]).inc()

    async def _found_head(self) -> Head:
        """Give where the chain ends; one that has not begun begins, behind the one before."""
        last = await self._lines.last(self._chain)
        if last is None:
            began = await self._lines.began_last(self._copy)
            before = await self._lines.last(began["chain"]) if began else None
            after = Head.of(before).as_said() if before else None
            more: dict[str, Any] = {"copy": self._copy, "after": after}
            said = of_trail(Kind.BEGAN, self._now(), self.service, **more)
            last = Head(chain=self._chain).followed_by(said)
            await self._lines.add([last])
        return Head.of(last)


def _settle(
    batch: Sequence[tuple[Raw, asyncio.Future[None]]], error: AuditAwayError | None
) -> None:
    for _, answer in batch:
        if answer.done():
            continue
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)
