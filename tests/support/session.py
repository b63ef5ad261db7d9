"""A hub and its people as fixtures; each scope that needs its own makes them from these."""

import os
from collections.abc import Iterator

from mash_local.authority import Authority
from mash_local.engines import Engine
from mash_local.engines.resolver import resolve_mongo
from mash_local.run_folder import RunFolder
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


def running_database() -> Iterator[Engine]:
    """A database alone, for what needs no broker."""
    run = RunFolder.create()
    engine = resolve_mongo(run, Authority(run.secrets), os.environ)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
        run.remove_data()


def looking_outside(stack: Stack) -> Outside:
    """The hub seen from outside."""
    return Outside(stack)


def people(stack: Stack) -> Iterator[Hub]:
    """The people of a hub."""
    at_work = Hub(stack)
    yield at_work
    at_work.close()
