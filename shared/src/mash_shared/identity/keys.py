"""Where a provider's keys come from: a file, or its address, which may be away for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from mash_shared.identity.refusals import KeysUnreachableError
from mash_shared.identity.ring import Ring
from mash_shared.plumbing.logs import get_logger, where_raised
from mash_shared.plumbing.metrics import OUTAGE
from mash_shared.plumbing.times import Now

FRESH = timedelta(minutes=5)
"""Keys are asked for again once they are older."""
HOLD = timedelta(hours=4)
"""How old they may become while the provider cannot be reached."""
AGAIN_AFTER = timedelta(seconds=30)
"""A provider that failed, or that is asked for a key it may not have, is left alone so long."""
FETCH_WITHIN = 5.0
"""Seconds in which the keys have to come whole."""
LARGEST_KEYS = 256 * 1024
"""Bytes."""

log = get_logger()


class Keys(Protocol):
    """The keys of one provider."""

    async def held(self) -> Ring:
        """Give the keys that hold now; raises `KeysUnreachableError`."""
        ...

    async def renewed(self, than: Ring) -> Ring:
        """Give newer keys than these where there may be any; raises `KeysUnreachableError`."""
        ...


class FileKeys:
    """Keys that an operator put into a JWKS file; one that was changed is read anew (S19)."""

    def __init__(self, file: Path) -> None:
        """Read the file; raises `ValueError` or `OSError`."""
        self._file = file
        self._seen = _state(file)
        self._ring = Ring.read(file.read_text(encoding="utf-8"))

    async def held(self) -> Ring:
        """Give the keys of the file, and those of before where it holds none now."""
        if (state := _state(self._file)) != self._seen:
            self._seen = state
            try:
                self._ring = Ring.read(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                kind, where = type(error).__name__, where_raised(error)
                log.warning("keys_not_read", error_type=kind, where=where)
        return self._ring

    async def renewed(self, than: Ring) -> Ring:  # noqa: ARG002 - a file has no others
        """Give the keys of the file."""
        return await self.held()


def _state(file: Path) -> tuple[int, int] | None:
    """Give what changes when a file does, None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class FetchedKeys:
    """Keys at an address: kept for a while, and for longer where the provider is away.

    Everybody who waits for them waits for one request.
    """

    def __init__(self, url: str, now: Now, get: Callable[[str], Awaitable[bytes]]) -> None:
        self._url = url
        self._now = now
        self._get = get
        self._door = f"sign_in.{urlsplit(url).hostname}"
        self._ring: Ring | None = None
        self._fetched_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._missed_at: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def held(self) -> Ring:
        """Give the keys that hold now, fetched anew where they are old (S10)."""
        if not self._within(FRESH, self._fetched_at) and not self._within(
            AGAIN_AFTER, self._failed_at
        ):
            await self._fetch()
        if self._ring is None or not self._within(HOLD, self._fetched_at):
            raise KeysUnreachableError
        return self._ring

    async def renewed(self, than: Ring) -> Ring:
        """Give the keys anew: those that a token names and these do not have may be new (S10).

        Whatever strangers send, that is asked once in a while.
        """
        if self._ring is than and (
            self._fetching or not self._within(AGAIN_AFTER, self._missed_at)
        ):
            self._missed_at = self._now()
            await self._fetch()
        if self._ring is than and self._failed_at is not None:
            raise KeysUnreachableError
        return await self.held()

    def _within(self, span: timedelta, since: datetime | None) -> bool:
        """Whether something was less than so long ago; what is still to come never was."""
        return since is not None and timedelta() <= self._now() - since < span

    async def _fetch(self) -> None:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_once())
        # whoever goes away does not take the answer from the others
        await asyncio.shield(self._fetching)

    async def _fetch_once(self) -> None:
        asked_at = self._now()
        try:
            ring = Ring.read(await self._get(self._url))
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError) as error:
            self._say_away(error)
            self._failed_at = self._now()
        else:
            self._say_back()
            self._ring, self._fetched_at, self._failed_at = ring, asked_at, None
        finally:
            self._fetching = None

    def _say_away(self, error: Exception) -> None:
        OUTAGE.labels(self._door).set(1)
        if self._failed_at is None:
            kind, where = type(error).__name__, where_raised(error)
            log.warning("outage", door=self._door, error_type=kind, where=where)

    def _say_back(self) -> None:
        OUTAGE.labels(self._door).set(0)
        if self._failed_at is not None:
            log.warning("outage_over", door=self._door)


async def get_keys(url: str) -> bytes:
    """Get what is at an address, bounded in time and size; goes nowhere else from there.

    Raises `httpx.HTTPError`, `TimeoutError`, or `ValueError` where it is too large.
    """
    plain = {"accept": "application/json", "accept-encoding": "identity"}
    body = bytearray()
    async with (
        asyncio.timeout(FETCH_WITHIN),
        httpx.AsyncClient(timeout=FETCH_WITHIN) as client,
        client.stream("GET", url, headers=plain) as answer,
    ):
        answer.raise_for_status()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > LARGEST_KEYS:
                raise ValueError("is larger than keys are")
    return bytes(body)
