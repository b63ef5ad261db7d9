"""A council's sign-in as tests need it: it signs whatever it is told to, well or badly."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from mash_shared.identity import NotSignedInError, Tokens
from mash_shared.identity.keys import FetchedKeys, Keys
from mash_shared.identity.provider import Places, Provider, SecondFactor
from mash_shared.plumbing.times import Now
from mash_shared.vocabulary import Machine, Role

ISSUER = "https://sign-in.havering.example"
KEYS_URL = f"{ISSUER}/keys"
START = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
LIFE = timedelta(hours=1)
KEYS: Mapping[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa-1"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec-1"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed-1"}),
}
"""A key for each way of signing; making one takes a while."""


class Clock:
    """The time of a test, which passes when the test says so."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, span: timedelta) -> None:
        """Let time pass."""
        self.at += span


@dataclass
class Address:
    """Where keys are fetched: what is there now, and how often it was asked for.

    It answers while `answers` is set, with `body` where there is one, or with `error`.
    """

    keys: list[Key]
    body: bytes | None = None
    error: Exception | None = None
    asked: int = 0
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    async def get(self, _: str) -> bytes:
        """Answer as a provider does."""
        self.asked += 1
        self.was_asked.set()
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        return jwks(*self.keys) if self.body is None else self.body


def jwks(*keys: Key) -> bytes:
    """Give the public halves of keys as providers publish them."""
    return json.dumps(KeySet([*keys]).as_dict(private=False)).encode()


@dataclass
class Signer:
    """Makes tokens that hold, and others by changes to one that does."""

    clock: Clock = field(default_factory=Clock)
    issuer: str = ISSUER
    key: Key = field(default_factory=lambda: KEYS["RS256"])

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Give the claims of a token that holds, changed; None leaves one out."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "mash",
            "sub": "p-1",
            "iat": now,
            "exp": now + int(LIFE.total_seconds()),
            "acr": "2",
            "groups": ["Hub managers", "Football"],
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, header: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """Give an `Authorization` header with a token; a header of None leaves a field out."""
        whole = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT", **(header or {})}
        said = {name: value for name, value in whole.items() if value is not None}
        return f"Bearer {self._sign(said, self.claims(**changes))}"

    def _sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        return jwt.encode(header, claims, self.key, registry=registry, default_type=None)


def by_hand(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """Give an `Authorization` header with a token that no library would make."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    written = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    return f"Bearer {'.'.join(written)}"


def provider(keys: Keys, **changes: Any) -> Provider:
    """Give an invented council's provider, changed."""
    given: dict[str, Any] = {
        "issuer": ISSUER,
        "keys": keys,
        "algorithms": frozenset({"RS256"}),
        "longest_life": LIFE,
        "places": Places(roles=("groups",)),
        "roles": {"Hub managers": Role.MASH_MANAGER},
        "councils": frozenset({"havering"}),
        "second_factor": SecondFactor(claim="acr", values=frozenset({"2"})),
        "machines": {"web-forms": Machine.FORMS},
    }
    return Provider(**(given | changes))


def fetched(address: Address, now: Now) -> FetchedKeys:
    """Give keys that are fetched from an address of a test."""
    return FetchedKeys(KEYS_URL, now, address.get)


async def refused(keys: Keys, authorization: str | None, **changes: Any) -> str:
    """Give the sentence by which a token is refused."""
    with pytest.raises(NotSignedInError) as wrong:
        await Tokens([provider(keys, **changes)], Clock()).person(authorization)
    return str(wrong.value)
