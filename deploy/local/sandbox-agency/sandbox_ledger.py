"""The agency's own record of what it was asked: proof for an outside checker, and its memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
from sandbox_answers import Request

SILENCE: Final[Mapping[str, Any]] = {"answer": "silence"}


@dataclass(frozen=True, slots=True)
class Taken:
    """How a request was first taken: a repeat is answered with exactly the same words."""

    at: datetime
    behaviour: Mapping[str, Any]


class Ledger:
    """A JSON-lines file with a line per delivery or cancellation; `flush` before acting on them.

    It outlives the death of this program, not that of the machine (no fsync: the agencies share a
    disk with the broker whose speed is being measured).
    """

    def __init__(self, path: Path) -> None:
        self._taken: dict[str, Taken] = {}
        self._cancelled: set[str] = set()
        self._said: set[tuple[str, str]] = set()
        if path.exists():
            self._reload(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")

    def __len__(self) -> int:
        return len(self._taken)

    def take(
        self, request: Request, value: bytes, *, at: datetime, behaviour: Mapping[str, Any]
    ) -> Taken:
        """Write one delivery down; the first keeps `behaviour`, a repeat gets the first's.

        A request that was taken back gets silence, whatever was chosen for it.
        """
        cancelled = request.id in self._cancelled
        first = self._taken.get(request.id)
        taken = first or Taken(at, SILENCE if cancelled else behaviour)
        self._taken[request.id] = taken
        line = {
            "request_id": request.id,
            "ce_id": request.headers.get("ce_id", b"").decode(errors="replace"),
            "body_sha256": sha256(value).hexdigest(),
            "enquiry_id": request.body["enquiry_id"],
            "at": at.isoformat(),
            "action": "repeat" if first else taken.behaviour["answer"],
        }
        if first is None:
            line["behaviour"] = taken.behaviour
        self._write(line)
        return Taken(taken.at, SILENCE) if cancelled else taken

    def cancel(self, request_id: str, *, at: datetime) -> None:
        """Write down, once, that a request was taken back."""
        if request_id in self._cancelled:
            return
        self._cancelled.add(request_id)
        self._write({"request_id": request_id, "at": at.isoformat(), "action": "cancelled"})

    def has_said(self, saying: str, number: str) -> bool:
        """Whether the agency said this of its own accord already."""
        return (saying, number) in self._said

    def say(self, saying: str, number: str, *, at: datetime) -> None:
        """Write down that the agency said something of its own accord."""
        self._said.add((saying, number))
        line = {"saying": saying, "number": number, "at": at.isoformat(), "action": "said"}
        self._write(line)

    def acknowledge(self, receipt: Mapping[str, str], *, at: datetime) -> None:
        """Write down under which reference the hub has what the agency said."""
        self._write({**receipt, "at": at.isoformat(), "action": "receipt"})

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Flush and close the file."""
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(orjson.dumps(line) + b"\n")

    def _reload(self, path: Path) -> None:
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            # Killed in the middle of a line: that delivery was never answered and comes again.
            with path.open("r+b") as file:
                file.truncate(whole)
        for line in content[:whole].splitlines():
            entry = orjson.loads(line)
            if "behaviour" in entry:
                at = datetime.fromisoformat(entry["at"])
                self._taken[entry["request_id"]] = Taken(at, entry["behaviour"])
            elif entry["action"] == "said":
                self._said.add((entry["saying"], entry["number"]))
            elif entry["action"] == "cancelled":
                self._cancelled.add(entry["request_id"])
