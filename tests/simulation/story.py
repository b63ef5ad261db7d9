"""A story: what happened from one seed, told with checks behind every step, and made shorter."""

import random
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from simulation.checks import AFTER_EVERY_STEP, AT_REST, shape
from simulation.director import Director
from simulation.erasing import advising, asking, closed, erasing, said_late
from simulation.hub import Hub
from simulation.loop import run
from simulation.news import History
from simulation.outside import replay
from simulation.people import COUNCILS
from simulation.stage import Action, Stage

STARTS = (
    datetime(2026, 3, 11, 10, 0, tzinfo=UTC),
    datetime(2026, 3, 27, 16, 40, tzinfo=UTC),  # the Friday before the clocks go forward
    datetime(2026, 4, 2, 15, 0, tzinfo=UTC),  # the Thursday before Easter
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),  # the night the clocks go back
    datetime(2026, 12, 24, 14, 0, tzinfo=UTC),
    datetime(2027, 1, 5, 2, 0, tzinfo=UTC),
)
LENGTH = 220
REPLAYED = 10
"""One story in so many is read again from the first record on (I16)."""
DAYS_AFTER = 8


@dataclass
class Told:
    """How a story went: its actions, the first finding that no known shape explains."""

    seed: int
    actions: list[Action] = field(default_factory=list)
    finding: str | None = None
    shapes: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    records: int = 0


class FoundError(Exception):
    """Something does not hold; `str(error)` says what."""


class Telling:
    """Tells one story."""

    def __init__(self, seed: int) -> None:
        self.told = Told(seed)
        self.hub = Hub(start=STARTS[seed % len(STARTS)])
        self.stage = Stage(self.hub)
        self._history = History()
        self._known: set[str] = set()

    async def drawn(self, length: int = LENGTH) -> None:
        """Let a seed choose."""
        rng = random.Random(self.told.seed)  # noqa: S311 - it must be the same every time
        director = Director(rng, self.hub)
        for _ in range(length):
            action = director.next()
            before = len(self.stage.told)
            await self._step(action)
            for called, result in self.stage.told[before:]:
                director.learn(called, result)
        await self._end()

    async def again(self, actions: Sequence[Action]) -> None:
        """Let the actions of a story happen again, or some of them."""
        for action in actions:
            await self._step(action)
        await self._end()

    async def _step(self, action: Action) -> None:
        self.told.actions.append(action)
        await self.stage.perform(action)
        self._check(AFTER_EVERY_STEP)

    async def _end(self) -> None:
        await self._rest()
        for _ in range(DAYS_AFTER):
            await self.stage.perform({"do": "wait", "seconds": 24 * 3600})
            await self._rest()
        await self._erase()
        if self.told.seed % REPLAYED == 0:
            for finding in await replay(self.hub):
                self._note(finding)
            self._check(AFTER_EVERY_STEP)

    async def _erase(self) -> None:
        """Have two people erase what is closed and nobody holds, and let words of it come late."""
        council = COUNCILS[self.told.seed % len(COUNCILS)]
        await self.stage.perform(asking(council, self.hub.now()))
        asked = self.stage.told[-1][1].shown.contact_id
        await self._rest()
        for action in advising(council, asked):
            await self.stage.perform(action)
        await self._rest()
        for contact in closed(self.hub):
            for action in erasing(self.hub, contact):
                await self.stage.perform(action)
                self._check(AFTER_EVERY_STEP)
        await self._rest()
        said_late(self.hub)
        await self._rest()

    async def _rest(self) -> None:
        await self.hub.drain()
        self._check((*AFTER_EVERY_STEP, *AT_REST))

    def _check(self, checks: Sequence[Callable[..., object]]) -> None:
        news = self._history.look(self.hub, self.stage)
        for check in checks:
            for finding in check(news):  # type: ignore[attr-defined]
                self._note(finding)

    def _note(self, finding: str) -> None:
        known = shape(finding)
        if known is None:
            raise FoundError(finding)
        if finding not in self._known:
            self._known.add(finding)
            self.told.shapes[known] += 1


def tell(seed: int, actions: Sequence[Action] | None = None) -> Told:
    """Tell the story of a seed, or again with some of its actions."""
    telling: list[Telling] = []

    async def story() -> None:
        telling.append(Telling(seed))
        try:
            await (telling[0].drawn() if actions is None else telling[0].again(actions))
        except (FoundError, AssertionError) as found:
            telling[0].told.finding = str(found)
        except Exception as error:  # noqa: BLE001 - a story that cannot be told is a finding too
            where = traceback.extract_tb(error.__traceback__)[-1]
            telling[0].told.finding = f"BROKEN {where.name}: {error!r}"

    run(story())
    told, hub = telling[0].told, telling[0].hub
    for action, result in telling[0].stage.told:
        told.calls[f"{action['route']} {result.outcome}"] += 1
    told.faults.update(hub.chance.hit)
    told.records = len(hub.log.appended)
    return told


def shorten(told: Told, shape: str | None = None, *, most: int = 400) -> Told:
    """Leave out of a story whatever its finding, or a shape, does not need, in so many tries."""
    code = shape or (told.finding or "").partition(" ")[0]
    best, tries = told, 0
    size = len(best.actions) // 2
    while size >= 1 and tries < most:
        start, shorter = 0, False
        while start < len(best.actions) and tries < most:
            fewer = best.actions[:start] + best.actions[start + size :]
            tries += 1
            again = tell(told.seed, fewer)
            if _shows(again, code):
                best, shorter = again, True
            else:
                start += size
        size = size if shorter and size == 1 else size // 2
    return best


def _shows(told: Told, code: str) -> bool:
    return bool(told.shapes[code]) or (told.finding or "").partition(" ")[0] == code
