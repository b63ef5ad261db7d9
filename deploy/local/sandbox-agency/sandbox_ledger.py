"""The agency's own record of what it was asked: proof for an outside checker, and its memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from sandbox_answers import Request


@dataclass(frozen=True, slots=True)
class Taken:
    """How a request was first taken: a repeat is answered with exactly the same words."""

    at: datetime
    behaviour: Mapping[str, Any]


class Ledger:
    """A JSON-lines file with one line per delivery; `flush` before anything is answered.

    It outlives the death of this program, not that of the machine (no fsync: the agencies share a
    disk with the broker whose speed is being measured).
    """

    def __init__(self, path: Path) -> None:
        self._taken: dict[str, Taken] = {}
        if path.exists():
            self._reload(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")

    def __len__(self) -> int:
        return len(self._taken)

    def take(
        self, request: Request, value: bytes, *, at: datetime, behaviour: Mapping[str, Any]
    ) -> Taken:
        """Write one delivery down; the first keeps `behaviour`, a repeat gets the first's."""
        first = self._taken.get(request.id)
        taken = first or Taken(at, behaviour)
        self._taken[request.id] = taken
        line = {
            "request_id": request.id,
            "ce_id": request.headers.get("ce_id", b"").decode(errors="replace"),
            "body_sha256": sha256(value).hexdigest(),
            "enquiry_id": request.body["enquiry_id"],
            "at": at.isoformat(),
            "action": "repeat" if first else behaviour["answer"],
        }
        if first is None:
            line["behaviour"] = behaviour
        self._file.write(orjson.dumps(line) + b"\n")
        return taken

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Flush and close the file."""
        self._file.close()

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
