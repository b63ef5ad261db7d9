"""Moves the run's clock once nothing else waits, so that a silent agency's time runs out."""

import asyncio
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from mash_local.demo.board import Board, Row
from mash_local.demo.hub import Hub, Json, UnexpectedAnswerError
from mash_local.demo.people import Staff
from mash_local.demo.samples import HELD_BACK_SECONDS
from mash_local.demo.story import LOOK_EVERY, Story, until
from mash_local.demo.words import hour, lasting
from mash_local.stack import Stack

CHECK = "agency_check"
JUST_AFTER = timedelta(seconds=1)
OPS_KNOWS_WITHIN = 10.0
"""Seconds until ops has heard that a clock ended."""


class WouldMissError(Exception):
    """Moving the clock would make the hub miss a promise that it could still keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Director:
    """Lets the stories run, and moves the time when they stand still."""

    stack: Stack
    board: Board
    hub: Hub
    staff: Mapping[str, Staff]

    async def play(self, stories: Sequence[Story]) -> None:
        """Play everything to its end; what the director cannot do is noted on the board."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch_clocks())
            playing = [group.create_task(story.play()) for story in stories]
            try:
                await self._direct(playing)
            except (UnexpectedAnswerError, WouldMissError) as error:
                self.board.trouble.append(str(error))
            finally:
                for task in (watching, *playing):
                    task.cancel()

    async def _direct(self, playing: Sequence["asyncio.Task[None]"]) -> None:
        await until(self._standing_still, bool)
        await self._let_time_run_out()
        await asyncio.wait(playing)
        await self._hear_the_late()

    async def _standing_still(self) -> bool:
        return all(row.ended or row.held_up for row in self.board.rows)

    async def _let_time_run_out(self) -> None:
        waiting = [row for row in self.board.rows if row.held_up]
        await self._look_at_clocks()
        dues = [_due(clock) for row in waiting for clock in _running_out(row)]
        if dues:
            names = sorted({agency for row in waiting for agency in row.outstanding})
            for row in waiting:
                self.board.say(f"everybody else has answered, waits for {row.waits_for}", row)
            self.board.say(
                f"All else is done; {len(waiting)} contacts still wait for {' and '.join(names)}."
            )
            await self._advance_to(max(dues) + JUST_AFTER)

    async def _hear_the_late(self) -> None:
        """Let the agencies that were silent come back, and wait until a review is asked for."""
        rows = [row for row in self.board.rows if row.sample.late and not row.trouble]
        if not rows:
            return
        await self._advance_to(self.board.now() + timedelta(seconds=HELD_BACK_SECONDS))
        agencies = sorted({agency for row in rows for agency in row.sample.late})
        for agency in agencies:
            await asyncio.to_thread(self.stack.replace, f"sandbox-agency.{agency}")
        self.board.say(f"The program of {' and '.join(agencies)} starts again and answers late.")
        for row in rows:
            for child in row.children:
                await self._until_review(row, child)
            self.board.say("late reply kept, review asked for", row)

    async def _until_review(self, row: Row, child: str) -> None:
        decider = self.staff[row.sample.council].decider

        async def look() -> Json:
            shown: Json = await self.hub.read("decision", f"/decisions/{child}", decider)
            return shown

        await until(look, lambda shown: bool(shown["review_needed"]))

    async def _advance_to(self, moment: datetime) -> None:
        """Move the run's clock; refuse where a promise that can still be kept would be missed."""
        try:
            async with asyncio.timeout(OPS_KNOWS_WITHIN):
                await until(partial(self._would_miss, moment), operator.not_)
        except TimeoutError:
            missed = "; ".join(await self._would_miss(moment))
            raise WouldMissError(f"The clock was not moved, it would miss: {missed}.") from None
        by = moment - self.board.now()
        self.stack.time.advance(by)
        self.board.say(f"The run's clock moves forward by {lasting(by)}, to {hour(moment)}.")

    async def _would_miss(self, moment: datetime) -> list[str]:
        await self._look_at_clocks()
        return [
            f"{clock['kind']} of {row.reference}"
            for row in self.board.rows
            for clock in row.open_clocks
            if _due(clock) <= moment and clock not in list(_running_out(row))
        ]

    async def _watch_clocks(self) -> None:
        try:
            while True:
                await self._look_at_clocks()
                await asyncio.sleep(2 * LOOK_EVERY)
        except UnexpectedAnswerError as error:
            self.board.trouble.append(str(error))

    async def _look_at_clocks(self) -> None:
        """Ask ops for the open clocks of each council."""
        known: dict[str, list[Json]] = {}
        for staff in self.staff.values():
            for case in await self.hub.read("ops", "/clocks?limit=500", staff.operations):
                known[case["contact_id"]] = case["clocks"]
        for row in self.board.rows:
            row.clocks = known.get(row.contact_id, [])


def _running_out(row: Row) -> Iterator[Json]:
    """Give the open clocks that are meant to run out."""
    for clock in row.open_clocks:
        if clock["kind"] == CHECK and clock["of"] in row.sample.silent:
            yield clock


def _due(clock: Json) -> datetime:
    return datetime.fromisoformat(clock["due_at"])
