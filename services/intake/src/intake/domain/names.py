"""How names are read and compared: in any script, order and spelling, as people write them (E)."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from jellyfish import metaphone
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

KEPT = 10_000
"""Names and pairs of names that stay in memory once they were read."""
LETTERS_A_SLIP, MOST_SLIPS = 4, 2
"""Letters that a word has at least for each wrong one that is a slip, and the most slips."""
ALIKE, RUN_TOGETHER = 0.82, 87.0
"""`JaroWinkler` of two words, of 1; `fuzz.ratio` of two whole names without spaces, of 100."""
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "\u0131": "i",
    }
)
"""Letters that do not fall apart into a plain letter and an accent."""
_SPELT = (("sz", "sh"), ("cz", "ch"), ("rz", "zh"))
"""Polish pairs of letters, as they sound to whoever writes down what was said."""


class Agreement(StrEnum):
    """How far two words of a name agree, from the most to the least."""

    SAME = "same"
    VARIANT = "variant"
    CLOSE = "close"
    INITIAL = "initial"
    ALIKE = "alike"
    DIFFERENT = "different"


_ORDER = tuple(Agreement)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in words: given names and family names; of a lone word neither is known to be it."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    lone: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, as written."""
        return (*self.given, *self.family) if self.lone is None else (self.lone,)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How two names agree; None where a part is missing in one of them."""

    given: Agreement | None = None
    family: Agreement | None = None
    swapped: bool = False


def plain(text: str | None) -> str:
    """Give a text without case, accents and punctuation; any script is kept."""
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    letters = (c for c in decomposed.translate(_LETTERS) if not _is_no_letter(c))
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in letters).split())


def _is_no_letter(sign: str) -> bool:
    """Whether it is an accent, or cannot be seen, and so parts no word."""
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


def _is_of_a_word(letter: str) -> bool:
    """Whether it is a letter or digit, or a vowel sign, which many scripts write as a mark."""
    return letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc")


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Give the lists of words that stand in `names.toml`."""
    text = files("intake.domain").joinpath("names.toml").read_text("utf-8")
    said = tomllib.loads(text)["words"]
    return {name: frozenset(words.split()) for name, words in said.items()}


@cache
def _variants() -> Mapping[str, frozenset[int]]:
    """Give for each name the groups of names that one person may go by."""
    text = files("intake.domain").joinpath("names.toml").read_text("utf-8")
    groups = [group.split() for group in tomllib.loads(text)["variants"]["groups"]]
    return {
        name: frozenset(place for place, group in enumerate(groups) if name in group)
        for name in chain.from_iterable(groups)
    }


@lru_cache(KEPT)
def name_of(full_name: str | None) -> Name:
    """Read a name; "Baby", "unborn" and "unknown" are nobody's, and before a comma is the family's.

    Without a comma the last word is the family name, with what a hyphen ties to it.
    """
    before, comma, after = (full_name or "").partition(",")
    if comma and plain(before) and plain(after):
        return Name(_telling(plain(after).split()), _telling(plain(before).split()))
    told = [plain(word).split() for word in (full_name or "").split() if plain(word)]
    if not told:
        return Name()
    given = _telling(chain.from_iterable(told[:-1]))
    family = _telling(told[-1])
    if given or len(told) > 1 or not family:
        return Name(given, family)
    return Name(lone=" ".join(family))


def _telling(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _known()["nobody"])


@lru_cache(KEPT)
def is_placeholder(full_name: str | None) -> bool:
    """Whether a child is written down without a given name: unborn, or not named yet (ID)."""
    return any(word in _known()["newborn"] for word in plain(full_name).split())


def is_unborn(full_name: str | None) -> bool:
    """Whether a name is written for a child that is not born (ID)."""
    return any(word in _known()["unborn"] for word in plain(full_name).split())


@lru_cache(KEPT)
def sound(word: str) -> str:
    """Give how a word sounds in English; a word in another script is its own sound."""
    if not word.isascii():
        return word
    for written, heard in _SPELT:
        word = word.replace(written, heard)
    return metaphone(word) or word


def compare(one: Name, other: Name) -> Agreed:
    """Compare two names part by part; the order of the parts may be another in each."""
    if one.lone is not None or other.lone is not None:
        return _with_a_lone_word(one, other)
    if one.words and sorted(one.words) == sorted(other.words):
        same, in_order = Agreement.SAME, one.family == other.family
        return Agreed(same if one.given else None, same, swapped=not in_order)
    straight = Agreed(_given(one.given, other.given), _family(one.family, other.family))
    if _is_run_together(one, other):
        straight = _at_least(straight, Agreement.CLOSE)
    crossed = (_any(one.given, other.family), _any(one.family, other.given))
    swapped = Agreed(max(crossed, key=_rank), min(crossed, key=_rank), swapped=True)
    return min(straight, swapped, key=_distance)


def _with_a_lone_word(one: Name, other: Name) -> Agreed:
    mine, theirs = one.words, other.words
    if not mine or not theirs:
        return Agreed()
    best = _any(mine, theirs)
    return Agreed(given=best) if _is_given(one, other) else Agreed(family=best)


def _is_given(one: Name, other: Name) -> bool:
    """Whether a lone word is more like the given than like the family name of the other."""
    whole, lone = (one, other.words) if other.lone is not None else (other, one.words)
    return _rank(_any(whole.given, lone)) < _rank(_any(whole.family, lone))


def _is_run_together(one: Name, other: Name) -> bool:
    return fuzz.ratio("".join(one.words), "".join(other.words)) >= RUN_TOGETHER


def _at_least(agreed: Agreed, least: Agreement) -> Agreed:
    given, family = agreed.given, agreed.family
    return Agreed(
        None if given is None else min(given, least, key=_rank),
        None if family is None else min(family, least, key=_rank),
    )


def _distance(agreed: Agreed) -> tuple[int, bool]:
    return _rank(agreed.given) + _rank(agreed.family), agreed.swapped


def _rank(agreement: Agreement | None) -> int:
    return 2 if agreement is None else _ORDER.index(agreement)


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement | None:
    """Compare given names: the first ones, else any two of them, one of which is the call name."""
    if not one or not other:
        return None
    first = word_agreement(one[0], other[0])
    if first in (Agreement.SAME, Agreement.VARIANT) or "".join(one) == "".join(other):
        return min(first, Agreement.SAME if "".join(one) == "".join(other) else first, key=_rank)
    beside = any(mine == theirs for mine in one for theirs in other if len(mine) > 1)
    return min(first, Agreement.CLOSE, key=_rank) if beside else first


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement | None:
    """Compare family names; one of a double name is a variant of it."""
    if not one or not other:
        return None
    if set(one) == set(other) or "".join(one) == "".join(other):
        return Agreement.SAME
    if {word for word in one if len(word) > 1} & set(other):
        return Agreement.VARIANT
    return _any(one, other)


def _any(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement | None:
    """Give how the two words agree that do best; None where there are none."""
    agreed = (word_agreement(mine, theirs) for mine in one for theirs in other)
    return min(agreed, key=_rank, default=None)


@lru_cache(KEPT)
def word_agreement(one: str, other: str) -> Agreement:
    """Compare two words of names."""
    if one == other:
        return Agreement.SAME
    if _variants().get(one, frozenset()) & _variants().get(other, frozenset()):
        return Agreement.VARIANT
    if min(len(one), len(other)) == 1:
        return Agreement.INITIAL if one[0] == other[0] else Agreement.DIFFERENT
    slips = min(min(len(one), len(other)) // LETTERS_A_SLIP, MOST_SLIPS)
    sounds = sound(one) == sound(other) and len(sound(one)) > 1
    if sounds or OSA.distance(one, other) <= slips:
        return Agreement.CLOSE
    return Agreement.ALIKE if JaroWinkler.similarity(one, other) >= ALIKE else Agreement.DIFFERENT
