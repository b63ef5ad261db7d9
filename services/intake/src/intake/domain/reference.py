"""The short reference that people quote: how the hub prints it, and how it reads it (A9, S24)."""

import hashlib
from typing import Annotated

from pydantic import AfterValidator

from mash_shared.people import Short

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 10
READ_AS = str.maketrans("OIL", "011")


def reference_of(contact_id: str, council: str) -> str:
    """Give the short reference that people quote; it opens nothing (S24)."""
    number = int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8])
    letters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LETTERS))
    return _printed(council[:3].upper(), letters)


def alleged_contact(contact_id: str, name: str | None, born: str | None, nth: int) -> str:
    """Give the id of the contact of a child who is said to do harm; it tells nothing (B10, N10)."""
    said = f"{contact_id}\n{name or ''}\n{born or ''}\n{nth}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def as_printed(quoted: str) -> str:
    """Give a reference as the hub prints it, however somebody wrote it; anything else as it is."""
    signs = "".join(sign for sign in quoted.upper() if sign.isalnum())
    letters = signs[-LETTERS:].translate(READ_AS)
    is_one = len(signs) == LETTERS + 3 and set(letters) <= set(ALPHABET)
    return _printed(signs[:3], letters) if is_one else quoted


def _printed(council: str, letters: str) -> str:
    return f"{council}-{letters[:5]}-{letters[5:]}"


Reference = Annotated[Short, AfterValidator(as_printed)]
"""A reference that somebody quotes."""
