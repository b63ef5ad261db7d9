"""A case as ops see it: its clocks, and nothing of its content."""

from dataclasses import dataclass, field
from datetime import datetime

from mash_shared.clocks import Aggregate, Clock


@dataclass(slots=True, kw_only=True)
class Heard:
    """The clocks of one document of another service, as of one version of it."""

    service: str
    version: int
    clocks: list[Clock]


@dataclass(slots=True, kw_only=True)
class Case(Aggregate):
    """Every clock of one contact, by the document it comes from."""

    PLAIN = Aggregate.PLAIN | {"open_until": "a time, by which cases are put in order"}

    KEPT = Aggregate.KEPT | dict.fromkeys(
        ("heard", "open_until"),
        "codes, ids and times: nothing of what a contact says is known here",
    )

    heard: dict[str, Heard] = field(default_factory=dict)
    open_until: datetime | None = None

    def hear(self, document: str, news: Heard) -> None:
        """Take in news of a document; older news than what is known changes nothing."""
        known = self.heard.get(document)
        if known is None or known.version < news.version:
            self.heard[document] = news
        due = [clock.due_at for clock in self.all_clocks if clock.is_open]
        self.open_until = min(due) if due else None

    @property
    def all_clocks(self) -> list[Clock]:
        """Every clock of the case, the next due first."""
        clocks = [clock for heard in self.heard.values() for clock in heard.clocks]
        return sorted(clocks, key=lambda clock: clock.due_at)
