"""What is known of a contact's children, what of it the referrer has heard, and in which letter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages.contact import JOINED
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import ClockKind, ClockState, OutcomeKind

DECIDED = "decided"
"""What is told of a child on whom a decision was made; of others it is the route they went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the referrer heard of which children, when, and after how many tries by machine.

    Or `in_conversation`, as intake knows.
    """

    notice_id: str
    at: datetime
    about: dict[str, str]
    attempts: int
    in_conversation: bool


@dataclass(slots=True, kw_only=True)
class Telling(Aggregate):
    """What is to be told of whom; of nobody twice, unless what was told holds no more (I7).

    A decision is owed of `child_ids`; whoever was `passed_on`, child by child, went to who knows
    them. `told` is what the referrer has heard of each child and still holds, `heard` all they
    heard, time by time; `told_at_once` is when they heard in conversation how it ended. `about` is
    what the letter in hand says; how much it may say is `tells`, None until they are known. A
    contact that goes on for a child learnt of later has a further letter: `letters` counts them,
    `attempts_before` are those made for earlier ones, and `by_person` says why some were left to
    a person.
    """

    child_ids: tuple[str, ...] = ()
    passed_on: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, OutcomeKind] = field(default_factory=dict)
    outcome_codes: dict[str, str] = field(default_factory=dict)
    ended_as: str | None = None
    own_notice: bool = False
    told_at_once: datetime | None = None
    tells: TellWhat | None = None
    told: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    by_person: dict[str, str] = field(default_factory=dict)
    letters: int = 1
    attempts: int = 0
    attempts_before: int = 0

    @property
    def tries(self) -> int:
        """How often the letter at hand was tried."""
        return self.attempts - self.attempts_before

    @property
    def is_further(self) -> bool:
        """Whether a letter has arrived before the one at hand."""
        return self.letters > 1

    @property
    def notice_id(self) -> str:
        """The id of the letter at hand; the first has that of the contact."""
        return f"{self.id}.{self.letters}" if self.is_further else self.id

    @property
    def by_person_because(self) -> str | None:
        """Why the letter at hand was left to a person, where it was."""
        return self.by_person.get(self.notice_id)

    @property
    def of(self) -> str:
        """Whose the promise is, among those of several letters."""
        return str(self.letters) if self.is_further else ""

    @property
    def is_told_with_another(self) -> bool:
        """Whether the contact was joined to another of the same referrer, who is told of that."""
        return self.ended_as == JOINED and not self.own_notice

    @property
    def is_owed(self) -> bool:
        """Whether the referrer, as far as known, is to hear anything at all (A7, A14)."""
        return self.tells is not TellWhat.NOTHING and not self.is_told_with_another

    @property
    def is_to_be_written(self) -> bool:
        """Whether they hear it by a letter: who is only acknowledged is so once (K2)."""
        return self.is_owed and not (self.is_further and self.tells is TellWhat.ACKNOWLEDGEMENT)

    @property
    def promises(self) -> list[Clock]:
        """The promises of the letter at hand."""
        kept = (clock for clock in self.clocks if clock.kind is ClockKind.REFERRER_TOLD)
        return [clock for clock in kept if clock.of == self.of]

    def end_promise(self, state: ClockState, at: datetime) -> None:
        """End the promise of the letter at hand, where one runs."""
        self.end_clock(ClockKind.REFERRER_TOLD, self.of, state=state, at=at)

    def be_about(self, child_ids: tuple[str, ...], passed_on: Mapping[str, str]) -> None:
        """Be about these children from now on."""
        self.child_ids, self.passed_on = child_ids, dict(passed_on)
        self._forget_what_holds_no_more()

    def to_tell(self) -> dict[str, str]:
        """Give what is known of each child and is not told yet."""
        decided = {child: DECIDED for child in self.child_ids if child in self.outcomes}
        ended = dict.fromkeys(self.child_ids, self.ended_as) if self.ended_as else {}
        known = {**ended, **decided, **self.passed_on}
        return {child: what for child, what in known.items() if child not in self.told}

    def is_known(self) -> bool:
        """Whether all is known that is owed: every decision, or how the contact ended."""
        decided = {*self.outcomes, *self.told}.issuperset(self.child_ids)
        return self.ended_as is not None or (decided and bool(self.to_tell()))

    def owes_more(self) -> bool:
        """Whether there is a child of whom the referrer has not heard."""
        return not self.told.keys() >= self._named()

    def note_told(self, at: datetime) -> None:
        """Note that the referrer has heard what the letter in hand says, or all that is known."""
        about, self.about = self.about or self.to_tell(), {}
        self.told |= about
        one = Heard(
            notice_id=self.notice_id,
            at=at,
            about=about,
            attempts=self.tries,
            in_conversation=self.told_at_once is not None,
        )
        self.heard.append(one)
        self._forget_what_holds_no_more()

    def begin_letter(self) -> None:
        """Begin a further letter, with tries and a promise of its own."""
        self.letters += 1
        self.attempts_before = self.attempts

    def _forget_what_holds_no_more(self) -> None:
        """Owe news again of whoever was passed on and came back, or then went another way."""
        for child in self._named() if self.ended_as is None else ():
            if self.told.get(child) not in (DECIDED, self.passed_on.get(child)):
                self.told.pop(child, None)

    def _named(self) -> set[str]:
        return {*self.child_ids, *self.passed_on}
