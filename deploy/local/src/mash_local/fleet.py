"""The processes of a stack: started together, found by name, stopped together."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mash_local.process import Process, answers, stop_all
from mash_local.run_folder import RunFolder
from mash_local.services import Placed


class Fleet:
    """Every process of one run that is not an engine."""

    def __init__(self, run: RunFolder, ready_seconds: float) -> None:
        self._run = run
        self._ready_seconds = ready_seconds
        self._placed: dict[str, Placed] = {}
        self._processes: dict[str, Process] = {}

    def __getitem__(self, name: str) -> Process:
        if name not in self._processes:
            raise LookupError(
                f"There is no process {name}; there are {', '.join(self._processes)}."
            )
        return self._processes[name]

    @property
    def pids(self) -> dict[str, int | None]:
        """Process id of each, by name."""
        return {name: process.pid for name, process in self._processes.items()}

    def start(self, everyone: Iterable[Placed]) -> None:
        """Start all at once, then wait until each is ready."""
        started = list(everyone)
        for placed in started:
            log = self._run.logs / f"{placed.name}.log"
            process = Process(placed.name, placed.command, log, placed.env)
            self._placed[placed.name] = placed
            self._processes[placed.name] = process
            process.start()
        for placed in started:
            self.wait_ready(placed.name)

    def replace(
        self, name: str, env: Mapping[str, str] | None, command: Sequence[str] | None
    ) -> Process:
        """Stop one process and start it anew with `env` laid over its own, or as `command`."""
        process = self[name]
        process.stop()
        if isinstance(ready := self._placed[name].ready, Path):
            ready.unlink(missing_ok=True)
        if command is not None:
            process.command = list(command)
        process.restart(env)
        self.wait_ready(name)
        return process

    def wait_ready(self, name: str) -> None:
        """Wait until a process is ready, or say in one sentence which is not."""
        self[name].wait_until(lambda: _is_ready(self._placed[name].ready), self._ready_seconds)

    def stop(self) -> None:
        """Stop all for good."""
        stop_all(self._processes.values())


def _is_ready(ready: str | Path) -> bool:
    return ready.exists() if isinstance(ready, Path) else answers(ready)
