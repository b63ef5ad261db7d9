"""How alike two people are on record: certain, possible, or not the same (E)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake.domain import addresses, births, names, numbers
from intake.domain.addresses import At, share_address
from intake.domain.births import Birth
from intake.domain.evidence import Field, Weighed, evidence, weigh
from intake.domain.names import Agreed, Agreement, Name, name_of, plain
from intake.domain.numbers import Numbers

__all__ = ["Certainty", "Identity", "Likeness", "best", "likeness", "plain", "share_address"]

CERTAIN_SCORE, MOST_POSSIBLE, LEAST_POSSIBLE = 100.0, 99.0, 1.0
BITS = 2.0
"""What a bit of evidence adds to a score: scores put matches in order and are no probability."""
_SAME_NUMBER = (Numbers.SAME, Numbers.SAME_IN_DOUBT)
_OTHER_BIRTH = (Birth.DIFFERENT, Birth.GENERATION)


class Certainty(StrEnum):
    """How sure the hub is that two records are of one person."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a person is known by; any of it may be missing.

    Of an `unborn` child the date of birth is the day on which it is expected.
    """

    full_name: str | None = None
    date_of_birth: str | None = None
    nhs_number: str | None = None
    address: str | None = None
    unborn: bool = False
    prison_number: str | None = None

    @property
    def is_newborn(self) -> bool:
        """Whether it is unborn, or written down without a given name (ID)."""
        return self.unborn or names.is_placeholder(self.full_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike, and by what: codes and sentences that a person can read (E, possible matches)."""

    certainty: Certainty
    score: float
    reasons: tuple[str, ...]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two people compared field by field."""

    name: Agreed
    birth: Birth | None
    at: At | None
    number: Numbers | None
    same_words: bool
    weighed: Weighed
    same_prisoner: bool


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Compare two people; None where too little speaks for one person, or too much against it.

    An NHS number that is nobody's makes nobody certain, and one wrong digit rules nobody out.
    """
    pair = _compared(one, other)
    if _is_certain(pair):
        certainty, score = Certainty.CERTAIN, CERTAIN_SCORE
    elif pair.weighed.is_possible or pair.number in _SAME_NUMBER or pair.same_prisoner:
        certainty = Certainty.POSSIBLE
        score = min(max(BITS * pair.weighed.stranger, LEAST_POSSIBLE), MOST_POSSIBLE)
    else:
        return None
    return Likeness(
        certainty=certainty,
        score=round(score, 1),
        reasons=tuple(_reasons(pair)),
        because=pair.weighed.in_words(),
    )


def weighed(one: Identity, other: Identity) -> Weighed:
    """Give all evidence of a pair, for whoever asks how a likeness came about."""
    return _compared(one, other).weighed


def _compared(one: Identity, other: Identity) -> _Pair:
    mine, theirs = name_of(one.full_name), name_of(other.full_name)
    name = names.compare(mine, theirs)
    expected = one.unborn or other.unborn
    birth = births.compare(one.date_of_birth, other.date_of_birth, expected=expected)
    at = addresses.compare(one.address, other.address)
    number = numbers.compare(one.nhs_number, other.nhs_number)
    newborn = "both" if one.is_newborn and other.is_newborn else None
    weighed = weigh(
        evidence(Field.GIVEN, name.given, _shared(mine.words, theirs.words)),
        evidence(Field.FAMILY, name.family, _shared(mine.words, theirs.words)),
        evidence(Field.BIRTH, birth),
        evidence(Field.ADDRESS, at),
        evidence(Field.NUMBER, number),
        evidence(Field.NEWBORN, newborn),
    )
    prisoner = one.prison_number is not None and one.prison_number == other.prison_number
    return _Pair(name, birth, at, number, _same_words(mine, theirs), weighed, prisoner)


def _shared(one: Iterable[str], other: Iterable[str]) -> set[str]:
    return {*one} & {*other}


def _same_words(one: Name, other: Name) -> bool:
    """Whether two whole names are written with the same words, the given one in full."""
    whole = any(len(word) > 1 or not word.isascii() for word in one.given)
    return whole and bool(one.family) and sorted(one.words) == sorted(other.words)


def _is_certain(pair: _Pair) -> bool:
    """Whether no other person can be meant, so that nobody has to look (E1).

    By number: a valid one, and neither the given name nor the birth is somebody else's, for a
    number is easily copied from a brother. Without: the whole name, a whole date that is not 1
    January, house and flat, and no other number; twins are never certain (ID).
    """
    if pair.number is Numbers.SAME:
        known_by_another_name = pair.name.given is Agreement.DIFFERENT
        return not known_by_another_name and (pair.birth not in _OTHER_BIRTH or pair.same_words)
    same = pair.same_words and pair.birth is Birth.SAME and pair.at is At.SAME
    return same and pair.number in (None, Numbers.SAME_IN_DOUBT)


def _reasons(pair: _Pair) -> Iterator[str]:
    yield from _numbers(pair)
    agree = {pair.name.given, pair.name.family} - {None}
    if agree == {Agreement.SAME}:
        yield "name"
    elif agree - {Agreement.DIFFERENT}:
        yield "similar_name"
    if pair.birth in (Birth.SAME, Birth.SAME_IN_PART):
        yield "date_of_birth"
    elif pair.birth not in (None, *_OTHER_BIRTH):
        yield "similar_date_of_birth"
    if pair.at is At.SAME:
        yield "address"
    elif pair.at in (At.SIMILAR, At.IN_PART, At.ALIKE):
        yield "similar_address"


def _numbers(pair: _Pair) -> Iterator[str]:
    if pair.same_prisoner:
        yield "prison_number"
    if pair.number in _SAME_NUMBER:
        yield "nhs_number" if pair.number is Numbers.SAME else "nhs_number_in_doubt"


def best(found: Iterable[Likeness | None]) -> Likeness | None:
    """Give the strongest likeness, a certain one first."""
    there = [one for one in found if one is not None]
    order = (Certainty.POSSIBLE, Certainty.CERTAIN)
    return max(there, key=lambda one: (order.index(one.certainty), one.score), default=None)
