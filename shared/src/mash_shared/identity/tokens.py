"""A bearer token is read, its provider found, its signature and its claims verified."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    JoseError,
    MissingClaimError,
)

from mash_shared.act import Person
from mash_shared.identity.provider import Provider
from mash_shared.identity.refusals import (
    KeysUnreachableError,
    NotSignedInError,
    TokenExpiredError,
)
from mash_shared.identity.ring import ALGORITHMS, Ring, Ways
from mash_shared.plumbing.times import Now, wall_clock

LARGEST_TOKEN = 8192
"""Characters."""
MOST_REMEMBERED = 10_000

_WRONG: Mapping[str, str] = {
    "iss": "The token's issuer is none whose tokens are taken here.",
    "aud": "The token was made for somebody else than the hub.",
    "nbf": "The token does not hold yet.",
    "iat": "The token does not hold yet.",
}
_UNREADABLE = (JoseError, ValueError, TypeError, AttributeError, RecursionError)
"""What reading something raises that is no token."""


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that held: whose it is, until when, and by which keys."""

    person: Person
    expires: float
    provider: Provider
    ring: Ring


class Tokens:
    """Verifies tokens; one that held is remembered until it expires or its keys are fetched anew.

    `now` is the machine's time, and never that of a run which somebody may move (decision 14).
    """

    def __init__(self, providers: Collection[Provider], now: Now = wall_clock) -> None:
        self._providers = {provider.issuer: provider for provider in providers}
        self._ways = {one.issuer: Ways(one.algorithms) for one in providers}
        self._reading = Ways(ALGORITHMS)
        self._now = now
        self._remembered: dict[str, _Verified] = {}

    async def person(self, authorization: str | None) -> Person:
        """Give the person of an `Authorization` header (S10).

        Raises `NotSignedInError`, or `KeysUnreachableError` where that cannot be said now.
        """
        token = _bearer(authorization)
        known = self._remembered.get(token)
        if (
            known is None
            or known.expires <= self._now().timestamp()
            or known.ring is not await known.provider.keys.held()
        ):
            known = await self._verify(token)
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[token] = known
        return known.person

    async def ready(self) -> bool:
        """Whether the keys of every provider are there, or can be fetched."""
        try:
            for provider in self._providers.values():
                await provider.keys.held()
        except KeysUnreachableError:
            return False
        return True

    async def _verify(self, token: str) -> _Verified:
        header, issuer = self._read(token)
        provider = self._providers.get(issuer) if isinstance(issuer, str) else None
        if provider is None:
            raise NotSignedInError(_WRONG["iss"])
        algorithm = _checked(header, provider)
        ring = await provider.keys.held()
        claims = self._claims(token, header, algorithm, provider, ring)
        if claims is None:
            ring = await provider.keys.renewed(ring)
            claims = self._claims(token, header, algorithm, provider, ring)
        if claims is None:
            raise NotSignedInError("The token is signed with a key that its issuer does not have.")
        self._check(claims, provider)
        return _Verified(provider.person(claims), claims["exp"], provider, ring)

    def _claims(
        self, token: str, header: Mapping[str, Any], algorithm: str, provider: Provider, ring: Ring
    ) -> dict[str, Any] | None:
        """Give the claims of a token whose signature holds; None where its key is not there.

        One that names no key, and does not hold by the only one there is, may be of a newer one.
        """
        kid = header.get("kid")
        key = ring.find(kid, algorithm)
        if key is None:
            return None
        try:
            ways = self._ways[provider.issuer]
            return jwt.decode(token, key, algorithms=[algorithm], registry=ways).claims
        except _UNREADABLE as error:
            if kid is None and isinstance(error, BadSignatureError):
                return None
            raise NotSignedInError("The token's signature does not hold.") from None

    def _read(self, token: str) -> tuple[Mapping[str, Any], object]:
        """Give the header of a token, and who it says made it; nothing of it is verified."""
        try:
            read = jws.extract_compact(token.encode(), registry=self._reading)
            header, claims = read.headers(), json.loads(read.payload)
            return dict(header.items()), claims.get("iss")
        except _UNREADABLE:
            raise NotSignedInError("The token cannot be read.") from None

    def _check(self, claims: dict[str, Any], provider: Provider) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=int(provider.skew.total_seconds()),
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": provider.longest_life is not None},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError:
            raise TokenExpiredError from None
        except MissingClaimError:
            raise NotSignedInError(
                "The token does not say all of iss, aud, sub, exp and iat."
            ) from None
        except ClaimError as error:
            said = _WRONG.get(error.claim, "The token says something that cannot be read.")
            raise NotSignedInError(said) from None
        if provider.longest_life is not None:
            life = claims["exp"] - claims["iat"]
            if life > provider.longest_life.total_seconds():
                raise NotSignedInError("The token holds for longer than is allowed.")


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedInError("A bearer token is needed.")
    if len(token) > LARGEST_TOKEN:
        raise NotSignedInError(f"The token is larger than {LARGEST_TOKEN} characters.")
    return token


def _checked(header: Mapping[str, Any], provider: Provider) -> str:
    """Give the way in which a token says it is signed; raises where the provider's are others."""
    algorithm, kind = header.get("alg"), header.get("typ", "")
    if not isinstance(algorithm, str) or algorithm not in provider.algorithms:
        raise NotSignedInError("The token is not signed in a way that is taken from its issuer.")
    if "crit" in header:
        raise NotSignedInError("The token asks for something that the hub does not know.")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in provider.types:
        raise NotSignedInError("The token is not of a type that is taken from its issuer.")
    return algorithm
