"""The clock of a run: nothing below a service's `app.py` reads any other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Now = Callable[[], datetime]


def wall_clock() -> datetime:
    """Give the machine's own time in UTC; plumbing measures its own waits by it."""
    return datetime.now(UTC)


def not_just_now(moment: datetime, within: timedelta) -> list[dict[str, datetime]]:
    """Give what a field holds that was not set within the last `within`, as ways to look for it.

    A time still to come was set before the clock was put back: it counts as long ago.
    """
    return [{"$lte": moment - within}, {"$gt": moment + within}]


def as_kept(moment: datetime) -> str:
    """Give a time in UTC as it stands in the state of a document, where times compare as texts."""
    return moment.isoformat().replace("+00:00", "Z")


def as_it_is(wall: datetime) -> datetime:
    """Give the run's time at a moment of the machine's, where the two are the same."""
    return wall


class SharedClock:
    """A clock that all processes of a run share and a person may move (design, section 5).

    The file holds seconds to add to the machine's time; a missing or empty file adds none. A file
    `<name>.moves` beside it has a line for each move: when (Unix seconds), and what is added since.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Give the run's time in UTC."""
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return wall_clock()
        if changed != self._read_at:
            self._ahead = timedelta(seconds=float(self._file.read_text() or 0))
            self._read_at = changed
        return wall_clock() + self._ahead

    def at(self, wall: datetime) -> datetime:
        """Give the run's time at a moment of the machine's time, by what was added then."""
        moves = self._file.with_name(f"{self._file.name}.moves")
        if not moves.exists():
            return wall + (self() - wall_clock())
        lines = [line.split() for line in moves.read_text().splitlines()]
        then = [float(ahead) for since, ahead in lines if float(since) <= wall.timestamp()]
        return wall + timedelta(seconds=then[-1] if then else 0)
