"""Evidence that two records are of one person, weighed after Fellegi and Sunter (E).

The levels, their weights, where these come from and the thresholds are data: `weights.toml`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import log2
from typing import Any

COMMON_COUNTS = ("same", "variant", "close")
"""Levels at which a common name speaks less."""


class Field(StrEnum):
    """What is compared of two people."""

    GIVEN = "given"
    FAMILY = "family"
    BIRTH = "birth"
    ADDRESS = "address"
    NUMBER = "number"
    NEWBORN = "newborn"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says: its level, and the bits for one person against two of a kind."""

    field: Field
    level: str
    stranger: float
    family: float
    says: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """All evidence of a pair, and its sums in bits."""

    evidence: tuple[Evidence, ...]

    @property
    def stranger(self) -> float:
        """How much more likely one person is than two strangers, in bits."""
        return sum(one.stranger for one in self.evidence)

    @property
    def family(self) -> float:
        """How much more likely one person is than two of one family, in bits."""
        return sum(one.family for one in self.evidence)

    @property
    def is_possible(self) -> bool:
        """Whether both sums reach their thresholds, and more than one field speaks for it."""
        least = _weights()["thresholds"]
        speaking = sum(one.stranger >= least["speaks"] for one in self.evidence)
        enough = self.stranger >= least["stranger"] and self.family >= least["family"]
        return bool(enough and speaking > 1)

    def in_words(self) -> tuple[str, ...]:
        """Say it field by field, with the bits against strangers; no value is in it."""
        return tuple(f"{one.says} ({one.stranger:+.1f})" for one in self.evidence)


@cache
def _weights() -> Mapping[str, Any]:
    return tomllib.loads(files("intake.domain").joinpath("weights.toml").read_text("utf-8"))


@cache
def _common(field: Field) -> Mapping[str, float]:
    tiers = _weights()["common"].get(field, {})
    return {name: float(share) for share, names in tiers.items() for name in names.split()}


@cache
def _evidence(field: Field, level: str, common: float) -> Evidence:
    said = _weights()[field][level]
    stranger = log2(said["m"] / max(said["u"], common))
    return Evidence(field, level, stranger, log2(said["m"] / said["f"]), said["says"])


def evidence(field: Field, level: str | None, words: Iterable[str] = ()) -> Evidence | None:
    """Weigh one field; `words` are those of the names compared, and None says nothing."""
    if level is None:
        return None
    listed = _common(field) if level in COMMON_COUNTS else {}
    return _evidence(field, str(level), max((listed.get(w, 0.0) for w in words), default=0.0))


def weigh(*found: Evidence | None) -> Weighed:
    """Put the evidence of a pair together."""
    return Weighed(tuple(one for one in found if one is not None))
