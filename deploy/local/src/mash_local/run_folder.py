"""One folder for each run under `.run/`: its logs, its data, its keys and what it started."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[4]
"""The root of the repository that this package is installed from (always editable)."""

COUNCIL_KEYS = "council-keys.json"
"""The name of the file of the councils' keys."""
RUNS = REPOSITORY / ".run"
"""Where the folders of all runs lie."""


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run; two runs never share one."""

    path: Path

    @classmethod
    def create(cls, runs: Path = RUNS) -> Self:
        """Make the folder of a new run, named after date, time and chance."""
        moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        folder = cls(runs / f"{moment}-{secrets.token_hex(3)}")
        for part in (folder.logs, folder.data, folder.sandbox):
            part.mkdir(parents=True)
        folder.secrets.mkdir(mode=0o700)
        return folder

    @classmethod
    def named(cls, name: str, runs: Path = RUNS) -> Self:
        """Return the folder of the run called `name`, or refuse when there is none."""
        folder = cls(runs / name)
        if not folder.path.is_dir() or folder.path.resolve().parent != runs.resolve():
            raise LookupError(f"There is no run called {name} under {runs}.")
        return folder

    @classmethod
    def every(cls, runs: Path = RUNS) -> list[Self]:
        """Return the folders of all runs that wrote a `stack.json`, the latest first."""
        return [cls(found.parent) for found in sorted(runs.glob("*/stack.json"), reverse=True)]

    @property
    def name(self) -> str:
        """The unique name of the run."""
        return self.path.name

    @property
    def logs(self) -> Path:
        """One log file for each process."""
        return self.path / "logs"

    @property
    def data(self) -> Path:
        """What the engines store; removed when the run has stopped."""
        return self.path / "data"

    @property
    def secrets(self) -> Path:
        """Certificates and passwords, for this user alone; removed when the run has stopped."""
        return self.path / "secrets"

    @property
    def council_keys(self) -> Path:
        """The councils' keys, under which those of contacts are wrapped."""
        return self.secrets / COUNCIL_KEYS

    @property
    def services(self) -> Path:
        """The URL of each service, as `python -m mash_shared.subject_access` reads them."""
        return self.path / "services.json"

    @property
    def sandbox(self) -> Path:
        """How each sandbox agency behaves and what it was asked."""
        return self.path / "sandbox"

    @property
    def time_file(self) -> Path:
        """The seconds that the clock of this run is ahead of the wall clock."""
        return self.path / "time-offset"

    def write_state(self, **fields: Any) -> None:
        """Replace the given fields of `stack.json`, never leaving half a file."""
        merged = {**self.read_state(), **fields}
        write_whole(self.path / "stack.json", json.dumps(merged, indent=2) + "\n")

    def read_state(self) -> dict[str, Any]:
        """Return what `stack.json` says: addresses, process ids, whether it is ready."""
        file = self.path / "stack.json"
        state: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        return state

    def remove_data(self) -> None:
        """Delete what the engines stored and what opened them; logs and `stack.json` stay."""
        for folder in (self.data, self.secrets):
            shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file so that a reader sees either the old text or the new one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    draft.replace(path)
