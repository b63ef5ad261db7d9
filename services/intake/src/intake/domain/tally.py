"""Figures of many contacts, put together from what the database counted (O1, O6, O14)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

from intake.domain.figures import TIMES, Standing
from intake.domain.function import FUNCTIONS, Function
from mash_shared.policy.front_door import Path

MEDIAN, NINE_TENTHS = 0.5, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Contacts that are counted alike: how many, and as what."""

    week: str
    level: str
    path: Path
    is_referral: bool
    standing: Standing
    ends: str
    family_told: bool
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Contacts of a week and a level that took as long for one thing, and kept a promise or not."""

    week: str
    level: str
    what: str
    minutes: int
    in_time: bool | None
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took: of how many contacts, in the middle, and for nine in ten at most.

    Minutes are whole, and coarser the more they are. Of those to whom something was promised,
    `in_time` had it by then.
    """

    count: int = 0
    median_minutes: int | None = None
    p90_minutes: int | None = None
    promised: int = 0
    in_time: int = 0


@dataclass(slots=True, kw_only=True)
class Tally:
    """What some contacts come to.

    `received` is all of them: `open`, `ended` and `decided` together. `by_ending` counts children,
    or contacts about none, by the code of the ending or outcome, and `by_function` the same by what
    it served.
    """

    received: int = 0
    referrals: int = 0
    by_path: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Path, 0))
    open: int = 0
    ended: int = 0
    decided: int = 0
    by_ending: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FUNCTIONS, 0))
    by_function: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Function, 0))
    family_told: int = 0
    times: dict[str, Times] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Iterable[Group], took: Iterable[Took]) -> "Tally":
        """Count groups of contacts together, and how long things took."""
        tally = cls()
        for group in groups:
            tally._add(group)
        by_time: dict[str, list[Took]] = {what: [] for what in TIMES}
        for one in took:
            by_time[one.what].append(one)
        tally.times = {what: _times(some) for what, some in by_time.items()}
        return tally

    def _add(self, group: Group) -> None:
        many = group.many
        self.received += many
        self.referrals += many * group.is_referral
        self.by_path[group.path] += many
        self.open += many * (group.standing == Standing.OPEN)
        self.ended += many * (group.standing == Standing.ENDED)
        self.decided += many * (group.standing == Standing.DECIDED)
        self.family_told += many * group.family_told
        for code in group.ends.split():
            self.by_ending[code] += many
            self.by_function[FUNCTIONS[code]] += many


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was received in one ISO week, at one level of risk."""

    week: str
    level: str
    tally: Tally


def rows(groups: Iterable[Group], took: Iterable[Took]) -> list[Row]:
    """Give a row for each week and level of which there is anything, in order."""
    by_row: dict[tuple[str, str], tuple[list[Group], list[Took]]] = {}
    for group in groups:
        by_row.setdefault((group.week, group.level), ([], []))[0].append(group)
    for one in took:
        by_row.setdefault((one.week, one.level), ([], []))[1].append(one)
    return [
        Row(week=week, level=level, tally=Tally.of(*some))
        for (week, level), some in sorted(by_row.items())
    ]


def _times(some: Iterable[Took]) -> Times:
    by_minutes: Counter[int] = Counter()
    kept: Counter[bool | None] = Counter()
    for one in some:
        by_minutes[one.minutes] += one.many
        kept[one.in_time] += one.many
    return Times(
        count=by_minutes.total(),
        median_minutes=_at(by_minutes, MEDIAN),
        p90_minutes=_at(by_minutes, NINE_TENTHS),
        promised=kept[True] + kept[False],
        in_time=kept[True],
    )


def _at(by_minutes: Counter[int], share: float) -> int | None:
    """Give the least time within which this share of them had it; None of none."""
    still = ceil(by_minutes.total() * share)
    for minutes, many in sorted(by_minutes.items()):
        still -= many
        if still <= 0:
            return minutes
    return None
