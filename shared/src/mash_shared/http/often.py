"""How often one may ask for what a crowd of questions would misuse (S17)."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

from mash_shared.act import Person
from mash_shared.plumbing.times import Now
from mash_shared.vocabulary import Refusal

WINDOW = timedelta(minutes=1)
MOST_REMEMBERED = 10_000
"""People or addresses that are counted at the same time; whoever asked last is forgotten last."""
STRANGERS = 60
"""Requests a minute of whom nobody vouches for, from one address."""

Asker = TypeVar("Asker", bound=Hashable)


class TooOftenError(Refusal):
    """Somebody asked more often than is allowed; `str(error)` says how often that is.

    `seconds` is how long it takes until they may ask again.
    """

    def __init__(self, sentence: str, free_in: timedelta) -> None:
        super().__init__(sentence)
        self.seconds = max(1, -(-free_in // timedelta(seconds=1)))


class Often(Generic[Asker]):
    """Counts what each asks of this copy of a service, so many times a minute at the most.

    `sentence` says so to whoever asked too often, `{most}` in it is how often is allowed.
    """

    def __init__(
        self,
        most: int,
        now: Now,
        sentence: str = "Nobody may ask this more than {most} times a minute; ask again later.",
    ) -> None:
        self._most = most
        self._now = now
        self._sentence = sentence.format(most=most)
        self._asked: OrderedDict[Asker, deque[datetime]] = OrderedDict()

    def asked(self, who: Asker) -> TooOftenError | None:
        """Count one question; gives why it is one too many instead, where it is."""
        asked = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        if len(self._asked) > MOST_REMEMBERED:
            self._asked.popitem(last=False)
        now = self._now()
        while asked and not timedelta() <= now - asked[0] < WINDOW:
            asked.popleft()
        if len(asked) >= self._most:
            return TooOftenError(self._sentence, asked[0] + WINDOW - now)
        asked.append(now)
        return None

    def count(self, who: Asker) -> None:
        """Count one question; raises `TooOftenError` instead where it is one too many."""
        if (too_often := self.asked(who)) is not None:
            raise too_often


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is counted before a service answers: reads and acts of people, strangers' addresses.

    People are known by their ids, which are theirs alone whoever vouches for them.
    """

    reads: Often[str]
    acts: Often[str]
    strangers: Often[str]

    @classmethod
    def a_minute(cls, reads: int, acts: int, now: Now, strangers: int = STRANGERS) -> Self:
        """Give limits of so many reads and acts a minute for each person."""
        read = "Nobody may read more than {most} times a minute here; ask again later."
        act = (
            "Nobody may do more than {most} things a minute here, but for what concerns the"
            " highest danger; send this again later."
        )
        stranger = (
            "Too many requests came from this address that nobody was signed in for; a token that"
            " holds is taken at once."
        )
        return cls(
            reads=Often(reads, now, read),
            acts=Often(acts, now, act),
            strangers=Often(strangers, now, stranger),
        )


def known_as(person: Person) -> str:
    """Give what a person is counted under."""
    return f"{person.council}|{person.id}"
