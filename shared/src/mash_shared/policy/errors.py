"""What can be wrong with a policy pack, in words that say how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mash_shared.vocabulary import NotKnownError


class Contradiction(NamedTuple):
    """The key at fault, the value found there and what to write instead."""

    key: str
    value: str
    fix: str


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One thing wrong in one file: the key, the value found there and what to write instead."""

    file: str
    key: str
    value: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key} = {self.value}: {self.fix}"


class PackInvalidError(ValueError):
    """The packs of a folder cannot be used; `problems` lists everything found in one go."""

    def __init__(self, problems: Iterable[PackProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownCouncilError(NotKnownError):
    """A council is named that has no policy pack here."""

    def __init__(self, council: str, known: Iterable[str]) -> None:
        self.council = council
        names = ", ".join(known)
        super().__init__(f"No policy pack for council {council!r}; there are packs for {names}.")
