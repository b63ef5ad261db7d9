"""Hard pairs with their right answers, and how the hub answers them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from intake.domain.finding import asked, keys
from intake.domain.likeness import Certainty, Identity, likeness

FILE = Path(__file__).with_name("hard_pairs.toml")
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HardPair:
    """Two records, and what is right of them: certain, possible or none.

    `but` is what the hub is known to say instead, and nobody mended.
    """

    kind: str
    right: str
    but: str | None
    one: Identity
    other: Identity

    @property
    def answer(self) -> str:
        """What the hub says, by the keys it looks with; who is not found is not compared."""
        if set(asked(self.one)).isdisjoint(keys(self.other)):
            return NONE
        alike = likeness(self.one, self.other)
        return alike.certainty if alike else NONE

    @property
    def is_falsely_certain(self) -> bool:
        """Whether two people would be taken for one without anybody looking."""
        return self.answer == Certainty.CERTAIN and self.right != Certainty.CERTAIN


def hard_pairs() -> list[HardPair]:
    """Read the pairs."""
    pairs = tomllib.loads(FILE.read_text("utf-8"))["pair"]
    return [
        HardPair(
            kind=pair["kind"],
            right=pair["right"],
            but=pair.get("but"),
            one=Identity(**pair["one"]),
            other=Identity(**pair["other"]),
        )
        for pair in pairs
    ]
