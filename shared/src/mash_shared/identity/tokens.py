"""Who acts: a bearer token signed by the council's sign-in, verified by a library (S10)."""

import json
import time
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mash_shared.act import Person
from mash_shared.vocabulary import CouncilId, Role

ALGORITHMS = ["Ed25519"]
AUDIENCE = "mash"


class NotSignedInError(Exception):
    """There is no token, or it does not hold; `str(error)` says which, never what was in it."""


class Tokens:
    """Verifies tokens; a verified one is remembered until it expires."""

    def __init__(self, keys: Path, issuer: str) -> None:
        self._keys = KeySet.import_key_set(json.loads(keys.read_text()))
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            leeway=30,
        )
        self._known: dict[str, tuple[float, Person]] = {}

    def person(self, authorization: str | None) -> Person:
        """Give the person of an `Authorization` header; raises `NotSignedInError`."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > 8192:  # noqa: PLR2004
            raise NotSignedInError("A bearer token is needed.")
        expires, person = self._known.get(token, (0.0, None))
        if person is None or expires < time.time():
            expires, person = self._verify(token)
            if len(self._known) > 10_000:  # noqa: PLR2004
                self._known.clear()
            self._known[token] = (expires, person)
        return person

    def _verify(self, token: str) -> tuple[float, Person]:
        try:
            claims = jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims
            self._claims.validate(claims)
            roles = frozenset(Role(role) for role in claims.get("roles", ()))
            person = Person(
                id=str(claims["sub"]), council=CouncilId(str(claims["council"])), roles=roles
            )
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotSignedInError("The bearer token does not hold.") from None
        return float(claims["exp"]), person
