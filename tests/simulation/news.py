"""What one step changed: records, documents, mails and calls, for the checks behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from mash_shared.policy import Pack
from simulation.hub import Hub
from simulation.log import LogRecord
from simulation.people import is_contact
from simulation.routes import Result
from simulation.stage import Action, Stage
from support.councils import all_packs

Raw = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One document before and after a step; `before` is empty where there was none."""

    process: str
    id: str
    before: Raw
    after: Raw

    @property
    def was(self) -> Raw:
        """The state before."""
        return self.before.get("state", {})

    @property
    def now(self) -> Raw:
        """The state after."""
        state: Raw = self.after["state"]
        return state

    def newly(self, name: str) -> bool:
        """Whether a field is set that was not."""
        return bool(self.now.get(name)) and not self.was.get(name)

    def kept(self, name: str) -> bool:
        """Whether a field that was set is still what it was."""
        return not self.was.get(name) or self.was[name] == self.now.get(name)


@dataclass(frozen=True, kw_only=True)
class News:
    """Everything since the last look; `history` lasts for the whole story."""

    hub: Hub
    stage: Stage
    records: list[LogRecord]
    changes: list[Change]
    calls: list[tuple[Action, Result]]
    mails: list[Any]
    history: "History"

    def of(self, process: str) -> Iterator[Change]:
        """Changes of one service's documents, but for cases, staff and what was erased."""
        for change in self.changes:
            ours = change.process == process or change.process.startswith(f"{process}.")
            if ours and is_contact(change.id) and not change.now.get("erased_at"):
                yield change

    def kept(self, process: str) -> dict[str, Raw]:
        """Give the documents of a process that were not erased, by id."""
        raws = self.hub.collections[process].raws.items()
        return {id_: raw for id_, raw in raws if not raw["state"].get("erased_at")}

    @cached_property
    def erased(self) -> frozenset[str]:
        """The contacts that were erased."""
        raws = self.hub.collections["intake"].raws.items()
        return frozenset(id_ for id_, raw in raws if raw["state"].get("erased_at"))

    def records_of_others(self) -> Iterator[LogRecord]:
        """Give every record but those about contacts that were erased."""
        for record in self.hub.log.appended:
            if (record.key or b"").decode() not in self.erased:
                yield record

    def state(self, process: str, id_: str) -> Raw:
        """Give the state of one document, empty where there is none."""
        raw = self.hub.collections[process].raws.get(id_)
        return raw["state"] if raw and not raw["state"].get("erased_at") else {}

    def pack(self, council: str) -> Pack:
        """Give a council's policy."""
        return all_packs().of(council)


@dataclass
class History:
    """What a look leaves for the next; checks keep what they must remember in `memory`."""

    seen_records: int = 0
    seen_calls: int = 0
    seen_mails: int = 0
    documents: dict[tuple[str, str], Raw] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)

    def look(self, hub: Hub, stage: Stage) -> News:
        """Take in what is new."""
        changes = list(self._changes(hub))
        news = News(
            hub=hub,
            stage=stage,
            records=hub.log.appended[self.seen_records :],
            changes=changes,
            calls=stage.told[self.seen_calls :],
            mails=[mail for _, mail in hub.relay.mails[self.seen_mails :]],
            history=self,
        )
        self.seen_records = len(hub.log.appended)
        self.seen_calls = len(stage.told)
        self.seen_mails = len(hub.relay.mails)
        return news

    def _changes(self, hub: Hub) -> Iterator[Change]:
        for process, kept in hub.collections.items():
            for id_, raw in kept.raws.items():
                before = self.documents.get((process, id_))
                if before is not raw:
                    self.documents[process, id_] = raw
                    yield Change(process=process, id=id_, before=before or {}, after=raw)


@dataclass(frozen=True)
class Body:
    """A record with its body read, and where it says it comes from."""

    record: LogRecord

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The body."""
        read: Mapping[str, Any] = orjson.loads(self.record.value or b"{}")
        return read

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return {name: (value or b"").decode() for name, value in self.record.headers}

    @property
    def is_ours(self) -> bool:
        """Whether a service of the hub said it."""
        return self.headers.get("ce_source", "").startswith("/mash/")


def receipts(contact: Raw) -> set[datetime]:
    """Give when a contact was received: as it holds now, and as it held before corrections."""
    before = (one["standing"]["received_at"] for one in contact["superseded"])
    return {datetime.fromisoformat(moment) for moment in (contact["received_at"], *before)}


def outcomes(contact: Raw) -> dict[str, str]:
    """Give what intake knows to have been decided, by child."""
    ways = contact.get("ways", {}).items()
    return {child: way["outcome"] for child, way in ways if way["outcome"]}
