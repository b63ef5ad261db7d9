"""What of a document is sealed: every field of its state that is not said to be plain.

Inbox and what waits to be sent are sealed as well. What holds nothing (None, an empty text or list)
stays as it is. Each value is bound to its council, database, document and field: copied anywhere
else it opens nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from os import urandom
from typing import Any, Self

import bson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from orjson import dumps, loads

from mash_shared.clocks import Aggregate
from mash_shared.sealing.keys import NONCE_BYTES

Raw = dict[str, Any]

UNDER = "sealed_under"
"""The field that names the key of a document."""
HASHES = "hashes"
"""The field that has what a document is looked up by, as keyed hashes."""
_HASH_BYTES = 15
_AS_THE_DRIVER_READS: bson.CodecOptions[Raw] = bson.CodecOptions(tz_aware=True)


class SealBrokenError(ValueError):
    """A field is not what was sealed there: changed, moved from elsewhere, or never sealed."""


@dataclass(frozen=True)
class DataKey:
    """One key of the ring, in the clear: it is never written anywhere."""

    name: str
    council: str
    key: bytes

    def __repr__(self) -> str:
        """Show whose it is, and never what."""
        return f"DataKey({self.name})"

    @cached_property
    def cipher(self) -> AESGCM:
        """What seals and opens under it."""
        return AESGCM(self.key)

    def hashed(self, value: str) -> str:
        """Give the keyed hash of what is looked for; its kind, before the colon, stays legible."""
        kind, _, _ = value.partition(":")
        digest = hmac.digest(self.key, value.encode(), sha256)[:_HASH_BYTES]
        return f"{kind}:{urlsafe_b64encode(digest).decode()}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What of the documents of one database is left plain, and by what they are looked up."""

    database: str
    plain: frozenset[str]
    looked_up: str

    @classmethod
    def of(cls, database: str, kinds: Iterable[type[Aggregate]]) -> Self:
        """Give the plan of a database with documents of these kinds."""
        kinds = tuple(kinds)
        looked_up = {kind.LOOKED_UP for kind in kinds} - {""}
        return cls(
            database=database,
            plain=frozenset(field for kind in kinds for field in kind.PLAIN),
            looked_up=next(iter(looked_up), ""),
        )

    def seal(self, raw: Raw, key: DataKey, search: DataKey | None) -> Raw:
        """Give a document as it is kept (S7)."""
        seal = _Seal(self.database, raw["_id"], key)
        kept = raw | {
            UNDER: key.name,
            "state": {
                field: value if self._is_plain(field, value) else seal.close(field, dumps(value))
                for field, value in raw["state"].items()
            },
            "handled": seal.close("handled", bson.encode({"": raw["handled"]})),
            "outgoing": _each_waiting(raw["outgoing"], seal.close),
        }
        if search is not None and self.looked_up in raw["state"]:
            kept[HASHES] = [search.hashed(value) for value in raw["state"][self.looked_up]]
        return kept

    def open(self, raw: Raw, key: DataKey) -> Raw:
        """Give a document, or the part of it that was read, as it was before it was sealed.

        Raises `SealBrokenError`.
        """
        seal = _Seal(self.database, raw["_id"], key)
        opened = {name: value for name, value in raw.items() if name not in {UNDER, HASHES}}
        if "state" in raw:
            opened["state"] = {
                field: value if self._is_plain(field, value) else loads(seal.open(field, value))
                for field, value in raw["state"].items()
            }
        if "handled" in raw:
            handled = seal.open("handled", raw["handled"])
            opened["handled"] = bson.decode(handled, _AS_THE_DRIVER_READS)[""]
        if "outgoing" in raw:
            opened["outgoing"] = _each_waiting(raw["outgoing"], seal.open)
        return opened

    def _is_plain(self, field: str, value: Any) -> bool:
        return field in self.plain or value is None or value in ("", [], {})


@dataclass(frozen=True, slots=True)
class _Seal:
    """Closes and opens the fields of one document."""

    database: str
    document: str
    key: DataKey

    def close(self, field: str, value: bytes) -> bytes:
        nonce = urandom(NONCE_BYTES)
        return nonce + self.key.cipher.encrypt(nonce, value, self._bound(field))

    def open(self, field: str, sealed: Any) -> bytes:
        if not isinstance(sealed, bytes):
            raise SealBrokenError(f"{field} is not sealed.")
        nonce, closed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self.key.cipher.decrypt(nonce, closed, self._bound(field))
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{field} is not what was sealed there.") from None

    def _bound(self, field: str) -> bytes:
        return dumps((self.key.council, self.database, self.document, field))


def _each_waiting(outgoing: Iterable[Raw], do: Callable[[str, Any], Any]) -> list[Raw]:
    """Close or open the bodies of messages; ids and topics are what they are struck out by."""
    return [one | {"body": do(f"outgoing {one['id']}", one["body"])} for one in outgoing]
