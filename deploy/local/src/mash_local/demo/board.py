"""What is known of every contact while the demo runs."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mash_local.demo.hub import Json
from mash_local.demo.samples import Sample


class Stage(StrEnum):
    """How far a contact has come, as its people see it."""

    COMING = "coming in"
    RECORDED = "recorded"
    ASKED = "agencies asked"
    COLLATED = "collated"
    RECOMMENDED = "recommended"
    DECIDED = "decided"
    CLOSED = "closed"

    def reaches(self, other: "Stage") -> bool:
        """Whether it is this far, or farther."""
        order = list(Stage)
        return order.index(self) >= order.index(other)


ENDS = {
    "contact_record": Stage.ASKED,
    "task": Stage.ASKED,
    "agency_check": Stage.COLLATED,
    "enquiry": Stage.COLLATED,
    "decision": Stage.DECIDED,
    "referrer_told": Stage.CLOSED,
}
"""The stage that ends each kind of clock; ops hears of it a moment later."""


def by_agency(slots: Mapping[str, Mapping[str, str | None]]) -> dict[str, str | None]:
    """Give how each agency's check ended, where it ended alike for every child; None till then."""
    return {
        agency: None if None in states.values() else next(iter(states.values()))
        for agency, states in slots.items()
    }


@dataclass(slots=True)
class Row:
    """One contact on the board; `slots` is each agency asked, with the state of its reply."""

    sample: Sample
    contact_id: str = ""
    reference: str = ""
    children: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    forms: int = 0
    is_protection: bool = False
    stage: Stage = Stage.COMING
    slots: dict[str, str | None] = field(default_factory=dict)
    waits_for: str = ""
    clocks: list[Json] = field(default_factory=list)
    judged: dict[str, Json] = field(default_factory=dict)
    """What was decided for each child, as the decider saw it recorded."""

    same_again: bool | None = None
    """For a contact that was sent twice: whether the hub gave the same one again."""

    trouble: str = ""

    @property
    def outstanding(self) -> frozenset[str]:
        """Agencies that were asked and have not answered."""
        return frozenset(agency for agency, state in self.slots.items() if state is None)

    @property
    def answered(self) -> int:
        """How many agencies have given an answer of whatever kind."""
        return sum(state not in (None, "no_reply_by_deadline") for state in self.slots.values())

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it here."""
        return bool(self.trouble) or self.stage is Stage.CLOSED

    @property
    def held_up(self) -> bool:
        """Whether it waits for silent agencies and for nothing else."""
        silent = self.sample.silent
        return bool(silent) and self.stage is Stage.ASKED and self.outstanding == silent

    @property
    def next_clock(self) -> Json | None:
        """The clock that is due first, of those that run as far as its people know."""
        ended = [kind for kind, stage in ENDS.items() if self.stage.reaches(stage)]
        running = [clock for clock in self.open_clocks if clock["kind"] not in ended]
        return min(running, key=lambda clock: str(clock["due_at"]), default=None)

    @property
    def open_clocks(self) -> list[Json]:
        """Promises still to be kept, as far as ops has heard."""
        return [one for one in self.clocks if one["state"] == "open" and one["part"] is None]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened; `row` is None for what concerns the whole run."""

    seconds: float
    text: str
    row: Row | None = None


class Board:
    """All rows, and the news in the order they came; `hear` is told each at once."""

    def __init__(self, samples: Sequence[Sample], now: Callable[[], datetime]) -> None:
        self.rows = [Row(sample) for sample in samples]
        self.now = now
        self.hear: Callable[[News], None] = lambda _: None
        self.news: list[News] = []
        self.trouble: list[str] = []
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Real seconds since the first contact could come in."""
        return time.monotonic() - self._started

    def say(self, text: str, row: Row | None = None) -> None:
        """Note something worth a line."""
        news = News(self.seconds, text, row)
        self.news.append(news)
        self.hear(news)

    def move(self, row: Row, stage: Stage, waits_for: str) -> None:
        """Note where a contact stands and whom it waits for; a new stage is news."""
        is_new = stage is not row.stage
        row.stage, row.waits_for = stage, waits_for
        if is_new:
            self.say(f"{stage.value}, waits for {waits_for}" if waits_for else stage.value, row)
