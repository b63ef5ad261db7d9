"""An audit trail in memory, through the same door as the real one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.errors import AutoReconnect, DuplicateKeyError

from mash_shared.audit.lines import Place
from mash_shared.audit.spool import Spool
from mash_shared.audit.trail import Trail
from mash_shared.http.audited import Audit
from mash_shared.http.often import Limits
from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.times import Now
from mash_shared.testing.invented import NOW


@dataclass
class MemoryLines:
    """Keeps lines in the order in which they came; none while it is `away`."""

    kept: list[Raw] = field(default_factory=list)
    away: bool = False

    async def prepare(self) -> None:
        """Need no index."""
        self._ask()

    async def add(self, lines: Sequence[Raw]) -> None:
        """Add lines; raises where a number of a chain is taken."""
        self._ask()
        for line in lines:
            if any(one["_id"] == line["_id"] for one in self.kept):
                raise DuplicateKeyError("taken")
            self.kept.append(dict(line))

    async def last(self, chain: str) -> Raw | None:
        """Give the last line of a chain."""
        self._ask()
        of_chain = [line for line in self.kept if line["chain"] == chain]
        return max(of_chain, key=lambda line: line["number"], default=None)

    async def began_last(self, copy: str) -> Raw | None:
        """Give the first line of the newest chain of a copy."""
        self._ask()
        return next((line for line in reversed(self.kept) if line.get("copy") == copy), None)

    async def about(self, ids: Collection[str], most: int, before: Place | None) -> list[Raw]:
        """Give the newest lines that name one of some ids, the newest first."""
        self._ask()
        named = [line for line in self.kept if {*ids} & {*line.get("ids", ())}]
        found = [line for line in named if before is None or Place.of(line) < before]
        return sorted(found, key=Place.of, reverse=True)[:most]

    def said(self, *names: str) -> list[tuple[Any, ...]]:
        """Give some of what each line says, but for those that the trail says of itself."""
        return [tuple(line[name] for name in names) for line in self.kept if "who" in line]

    def _ask(self) -> None:
        if self.away:
            raise AutoReconnect("away")


def memory_audit(
    lines: MemoryLines | None = None, now: Now | None = None, spool: Spool | None = None
) -> Audit:
    """Give an audit whose lines are in memory; its time is `NOW` where none is given."""
    clock = now or _still
    trail = Trail(
        lines if lines is not None else MemoryLines(),
        service="tests",
        copy="tests-0",
        now=clock,
        spool=spool or Spool(None, "tests-0"),
    )
    return Audit(trail=trail, now=clock)


def unlimited(now: Now | None = None) -> Limits:
    """Give limits that nobody comes near, for tests in which programs stand for people."""
    many = 1_000_000
    return Limits.a_minute(reads=many, acts=many, now=now or _still, strangers=many)


def _still() -> datetime:
    return NOW
