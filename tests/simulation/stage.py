"""What can happen in a story, each a small table of plain values, so that it can be told again."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mash_shared.messages import Message, all_messages
from mash_shared.plumbing.envelope import Envelope
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.policy.loading import PolicyPacks
from mash_shared.vocabulary import Lane
from simulation.hub import Hub
from simulation.routes import Result, call

Action = Mapping[str, Any]
KINDS = {message.__name__: message for message in all_messages()}


@dataclass
class Stage:
    """Performs actions on a hub; what a subset of a story no longer has is stepped over."""

    hub: Hub
    told: list[tuple[Action, Result]] = field(default_factory=list)
    """Every call that was made and how it ended."""
    steps: int = 0

    def __post_init__(self) -> None:
        self.hub.chance.nested = self.perform

    async def perform(self, action: Action) -> None:
        """Let one thing happen."""
        self.steps += 1
        await getattr(self, f"_{action['do']}")(action)

    async def _act(self, action: Action) -> None:
        if action["at"] in self.hub.copies:
            await self.hub.step(action["at"], self._call(action), action.get("faults", []))

    async def _call(self, action: Action) -> None:
        self.told.append((action, await call(self.hub, action["at"], action)))

    async def _pump(self, action: Action) -> None:
        copy = self.hub.copies.get(action["at"])
        for hearing in copy.unit.hearings if copy else ():
            if hearing.lane == action["lane"]:
                assert copy is not None
                wanted = {_place(name): most for name, most in action["take"].items()}
                step = copy.pump(hearing, wanted)
                await self.hub.step(action["at"], step, action.get("faults", []))

    async def _tend(self, action: Action) -> None:
        if copy := self.hub.copies.get(action["at"]):
            await self.hub.step(action["at"], copy.tend(), action.get("faults", []))

    async def _wait(self, action: Action) -> None:
        await asyncio.sleep(action["seconds"])

    async def _say(self, action: Action) -> None:
        self.hub.log.append(outgoing(action))

    async def _start(self, action: Action) -> None:
        self.hub.bring_up(action["at"])

    async def _stop(self, action: Action) -> None:
        if not action["at"].endswith("#0"):
            self.hub.take_down(action["at"])

    async def _clock(self, action: Action) -> None:
        if copy := self.hub.copies.get(action["at"]):
            copy.ahead = timedelta(seconds=action["seconds"])

    async def _mood(self, action: Action) -> None:
        self.hub.relay.moods.extend(action["moods"])

    async def _holiday(self, action: Action) -> None:
        """Close a council for a day; copies read it as they start."""
        for name, copy in list(self.hub.copies.items()):
            if copy.service.packs is not None:
                close(copy.service.packs, action["council"], date.fromisoformat(action["day"]))
            self.hub.bring_up(name)
            await self.hub.copies[name].follow_calendar()


def close(packs: PolicyPacks, council: str, day: date) -> None:
    """Put another closed day into a council's pack."""
    pack = packs.of(council)
    closures = {**pack.hours.closures, day: "announced"}
    closed = pack.model_copy(update={"hours": pack.hours.model_copy(update={"closures": closures})})
    for computed in ("calendar", "version"):
        closed.__dict__.pop(computed, None)
    changed: Any = packs.packs
    changed[council] = closed


def _place(name: str) -> tuple[str, int]:
    topic, _, partition = name.rpartition("/")
    return topic, int(partition)


def outgoing(action: Action) -> Outgoing:
    """Give what somebody outside puts on a topic of ours."""
    kind: type[Message] = KINDS[action["message"]]
    body = action["body"]
    parts = dict.fromkeys(kind.parts(), action["to"])
    lane = Lane(action["lane"]) if kind.laned else Lane.AMBER
    envelope = Envelope(
        id=action["id"],
        type=kind.topic_in(Lane.AMBER, **parts),
        source=action["source"],
        time=body["occurred_at"],
        subject=str(action["key"]),
    )
    headers = {name: str(text).encode() for name, text in _headers(envelope).items()}
    return Outgoing(
        id=action["id"],
        topic=kind.topic_in(lane, **parts),
        key=action["key"].encode(),
        headers=tuple(headers.items()),
        body=json.dumps(body).encode(),
    )


def _headers(envelope: Envelope) -> dict[str, Any]:
    return {
        "ce_specversion": "1.0",
        "ce_id": envelope.id,
        "ce_type": envelope.type,
        "ce_source": envelope.source,
        "ce_time": envelope.time,
        "ce_subject": envelope.subject,
        "content-type": "application/json",
    }
