"""The public keys of one provider at one time, and how tokens may be signed."""

import copy
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

_KINDS: Mapping[str, tuple[type[Key], str | None]] = MappingProxyType(
    {
        "RS256": (RSAKey, None),
        "ES256": (ECKey, "P-256"),
        "Ed25519": (OKPKey, "Ed25519"),
        "EdDSA": (OKPKey, "Ed25519"),
    }
)
"""The kind of key, and its curve, that each way of signing takes; there are no other ways."""
ALGORITHMS = frozenset(_KINDS)
RSA_BITS = range(2048, 8193)
"""A shorter key proves nothing; a longer one only takes time."""
MOST_KEYS = 100


def _without_warning(name: str) -> Any:
    """Give a way of signing as it is; the library warns at each token of the older name."""
    way = copy.copy(JWSRegistry.algorithms[name])
    way.security_warning = None
    return way


_WAYS = {name: _without_warning(name) for name in _KINDS}


class Ways(JWSRegistry):
    """The ways of signing that tokens may use; headers it does not know are ignored (RFC 7515)."""

    max_header_length = 4096

    def __init__(self, allowed: Collection[str]) -> None:
        super().__init__(algorithms=allowed, strict_check_header=False)
        self.algorithms = _WAYS


class Ring:
    """The public keys of one provider, as they were fetched or read at one time."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = keys

    @classmethod
    def read(cls, body: bytes | str) -> Self:
        """Read a JWKS; raises `ValueError` where it holds no key that a token may be signed with.

        A key of another kind, or for another use, is left out: providers publish those beside it.
        """
        try:
            keys = json.loads(body)["keys"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ValueError("is no JWKS") from None
        found = list(_usable(keys[:MOST_KEYS])) if isinstance(keys, list) else []
        if not found:
            raise ValueError("is a JWKS without a key that a token may be signed with")
        return cls(found)

    def find(self, kid: object, algorithm: str) -> Key | None:
        """Give the key that a token names; one that names none goes by the only key there is."""
        kind, curve = _KINDS[algorithm]
        fit = [
            key
            for key in self._keys
            if isinstance(key, kind)
            and curve in (None, key.get("crv"))
            and key.get("alg") in (None, algorithm)
        ]
        if kid is None:
            return fit[0] if len(fit) == 1 else None
        return next((key for key in fit if key.kid == kid), None)


def _usable(keys: Sequence[object]) -> Iterator[Key]:
    for one in keys:
        if not isinstance(one, dict) or one.get("use") not in (None, "sig"):
            continue
        if one.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            key = JWKRegistry.import_key(one)
            bits = key.public_key.key_size if isinstance(key, RSAKey) else None
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if bits is None or bits in RSA_BITS:
            yield key
