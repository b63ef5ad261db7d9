"""Levels of risk, and what a council says for each of them (R1, R2, R3, X11)."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import Field, StrictInt

from mash_shared.policy.hours import Duration
from mash_shared.policy.terms import Code, Section, Text
from mash_shared.vocabulary import Lane

T = TypeVar("T")
OTHER = "other"
"""Stands for every level that is not named, and so is no level's code."""


class RiskLevel(Section):
    """A level of risk: what it means, how grave it is beside the others, and its lane.

    The graver has the higher `severity`. What travels on the red lane waits for nobody's opening
    hours, and is about a child's protection (X5).
    """

    name: Text
    meanings: tuple[Text, ...] = Field(min_length=1)
    severity: StrictInt = Field(ge=0)
    lane: Lane


class ByLevel(Section, Generic[T]):
    """What holds for each level that is named by its code, and for every `other`."""

    model_config = Section.model_config | {"extra": "allow"}
    __pydantic_extra__: dict[Code, T] = Field(init=False)

    other: T

    @property
    def named(self) -> Mapping[str, T]:
        """What is said for levels by their codes."""
        return self.__pydantic_extra__

    def key(self, level: str) -> str:
        """Give the key under which stands what holds for a level."""
        return level if level in self.named else OTHER

    def of(self, level: str) -> T:
        """Give what holds for a level."""
        return self.named.get(level, self.other)


class Limits(ByLevel[Duration]):
    """A time limit by level of risk."""
