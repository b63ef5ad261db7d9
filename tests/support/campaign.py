"""Killing services where they are to die, bringing them back, and having two of one."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from mash_local.ports import free_ports
from mash_local.process import Process
from mash_local.services import BY_NAME, HOST
from mash_local.stack import Stack
from support.counters import was_killed

GIVES_UP_AFTER = 900.0
"""Seconds after which a test stops waiting for what it waits for; no healthy run comes near, on a
busy machine either. What is waited for is always that something happens, never that time passes."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One service dying at one point; `provoked_by` says what takes it there."""

    service: str
    point: str
    provoked_by: str

    def __str__(self) -> str:
        return f"{self.service}-{self.point}"


@dataclass
class Campaign:
    """Lets services die at one point after another, all services at the same time.

    A service is started armed with one point, dies there, and is started armed with the next;
    `deaths` counts its ends by SIGKILL, `missed` says what did not die and why.
    """

    stack: Stack
    deaths: dict[Cell, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def run(self, cells: Sequence[Cell]) -> None:
        """Kill at every cell; contacts must keep coming meanwhile."""
        by_service: dict[str, list[Cell]] = {}
        for cell in cells:
            by_service.setdefault(cell.service, []).append(cell)
        with ThreadPoolExecutor(len(by_service)) as threads:
            list(threads.map(self._kill_one_after_another, by_service, by_service.values()))

    def _kill_one_after_another(self, service: str, cells: Sequence[Cell]) -> None:
        for cell in cells:
            arm(self.stack, service, cell.point)
            process = self.stack.process(service)
            if dies(process):
                self.deaths[cell] = self.deaths.get(cell, 0) + 1
            else:
                self.missed.append(f"{cell}: ended with {process.returncode}")
        revive(self.stack, service)


def arm(stack: Stack, service: str, point: str) -> None:
    """Start a service anew that will die at a point, without waiting until it is ready."""
    stack.process(service).restart(crash_at(service, point))


def revive(stack: Stack, service: str) -> None:
    """Start a service anew that will not die, and wait until it is ready."""
    arm(stack, service, "")
    stack.wait_ready(service)


def all_at_once(do: Callable[[Stack, str], None], stack: Stack, services: Sequence[str]) -> None:
    """Do one thing with several services side by side."""
    with ThreadPoolExecutor(len(services)) as threads:
        list(threads.map(lambda service: do(stack, service), services))


def dies(process: Process, within: float = GIVES_UP_AFTER) -> bool:
    """Wait for a process to end; say whether it was by SIGKILL."""
    deadline = time.monotonic() + within
    while process.running and time.monotonic() < deadline:
        time.sleep(0.05)
    return was_killed(process)


def until(happened: Callable[[], object], what: str, within: float = GIVES_UP_AFTER) -> None:
    """Wait until something has happened; fails with its name."""
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline, f"in {within:.0f} s it did not happen: {what}"
        time.sleep(0.1)


def crash_at(service: str, point: str) -> Mapping[str, str]:
    """Give the setting that lets a service die at a point; empty disarms it."""
    return {f"{BY_NAME[service].prefix}CRASH_AT": point}


@contextmanager
def second_copy(stack: Stack, service: str) -> Iterator[Process]:
    """Run one more copy of a service, ready when entered, gone when left."""
    first, prefix = stack.process(service), BY_NAME[service].prefix
    api, ops = free_ports(2)
    own = {"INSTANCE": f"{service}-2", "API_PORT": str(api), "OPS_PORT": str(ops), "CRASH_AT": ""}
    env = {**first.env, **{f"{prefix}{name}": value for name, value in own.items()}}
    copy = Process(f"{service}#2", first.command, stack.run.logs / f"{service}#2.log", env)
    copy.start()
    try:
        copy.wait_ready(f"http://{HOST}:{ops}/health/ready", stack.ready_seconds)
        yield copy
    finally:
        copy.stop()
