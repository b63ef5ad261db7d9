"""Signed heads of chains, kept elsewhere: what is taken off the end of a trail is found by them.

Whoever keeps the database cannot make one: the key is the auditor's, and no service has it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from mash_shared.audit.line import Head, moment

_ALGORITHM = "Ed25519"
Heads = Mapping[str, Sequence[Head]]
"""Where chains end, by the name of their database."""


class NotACheckpointError(ValueError):
    """A line is no checkpoint, or nobody signed it with such a key; the sentence says which."""


def checkpoint(heads: Heads, key: OKPKey, at: datetime) -> str:
    """Sign where every chain ends at a time; gives one line of text, a compact JWS."""
    said = {
        "at": moment(at),
        "heads": {name: [head.as_said() for head in of] for name, of in heads.items()},
    }
    header = {"alg": _ALGORITHM, "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(said), key, algorithms=[_ALGORITHM])


def vouched_for(lines: Iterable[str], keys: Sequence[OKPKey]) -> dict[str, list[Head]]:
    """Give all heads that checkpoints vouch for; raises `NotACheckpointError`.

    Each is signed with one of the keys, as its `kid` says.
    """
    heads: dict[str, list[Head]] = {}
    known = KeySet([_named(key) for key in keys])
    for number, line in enumerate(lines, start=1):
        try:
            read = jws.deserialize_compact(line.strip(), known, algorithms=[_ALGORITHM])
            said = json.loads(read.payload)["heads"]
            for name, of in said.items():
                heads.setdefault(name, []).extend(Head(**one) for one in of)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            sentence = f"Checkpoint {number} is none that was signed with such a key."
            raise NotACheckpointError(sentence) from None
    return heads


def _named(key: OKPKey) -> OKPKey:
    """Give a public key under the name by which what it signed is found."""
    return OKPKey.import_key(key.as_dict(private=False), {"kid": key.thumbprint()})
