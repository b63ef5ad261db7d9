"""How often records of one person, and of strangers, stand at each level: m and u on FEBRL 3."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

from intake.domain.evidence import Field
from intake.domain.likeness import Identity, weighed
from matching.febrl import febrl3, identity

STRANGERS = 300_000
"""Pairs drawn at random."""


def estimate() -> None:
    """Print m and u of each level that FEBRL 3 has; what it has not is set by judgement."""
    pairs = febrl3()
    people = {id_: identity(row) for id_, row in pairs.left.items()}
    rng, ids = random.Random(1), sorted(people)  # noqa: S311 - invented people
    drawn = (tuple(rng.sample(ids, 2)) for _ in range(STRANGERS))
    strangers = ((a, b) for a, b in drawn if not {(a, b), (b, a)} & pairs.true)
    same = _shares((people[a], people[b]) for a, b in sorted(pairs.true))
    other = _shares((people[a], people[b]) for a, b in strangers)
    print(f"{'field':<10}{'level':<16}{'m':>9}{'u':>10}")
    for field, level in sorted(same.keys() | other.keys()):
        m, u = same.get((field, level), 0.0), other.get((field, level), 0.0)
        print(f"{field:<10}{level:<16}{m:>9.4f}{u:>10.6f}")


def _shares(pairs: Iterable[tuple[Identity, Identity]]) -> dict[tuple[Field, str], float]:
    counts = Counter(level for pair in pairs for level in _levels(*pair))
    known = Counter[Field]()
    for (field, _), count in counts.items():
        known[field] += count
    return {(field, level): count / known[field] for (field, level), count in counts.items()}


def _levels(one: Identity, other: Identity) -> Iterator[tuple[Field, str]]:
    for said in weighed(one, other).evidence:
        yield said.field, said.level
