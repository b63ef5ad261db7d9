"""The clock of one run, which tests and the demo may move forward."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from mash_local.run_folder import write_whole


class RunClock:
    """The wall clock plus an offset that every process of the run reads from one file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def offset(self) -> timedelta:
        """How far the run is ahead of the wall clock."""
        seconds = float(self.file.read_text()) if self.file.exists() else 0.0
        return timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the present moment of the run, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> datetime:
        """Move the run's clock by `by`; return its new present moment."""
        self.set_offset(self.offset + by)
        return self.now()

    def set_offset(self, offset: timedelta) -> None:
        """Put the run's clock `offset` ahead of the wall clock."""
        with self.file.with_name(f"{self.file.name}.moves").open("a") as moves:
            moves.write(f"{datetime.now(UTC).timestamp()} {offset.total_seconds()}\n")
        write_whole(self.file, f"{offset.total_seconds()}\n")
