"""Red before amber inside one process: amber batches wait while anything red is in hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from mash_shared.vocabulary import Lane

AMBER_WAITS = 0.5
"""Seconds that one amber batch waits in all, so that endless red never stops it altogether."""


class Lanes:
    """Counts what is urgent and in hand; people's acts count as red, for someone is waiting."""

    def __init__(self) -> None:
        self._urgent = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @asynccontextmanager
    async def hold(self, lane: Lane) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Do work in a lane; yields what the work must await between its steps."""
        if lane is not Lane.RED:
            yield _Patience(self._quiet)
            return
        self._urgent += 1
        self._quiet.clear()
        try:
            yield _no_pause
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._quiet.set()


class _Patience:
    """Lets red pass, as long as this piece of work has not waited enough already."""

    def __init__(self, quiet: asyncio.Event) -> None:
        self._quiet = quiet
        self._left = AMBER_WAITS

    async def __call__(self) -> None:
        await asyncio.sleep(0)
        if self._quiet.is_set() or self._left <= 0:
            return
        began = asyncio.get_running_loop().time()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._left):
                await self._quiet.wait()
        self._left -= asyncio.get_running_loop().time() - began


async def _no_pause() -> None:
    pass
