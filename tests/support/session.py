"""A hub and its people as fixtures; each scope that needs its own makes them from these."""

from collections.abc import Iterator

from mash_local.stack import Stack
from support.hub import Hub
from support.outside import Outside


def running_stack() -> Iterator[Stack]:
    """Real engines, every service, sandbox agencies, mail catcher."""
    with Stack(ready_seconds=180) as started:
        yield started


def looking_outside(stack: Stack) -> Iterator[Outside]:
    """The hub seen from outside."""
    looking = Outside(stack)
    yield looking
    looking.close()


def people(stack: Stack) -> Iterator[Hub]:
    """The people of a hub."""
    at_work = Hub(stack)
    yield at_work
    at_work.close()
