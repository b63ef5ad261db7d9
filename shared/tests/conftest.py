"""The real broker and database, started once for all tests of the plumbing; keys of a provider."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest

from mash_local.engines import Engines
from mash_shared.identity.keys import FileKeys
from support.signing import KEYS, Signer, jwks
from toy.hub import Toy

GIVES_UP_AFTER = 300.0
"""Seconds after which a test that waits is ended by its name; the longest takes a minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no test wait for ever: it would be nameless, and hold up all behind it."""
    for item in items:
        test = getattr(item, "obj", None)
        if inspect.iscoroutinefunction(test):
            item.obj = _ends(test)  # type: ignore[attr-defined]


def _ends(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @wraps(test)
    async def in_time(*args: object, **given: object) -> None:
        async with asyncio.timeout(GIVES_UP_AFTER):
            await test(*args, **given)

    return in_time


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    with Engines() as running:
        yield running


@pytest.fixture(scope="session")
def breakable(engines: Engines) -> Iterator[Engines]:
    """Engines that a test may kill: our own, even where others were given in the environment."""
    if engines.kafka.pid and engines.mongo.pid:
        yield engines
        return
    with Engines(env={}) as own:
        yield own


async def _toy(engines: Engines, folder: Path) -> AsyncIterator[Toy]:
    one = Toy(kafka=engines.kafka.address, mongo_url=engines.mongo.address, folder=folder)
    await one.make_topics()
    yield one
    await one.close()


@pytest.fixture
async def toy(engines: Engines, tmp_path: Path) -> AsyncIterator[Toy]:
    async for one in _toy(engines, tmp_path):
        yield one


@pytest.fixture
async def toy_to_break(breakable: Engines, tmp_path: Path) -> AsyncIterator[Toy]:
    async for one in _toy(breakable, tmp_path):
        yield one
        for engine in (breakable.kafka, breakable.mongo):
            if not engine.usable():
                await asyncio.to_thread(engine.restart)


@pytest.fixture
def signer() -> Signer:
    return Signer()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    """Keys of an invented provider, one for each way of signing."""
    file = tmp_path / "provider-keys.json"
    file.write_bytes(jwks(*KEYS.values()))
    return FileKeys(file)
