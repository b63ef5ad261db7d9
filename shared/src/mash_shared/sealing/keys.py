"""The councils' own keys, under which every other key is wrapped: a service, or a file of a run."""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo.errors import ConnectionFailure

from mash_shared.plumbing.faults import CannotRunError

KEY_BYTES = 32
NONCE_BYTES = 12


class KeysAwayError(ConnectionFailure):
    """No key can be got now: to every door that is as if the database were away."""


class KeyRefusedError(ValueError):
    """A wrapped key is not what the council's key wrapped under this name."""


class KeyService(Protocol):
    """Holds the councils' keys and lets nobody have them; each call raises `KeysAwayError`."""

    async def councils(self) -> frozenset[str]:
        """Name the councils whose keys it has."""

    async def wrap(self, council: str, name: str, key: bytes) -> bytes:
        """Close a key under the council's, bound to its name."""

    async def unwrap(self, council: str, name: str, wrapped: bytes) -> bytes:
        """Open what was closed under the council's key; raises `KeyRefusedError`."""


class KeyFile:
    """The councils' keys in a file of one run: for each a list, of which the first wraps."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def councils(self) -> frozenset[str]:
        """Name the councils; raises `CannotRunError` where the file is none of keys."""
        return frozenset(self._keys)

    async def wrap(self, council: str, name: str, key: bytes) -> bytes:
        """Close a key under the first of the council's."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._of(council)[0].encrypt(nonce, key, _bound(council, name))

    async def unwrap(self, council: str, name: str, wrapped: bytes) -> bytes:
        """Open a key by whichever of the council's closed it."""
        nonce, closed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        for one in self._of(council):
            try:
                return one.decrypt(nonce, closed, _bound(council, name))
            except InvalidTag:
                continue
        raise KeyRefusedError("A wrapped key is not of the council whose it should be.")

    def _of(self, council: str) -> tuple[AESGCM, ...]:
        try:
            return self._keys[council]
        except KeyError:
            raise KeysAwayError(f"There is no key of {council}.") from None

    @cached_property
    def _keys(self) -> Mapping[str, tuple[AESGCM, ...]]:
        try:
            said = json.loads(self._path.read_text())
            keys = {one: tuple(AESGCM(b64decode(key)) for key in of) for one, of in said.items()}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise CannotRunError(
                f"COUNCIL_KEYS names no file of councils' keys: {type(error).__name__}."
            ) from None
        if not all(keys.values()):
            raise CannotRunError("COUNCIL_KEYS names a council without a key.")
        return keys


def drawn(councils: Iterable[str], kept: str = "{}") -> str:
    """Draw a key for each council that has none in `kept`; gives the text that `KeyFile` reads."""
    keys: dict[str, list[str]] = json.loads(kept)
    for council in councils:
        keys.setdefault(council, [b64encode(secrets.token_bytes(KEY_BYTES)).decode()])
    return json.dumps(keys, indent=2) + "\n"


def _bound(council: str, name: str) -> bytes:
    return json.dumps([council, name]).encode()
