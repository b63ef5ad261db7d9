"""How alike two people are on record: certain, possible, or not the same (E)."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from rapidfuzz import fuzz

from mash_shared.doubts import nhs_number_is_valid

SAME_NAME, LIKE_NAME, AKIN_NAME = 95.0, 85.0, 65.0
"""Scores of `rapidfuzz.fuzz.token_sort_ratio` on plain names, of 100."""
SAME_ADDRESS = 90.0
WHOLE_DATE = len("2016-05-31")
YEAR = len("2016")
TELLING_DIGITS = 8
"""Digits that a miswritten NHS number has at least if it is to find anybody."""


class Certainty(StrEnum):
    """How sure the hub is that two records are of one person."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a person is known by; any of it may be missing."""

    full_name: str | None = None
    date_of_birth: str | None = None
    nhs_number: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike, and by what: codes that a person can read (E, possible matches)."""

    certainty: Certainty
    score: float
    reasons: tuple[str, ...]


BY_DOUBTFUL_NUMBER = Likeness(
    certainty=Certainty.POSSIBLE, score=60.0, reasons=("nhs_number_in_doubt",)
)


def plain(text: str | None) -> str:
    """Give a text without case, accents and punctuation; any script is kept."""
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    letters = (c for c in decomposed if not _is_no_letter(c))
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in letters).split())


def _is_no_letter(sign: str) -> bool:
    """Whether it is an accent, or cannot be seen, and so parts no word."""
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


def _is_of_a_word(letter: str) -> bool:
    """Whether it is a letter or digit, or a vowel sign, which many scripts write as a mark."""
    return letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc")


def keys(person: Identity) -> Iterator[str]:
    """Give what a person can be found by: enough that records of one person share one.

    A single name is too common to look for; two names are not, nor is one with the year of birth.
    """
    if person.nhs_number and sum(map(str.isdigit, person.nhs_number)) >= TELLING_DIGITS:
        yield f"nhs:{person.nhs_number}"
    if person.date_of_birth and len(person.date_of_birth) == WHOLE_DATE:
        yield f"born:{person.date_of_birth}"
    if address := plain(person.address):
        yield f"at:{address}"
    names = sorted({name for name in plain(person.full_name).split() if len(name) > 1})
    if person.date_of_birth:
        year = person.date_of_birth[:YEAR]
        yield from (f"name:{name} {year}" for name in names)
    pairs = combinations(names, 2) if len(names) > 1 else zip(names)
    yield from (f"name:{' '.join(pair)}" for pair in pairs)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Compare two people; None where nothing speaks for one person, or something against it.

    An NHS number that is nobody's speaks against nothing, and the same one makes nobody certain.
    """
    valid = nhs_number_is_valid(one.nhs_number) and nhs_number_is_valid(other.nhs_number)
    same_number = bool(one.nhs_number) and one.nhs_number == other.nhs_number
    if valid:
        same = Likeness(certainty=Certainty.CERTAIN, score=100.0, reasons=("nhs_number",))
        return same if same_number else None
    return _likeness_of_the_rest(one, other) or (BY_DOUBTFUL_NUMBER if same_number else None)


def _likeness_of_the_rest(one: Identity, other: Identity) -> Likeness | None:
    name = fuzz.token_sort_ratio(plain(one.full_name), plain(other.full_name))
    if not (one.full_name and other.full_name):
        name = 0.0
    born = _same_birth(one.date_of_birth, other.date_of_birth)
    at = _same_address(one.address, other.address)
    whole = all(len(date or "") == WHOLE_DATE for date in (one.date_of_birth, other.date_of_birth))
    certainty = _certainty(name, born=born, at=at, whole=whole)
    if certainty is None:
        return None
    score = name * 0.6 + (25 if born else 0) + (15 if at else 0)
    return Likeness(
        certainty=certainty, score=score, reasons=tuple(_reasons(name, born=born, at=at))
    )


def _certainty(name: float, *, born: bool | None, at: bool | None, whole: bool) -> Certainty | None:
    if name >= SAME_NAME and born and whole and at:
        return Certainty.CERTAIN
    agreeing = (
        (name >= LIKE_NAME and born)
        or (name >= SAME_NAME and at and born is None)
        or (name >= AKIN_NAME and born and at)
        or (name >= SAME_NAME and born is None and at is None)
    )
    return Certainty.POSSIBLE if agreeing else None


def _reasons(name: float, *, born: bool | None, at: bool | None) -> Iterator[str]:
    yield "name" if name >= SAME_NAME else "similar_name"
    if born:
        yield "date_of_birth"
    if at:
        yield "address"


def _same_birth(one: str | None, other: str | None) -> bool | None:
    """Whether two dates agree as far as both are known; None where one is not."""
    if not one or not other:
        return None
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _same_address(one: str | None, other: str | None) -> bool | None:
    if not plain(one) or not plain(other):
        return None
    return bool(fuzz.token_sort_ratio(plain(one), plain(other)) >= SAME_ADDRESS)


def share_address(one: str | None, other: str | None) -> bool:
    """Whether two addresses are known and the same."""
    return bool(_same_address(one, other))


def best(found: Iterable[Likeness | None]) -> Likeness | None:
    """Give the strongest likeness, a certain one first."""
    there = [one for one in found if one is not None]
    order = (Certainty.POSSIBLE, Certainty.CERTAIN)
    return max(there, key=lambda one: (order.index(one.certainty), one.score), default=None)
