"""Asynchronous tests in virtual time: hours of waiting take no time."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from simulation.loop import run as in_virtual_time

__all__ = ["in_virtual_time", "timeless"]

P = ParamSpec("P")


def timeless(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Let an asynchronous test run in virtual time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        in_virtual_time(test(*args, **kwargs))

    return run
