"""A hub and its people as fixtures; each scope that needs its own makes them from these."""

from collections.abc import Iterator

from mash_local.services import POLICIES
from mash_local.stack import Stack
from mash_shared.policy import load_packs
from support.hub import Hub
from support.outside import Outside
from support.staff import playing

PATIENT = {"intake": {"INTAKE_LOOKUPS_A_MINUTE": "100000"}}
"""Who waits here until somebody is known looks them up far more often than people do."""


def running_stack() -> Iterator[Stack]:
    """Real engines, every service, sandbox agencies, mail catcher."""
    councils = [pack.council.id for pack in load_packs(POLICIES)]
    with Stack(ready_seconds=180, directory=playing(councils), env=PATIENT) as started:
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
