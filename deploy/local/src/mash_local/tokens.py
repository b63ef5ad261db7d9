"""Bearer tokens for one run, signed with a key that is made for that run."""

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from joserfc import jwt
from joserfc.jwk import Key, KeyParameters, KeySet, OKPKey

from mash_local.run_folder import write_whole

ISSUER = "mash-local"
AUDIENCE = "mash"
LIFETIME = timedelta(hours=12)
_ALGORITHM = "Ed25519"
PUBLIC_KEYS, PRIVATE_KEY = "token-keys.json", "token-key-private.json"


class TokenIssuer:
    """Stands in for the hub's identity provider: signs what the caller says about a person."""

    def __init__(self, folder: Path, key: OKPKey) -> None:
        self.public_keys = folder / PUBLIC_KEYS
        self._key = key

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make a key pair in `folder`: the public half as a JWKS, the private half for us only."""
        return cls._drawn(folder, kept=())

    @classmethod
    def renew(cls, folder: Path) -> Self:
        """Sign with a new key from now on; tokens of the one before hold, of older ones no more."""
        before = KeySet.import_key_set(json.loads((folder / PUBLIC_KEYS).read_text()))
        return cls._drawn(folder, kept=before.keys[:1])

    @classmethod
    def _drawn(cls, folder: Path, kept: Sequence[Key]) -> Self:
        parameters: KeyParameters = {"kid": secrets.token_hex(8), "use": "sig", "alg": _ALGORITHM}
        key = OKPKey.generate_key("Ed25519", parameters, private=True)
        issuer = cls(folder, key)
        # who verifies has the key before anything is signed with it
        public = KeySet([key, *kept]).as_dict(private=False)
        write_whole(issuer.public_keys, json.dumps(public, indent=2) + "\n")
        write_whole(folder / PRIVATE_KEY, json.dumps(key.as_dict(private=True)), mode=0o600)
        return issuer

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the issuer of a run that exists already."""
        return cls(folder, OKPKey.import_key(json.loads((folder / PRIVATE_KEY).read_text())))

    def token(self, *, person: str, roles: list[str], council: str, now: datetime) -> str:
        """Return a token for `person` that holds until 12 hours after `now`.

        `now` is the run's moment; the token is issued by the wall clock, so that it is
        accepted by a verifier on either clock.
        """
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person,
            "roles": roles,
            "council": council,
            "iat": int(datetime.now(UTC).timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        header = {"alg": _ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])
