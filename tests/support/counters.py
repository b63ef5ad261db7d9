"""Proof that a fault really hit: exits, repeats on the wire, redeliveries, outages."""

import json
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mash_local.process import Process
from mash_local.stack import Stack
from support.outside import Seen

KILLED = -signal.SIGKILL


@dataclass
class Logs:
    """The lines that processes wrote since a mark."""

    stack: Stack
    _from: dict[Path, int] = field(default_factory=dict)

    def mark(self) -> None:
        """Forget what was written so far."""
        self._from = {path: path.stat().st_size for path in self._files()}

    def lines(self, process: str = "*") -> Iterator[dict[str, Any]]:
        """Give the JSON lines since the mark, of one process or of all."""
        for path in self._files(process):
            with path.open("rb") as file:
                file.seek(self._from.get(path, 0))
                for line in file:
                    if line.startswith(b"{") and line.endswith(b"}\n"):
                        yield json.loads(line)

    def count(self, process: str = "*", **wanted: str) -> int:
        """Count lines since the mark that hold all of `wanted`."""
        return sum(
            all(line.get(name) == value for name, value in wanted.items())
            for line in self.lines(process)
        )

    def redelivered(self, process: str = "*") -> int:
        """Count messages that came again and found themselves in `handled`."""
        return self.count(process, event="message_handled", outcome="repeated")

    def outages(self, process: str = "*") -> int:
        """Count the times a door had to wait for broker or database."""
        return self.count(process, event="outage")

    def complaints(self, library: str) -> int:
        """Count warnings and errors of a client library."""
        said = (line for line in self.lines() if line.get("event") == "library_said")
        return sum(str(line.get("logger")).startswith(library) for line in said)

    def _files(self, process: str = "*") -> list[Path]:
        return sorted(self.stack.run.logs.glob(f"{process}.log"))


def repeated_on_wire(wire: Mapping[str, Iterable[Seen]], contacts: set[str]) -> int:
    """Count records that lie on their topic a second time under the same id."""
    counted = Counter(
        (seen.topic, seen.id)
        for records in wire.values()
        for seen in records
        if seen.contact_id in contacts and not seen.topic.startswith("dead-letter.")
    )
    return sum(times - 1 for times in counted.values())


def was_killed(process: Process) -> bool:
    """Whether a process ended by SIGKILL, its own or ours."""
    return process.returncode == KILLED
