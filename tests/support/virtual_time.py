"""An event loop whose clock jumps to whatever is next, so that hours of waiting take no time."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Never waits: when nothing is ready, it is the time of the next timer."""

    _moment = 0.0
    _ready: Any
    _scheduled: Any

    def time(self) -> float:
        """Give the virtual time, in seconds since the loop was made."""
        return self._moment

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self._moment = max(self._moment, self._scheduled[0].when())
        super()._run_once()  # type: ignore[misc]  # not in the stubs


def in_virtual_time(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on such a loop."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)


def timeless(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Let an asynchronous test run in virtual time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        in_virtual_time(test(*args, **kwargs))

    return run
