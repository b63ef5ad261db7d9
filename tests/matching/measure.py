"""The hub and Splink on FEBRL 4, with and without national numbers, in one table."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.likeness import Certainty, Identity
from matching.febrl import Pairs, identity, number_of
from matching.look_up import Index

FOUND, PER_HUNDRED = 0.985, 1.0
"""Targets: the least share of true pairs found, the most false possible pairs per hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one way of looking found of the true pairs, and what else it found."""

    name: str
    compared: float
    found: float
    false_certain: int
    false_possible: float
    seconds: float

    @property
    def meets_targets(self) -> bool:
        """Whether nearly all is found, nothing is falsely certain, and little falsely possible."""
        exact = self.false_certain == 0 and self.false_possible <= PER_HUNDRED
        return exact and self.found >= FOUND

    def row(self) -> str:
        """Give a row of the table."""
        return (
            f"{self.name:<44}{self.compared:>10.4f}{self.found:>10.4f}"
            f"{self.false_certain:>10}{self.false_possible:>12.2f}{self.seconds:>9.1f}"
        )


HEAD = f"{'':<44}{'compared':>10}{'found':>10}{'certain-':>10}{'possible-':>12}{'seconds':>9}"


def tally(
    name: str, pairs: Pairs, *, compared: int, found: Mapping[tuple[str, str], bool], seconds: float
) -> Measured:
    """Count what was found; a pair found is true or not, and certain or not."""
    false = [certain for pair, certain in found.items() if pair not in pairs.true]
    return Measured(
        name=name,
        compared=compared / len(pairs.true),
        found=sum(pair in pairs.true for pair in found) / len(pairs.true),
        false_certain=sum(false),
        false_possible=100 * (len(false) - sum(false)) / len(pairs.left),
        seconds=seconds,
    )


def hub(name: str, pairs: Pairs, numbers: Mapping[str, str]) -> Measured:
    """Look everybody of the left list up among those of the right, as the hub does."""
    began, index = time.perf_counter(), Index()
    left, right = (_people(rows, numbers) for rows in (pairs.left, pairs.right))
    index.keep(right)
    compared, found = 0, {}
    for id_, near, matches in index.look(left):
        compared += sum((id_, ref) in pairs.true for ref in near)
        for match in matches:
            found[id_, match.record_id] = match.certainty is Certainty.CERTAIN
    seconds = time.perf_counter() - began
    return tally(name, pairs, compared=compared, found=found, seconds=seconds)


def _people(rows: Mapping[str, dict[str, str]], numbers: Mapping[str, str]) -> dict[str, Identity]:
    return {id_: identity(row, numbers.get(id_)) for id_, row in rows.items()}


def numbers_with_slips(pairs: Pairs) -> dict[str, str]:
    """Give NHS numbers in which a slip leaves the check digit as it was, so that it can be seen."""
    issued = {id_: number_of(row) for id_, row in pairs.left.items()}
    written = {
        other: number_of(pairs.right[other], issued[one]) for one, other in sorted(pairs.true)
    }
    return issued | written


def numbers_all_valid(pairs: Pairs) -> dict[str, str]:
    """Give NHS numbers whose check digit always fits: each slip is another person's number."""
    rows = pairs.left | pairs.right
    return {id_: number_of(row) for id_, row in rows.items()}
