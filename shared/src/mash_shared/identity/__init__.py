"""Who acts: a bearer token of the council's own sign-in, verified by a library (S10)."""

from mash_shared.identity.loading import ProvidersInvalidError, load_providers
from mash_shared.identity.provider import Provider
from mash_shared.identity.refusals import (
    KeysUnreachableError,
    NotSignedInError,
    TokenExpiredError,
)
from mash_shared.identity.tokens import Tokens

__all__ = [
    "KeysUnreachableError",
    "NotSignedInError",
    "Provider",
    "ProvidersInvalidError",
    "TokenExpiredError",
    "Tokens",
    "load_providers",
]
