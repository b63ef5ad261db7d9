"""What is found from outside when everything has come to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from mash_local.demo.hub import Json
from mash_local.demo.samples import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One clock as ops shows it at the end."""

    kind: str
    of: str
    due_at: datetime
    ended_at: datetime | None
    state: str

    @classmethod
    def of_clock(cls, clock: Json) -> Self:
        """Read one clock of ops."""
        ended = clock["ended_at"]
        return cls(
            kind=clock["kind"],
            of=clock["of"],
            due_at=datetime.fromisoformat(clock["due_at"]),
            ended_at=datetime.fromisoformat(ended) if ended else None,
            state=clock["state"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided for one child, and what came in afterwards."""

    outcome: str | None
    called: str = ""
    """What the council calls this outcome."""

    as_decided: bool
    """Whether it still reads as it was recorded."""

    review_needed: bool
    late_replies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything found about one contact.

    `asked` is how often each agency took the request as new, by its own ledger; `disclosed` how
    many replies the gateway counted; `mails` the addresses of the mails that quote its reference.
    """

    sample: Sample
    reference: str
    owed: bool
    state: str = ""
    tasks: int = 0
    forms: int = 0
    is_protection: bool = False
    slots: Mapping[str, str | None] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    disclosed: Mapping[str, int] = field(default_factory=dict)
    decided: Sequence[Decided] = ()
    notice: str = ""
    mails: Sequence[str] = ()
    promises: Sequence[Promise] = ()
    waits_for: str = ""
    same_again: bool | None = None
    trouble: str = ""

    @property
    def by_mail(self) -> bool:
        """Whether one e-mail is owed."""
        return self.owed and self.sample.email is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One record that a listener put aside, and why."""

    topic: str
    kind: str
    reason: str
    origin: str
    contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What passed between the hub and one agency.

    `asked` are the requests it took as new, `repeats` those that were delivered again;
    `replies` are the records on its reply topics, `counted` those the hub counted.
    """

    agency: str
    asked: int
    repeats: int
    replies: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortWay:
    """A contact that needed no enquiry: how it was to end, and how it did."""

    council: str
    title: str
    reference: str
    wanted: str
    ended_as: str
    state: str
    mails: Sequence[str]
    wanted_mails: int
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything found about the whole run."""

    found: Sequence[Found]
    short: Sequence[ShortWay] = ()
    traffic: Sequence[Traffic] = ()
    parked: Sequence[Parked] = ()
    mails: int = 0
    trouble: Sequence[str] = field(default_factory=tuple)
