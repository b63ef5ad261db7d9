"""What a person is found by: keys, of which records of one person share at least one (E).

A key is narrow, so that few others have it among a million records, and forgiving, so that a slip
in one fact leaves the keys of the others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Self

from intake.domain.addresses import Address, address_of
from intake.domain.births import is_whole
from intake.domain.likeness import Identity
from intake.domain.names import name_of, sound
from intake.domain.numbers import TELLING_DIGITS

YEAR = len("2016")
STREET, BEGINNING = 3, 1
"""Sounds of a street's name, and of a person's beside a date, that count: the rest may be cut."""
_ONE, _LONE = "name:one ", "name:lone "
GROUP = "group:"
NUMBERS = ("nhs:", "ref:", "prison:", GROUP)
"""How keys begin that name one person or one contact."""
STRANGERS = ("name:", "street:", "perpetrator:")
"""How keys begin that people who have nothing to do with each other share: a name, a long road."""


def by_kind(keys: Iterable[str]) -> Iterator[list[str]]:
    """Put keys into kinds, by their beginnings: number, birth, address, street, name.

    Each is looked for apart, so that no crowd that shares one hides whom another finds.
    """
    for _, kind in groupby(sorted(set(keys)), key=lambda key: key.partition(":")[0]):
        yield list(kind)


def keys(person: Identity) -> Iterator[str]:
    """Give what a person is kept under."""
    known = _Known.of(person)
    yield from known.narrow()
    yield from known.by_year(kept=True)


def kept_by_any(kept: Iterable[str]) -> Iterator[str]:
    """Give by what others are kept whom somebody kept under these keys was matched with."""
    for key in kept:
        yield key
        for mine, theirs in ((_ONE, _LONE), (_LONE, _ONE)):
            if key.startswith(mine):
                yield key.replace(mine, theirs, 1)


def asked(person: Identity) -> Iterator[str]:
    """Give what a person is looked for by.

    A single name is too common to look for; two names are not, nor is one with the year of birth
    where one of both is known by no other name.
    """
    known = _Known.of(person)
    yield from known.narrow()
    yield from known.by_year(kept=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a person, as far as it finds anybody."""

    number: str | None
    prisoner: str | None
    born: str | None
    sounds: tuple[str, ...]
    at: Address

    @classmethod
    def of(cls, person: Identity) -> Self:
        words = (word for word in name_of(person.full_name).words if len(word) > 1)
        return cls(
            number=person.nhs_number,
            prisoner=person.prison_number,
            born=person.date_of_birth,
            sounds=tuple(sorted({sound(word) for word in words})),
            at=address_of(person.address or ""),
        )

    def narrow(self) -> Iterator[str]:
        """Give what few others share."""
        if self.number and sum(map(str.isdigit, self.number)) >= TELLING_DIGITS:
            yield f"nhs:{self.number}"
        if self.prisoner:
            yield f"prison:{self.prisoner}"
        if self.born and is_whole(self.born):
            yield from self._by_birth(self.born)
        yield from self._by_address()
        yield from (f"name:{' '.join(pair)}" for pair in combinations(self.sounds, 2))
        if len(self.sounds) == 1:
            yield f"name:{self.sounds[0]}"

    def by_year(self, *, kept: bool) -> Iterator[str]:
        """Give single names with the year: a lone name finds whole ones, and they find it."""
        if not self.born:
            return
        alone = len(self.sounds) == 1
        heads = [_LONE] if alone is kept else [_ONE] if kept else [_LONE, _ONE]
        for head in heads:
            yield from (f"{head}{one} {self.born[:YEAR]}" for one in self.sounds)

    def _by_birth(self, born: str) -> Iterator[str]:
        """Give the date, day and month in any order, with each name's beginning or the house."""
        year, *rest = born.split("-")
        day = f"{year}-{'-'.join(sorted(rest))}"
        yield from (f"born:{day} {b}" for b in sorted({one[:BEGINNING] for one in self.sounds}))
        if self.at.house:
            yield f"born:{day} {self.at.house}"
        if not self.sounds:
            yield f"born:{day}"

    def _by_address(self) -> Iterator[str]:
        """Give house and street, each with the names as well; a postcode counts as a street.

        A street without a house is a kind of its own: its namesakes hide nobody of the same house.
        """
        street = next((sound(word)[:STREET] for word in self.at.words if word.isalpha()), "")
        if self.at.house:
            yield f"at:{self.at.house} {street}"
            yield from (f"at:{self.at.house} {one}" for one in self.sounds)
            if self.at.postcode:
                yield f"at:{self.at.house} {self.at.postcode}"
        yield from (f"street:{street} {one}" for one in self.sounds if street)
