"""The short reference that people quote: how the hub prints it, and how it reads it (A9, S24)."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from mash_shared.keeping import hash_of
from mash_shared.people import Short
from mash_shared.vocabulary import ContactId, EnquiryId

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 10
READ_AS = str.maketrans("OIL", "011")


def reference_of(contact_id: str, council: str) -> str:
    """Give the short reference that people quote; it opens nothing (S24)."""
    number = int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8])
    letters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LETTERS))
    return _printed(council[:3].upper(), letters)


def alleged_child(name: str | None, born: str | None, nth: int) -> str:
    """Give a word for a child said to do harm, within one contact; it tells nothing (B10)."""
    return hashlib.sha256(f"{name or ''}\n{born or ''}\n{nth}".encode()).hexdigest()[:32]


def alleged_contact(contact_id: str, child: str) -> str:
    """Give the id of the contact of a child who is said to do harm, by the word for it (N10)."""
    return hashlib.sha256(f"{contact_id}\n{child}".encode()).hexdigest()[:32]


def concern_of(contact_id: str, said: Mapping[str, Any]) -> str:
    """Give the id of the contact of a concern that a request told of, by what was said (M10)."""
    return hash_of({"contact": contact_id, "said": said})[:32]


def enquiry_of(contact: ContactId) -> EnquiryId:
    """Give the id of a contact's enquiry."""
    return EnquiryId(f"enq-{contact}")


def as_printed(quoted: str) -> str:
    """Give a reference as the hub prints it, however somebody wrote it; anything else as it is."""
    signs = "".join(sign for sign in quoted.upper() if sign.isalnum())
    letters = signs[-LETTERS:].translate(READ_AS)
    is_one = len(signs) == LETTERS + 3 and set(letters) <= set(ALPHABET)
    return _printed(signs[:3], letters) if is_one else quoted


def split_contact(contact_id: str, child_id: str) -> str:
    """Give the id of the contact to which a child goes from this one; it tells nothing (N11)."""
    return hashlib.sha256(f"{contact_id}\nsplit\n{child_id}".encode()).hexdigest()[:32]


def _printed(council: str, letters: str) -> str:
    return f"{council}-{letters[:5]}-{letters[5:]}"


Reference = Annotated[Short, AfterValidator(as_printed)]
"""A reference that somebody quotes."""
