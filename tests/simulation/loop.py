"""An event loop whose time is virtual: a sleep of a day ends at once, and every run is the same."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _NothingToWaitFor(selectors.SelectSelector):
    """Lets the time that somebody would have slept pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Give nothing, for nothing comes from outside; raises where all wait for nothing."""
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        self.passed += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` starts at zero and moves only when everybody sleeps."""

    def __init__(self) -> None:
        self._virtual = _NothingToWaitFor()
        super().__init__(self._virtual)
        self.set_exception_handler(lambda *_: None)  # a crash leaves tasks that nobody awaits

    def time(self) -> float:
        """Give the virtual seconds since the loop was made."""
        return self._virtual.passed


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time; tasks it leaves behind are cancelled."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
