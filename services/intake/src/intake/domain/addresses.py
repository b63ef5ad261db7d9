"""How addresses are read and compared: flat, house, place and postcode (ID6)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from intake.domain.names import LETTERS_A_SLIP, plain
from mash_shared.keeping import hash_of

KEPT = 10_000
"""Addresses whose parts stay in memory."""
SAME_PLACE, ALIKE_PLACE = 84.0, 60.0
"""`fuzz.token_set_ratio` of the words that are neither number nor postcode, of 100."""
_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})$")
_FLAT = re.compile(r"\b(?:flat|apartment|apt|unit|room|studio|suite) ([0-9]+ ?[a-z]?|[a-z])\b")
_HOUSE = re.compile(r"\b([0-9]+)(?: ([a-z])\b|([a-z]))?(?= [a-z]{2})")
_TWO_NUMBERS = re.compile(r"^([0-9]+) ([0-9]+[a-z]?) (?=[a-z])")
_SHORT = {
    "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
    "ct": "court", "cres": "crescent", "cr": "crescent", "dr": "drive", "gdns": "gardens",
    "sq": "square", "pl": "place", "terr": "terrace", "tce": "terrace", "hse": "house",
}  # fmt: skip


class At(StrEnum):
    """How two addresses agree."""

    SAME = "same"
    SIMILAR = "similar"
    IN_PART = "in_part"
    NEIGHBOUR = "neighbour"
    ALIKE = "alike"
    AREA = "area"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts, as far as it says them."""

    flat: str | None
    house: str | None
    words: tuple[str, ...]
    postcode: str | None

    @property
    def is_known(self) -> bool:
        """Whether it says anything."""
        return bool(self.house or self.words or self.postcode)

    @property
    def place(self) -> str:
        """Street and town in plain words."""
        return " ".join(self.words)


@lru_cache(KEPT)
def address_of(text: str) -> Address:
    """Read an address as people write it."""
    said = plain(text)
    postcode = flat = house = None
    if found := _POSTCODE.search(said):
        postcode, said = f"{found[1]} {found[2]}", said[: found.start()].strip()
    if found := _FLAT.search(said):
        flat, said = found[1].replace(" ", ""), _without(said, found)
    elif found := _TWO_NUMBERS.search(said):
        flat, said = found[1], said[found.start(2) :]
    if found := _HOUSE.search(said):
        house, said = found[1] + (found[2] or found[3] or ""), _without(said, found)
    words = tuple(_SHORT.get(word, word) for word in said.split())
    return Address(flat, house, words, postcode)


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())


def compare(one: str | None, other: str | None) -> At | None:
    """Compare two addresses; None where one is not known."""
    mine, theirs = address_of(one or ""), address_of(other or "")
    return _compare(mine, theirs) if mine.is_known and theirs.is_known else None


def _compare(one: Address, other: Address) -> At:
    run_together = fuzz.ratio("".join(one.words), "".join(other.words))
    alike = max(fuzz.token_set_ratio(one.place, other.place), run_together)
    same_code = _same(one.postcode, other.postcode)
    elsewhere = same_code is False and not _share_district(one, other)
    if elsewhere or (alike < SAME_PLACE and not (same_code and alike >= ALIKE_PLACE)):
        if not same_code and alike < ALIKE_PLACE:
            return At.DIFFERENT
        same_house = one.house is not None and one.house == other.house
        return At.ALIKE if same_house and not elsewhere else At.AREA
    house, flat = _same(one.house, other.house), _same(one.flat, other.flat)
    if house is False or flat is False:
        return At.NEIGHBOUR
    one_sided = (one.house is None) or (one.flat is None) != (other.flat is None)
    if house is None or one_sided:
        return At.IN_PART
    return At.SIMILAR if not same_code and _contradict(one, other) else At.SAME


def _contradict(one: Address, other: Address) -> bool:
    """Whether each place has a word that the other has not: lane and walk are two streets."""
    if "".join(one.words) == "".join(other.words):
        return False
    sides = ((one.words, other.words), (other.words, one.words))
    return all(any(not _is_among(word, theirs) for word in mine) for mine, theirs in sides)


def _is_among(word: str, words: tuple[str, ...]) -> bool:
    slips = min(len(word) // LETTERS_A_SLIP, 1)
    return any(OSA.distance(word, theirs) <= slips for theirs in words)


def _share_district(one: Address, other: Address) -> bool:
    return str(one.postcode).split()[0] == str(other.postcode).split()[0]


def _same(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def print_of(text: str | None) -> str | None:
    """Give what tells one home from another; None unless house and postcode are said."""
    at = address_of(text or "")
    if at.house is None or at.postcode is None:
        return None
    return hash_of({"postcode": at.postcode, "house": at.house, "flat": at.flat})[:16]


def share_address(one: str | None, other: str | None) -> bool:
    """Whether two addresses are known and of one household: one house, one flat (ID6)."""
    return compare(one, other) is At.SAME
