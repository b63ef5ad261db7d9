"""One contact on its way through the hub in one process, as far as a stage, and who hears what."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson

from mash_shared.messages.agency_check import AgencyReply
from mash_shared.testing import packs
from mash_shared.vocabulary import Role
from simulation.hub import Hub
from simulation.outsiders import COPIED
from simulation.people import staff
from simulation.routes import Result, call
from simulation.stage import Stage

COUNCIL = "havering"
START = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
"""A Wednesday morning."""
AGENCIES = packs().of(COUNCIL).mandatory_agencies
WORKER, OTHER_WORKER = (staff(COUNCIL, Role.SOCIAL_WORKER, number).id for number in (1, 2))


class At(StrEnum):
    """How far the contact has come when something changes."""

    GATE = "at the gate"
    ASKED = "asked"
    PARTLY = "partly answered"
    COLLATED = "collated"
    DECIDED = "decided"
    TOLD = "told"
    CLOSED = "closed"


class Hears(StrEnum):
    """Who hears of a change."""

    ENQUIRY = "enquiry"
    TOLD = "agencies told"
    ASKED = "agencies asked"
    STOPPED = "agencies stopped"
    DECISION = "decision"
    REVIEW = "review"
    NOTIFY = "notify"
    CASES = "case system"
    REFERRER = "referrer"
    PERSON = "a person"


TOPICS: Mapping[str, Hears] = {
    r"enquiry\.amended": Hears.ENQUIRY,
    r"agency-check\.answered": Hears.ENQUIRY,
    r"agency\.[^.]+\.amendment": Hears.TOLD,
    r"agency\.[^.]+\.request": Hears.ASKED,
    r"agency\.[^.]+\.cancellation": Hears.STOPPED,
    r"contact\.work-outstanding": Hears.DECISION,
    r"contact\.ready-for-decision": Hears.DECISION,
    r"enquiry\.collated": Hears.DECISION,
    r"enquiry\.late-information-received": Hears.REVIEW,
    r"contact\.recorded": Hears.NOTIFY,
    r"contact\.ended": Hears.NOTIFY,
    r"contact\.routed": Hears.CASES,
}
"""By which topic who hears; all others are the services' own between them."""


@dataclass
class Way:
    """Leads one contact of one family on, in the roles that the council's policy names."""

    hub: Hub = field(default_factory=lambda: Hub(start=START))
    contact: str = ""
    keys: int = 0

    async def act(
        self, role: str, route: str, body: Mapping[str, Any] | None = None, **how: Any
    ) -> Result:
        """Let somebody act; `route` is as the service's table has it, below the contact."""
        self.keys += 1
        who = staff(COUNCIL, Role(role))
        process, method, path = route.split(" ")
        action = {
            "route": f"{process} {method} {path}",
            "person": [who.id, COUNCIL, sorted(who.roles)],
            "key": f"key-{self.keys:05}",
            "path": {"contact_id": how.pop("contact", self.contact), "child_id": self.child()},
            "body": body,
        } | how
        result = await call(self.hub, f"{process}#0", action)
        await self.hub.drain()
        return result

    async def done(self, *what: Any, **how: Any) -> Any:
        """Let somebody act, and be sure that it was done."""
        result = await self.act(*what, **how)
        assert result.outcome == "done", (what, result)
        return result.shown

    async def on(self, role: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do something with the contact."""
        return await self.done(role, f"intake POST /contacts/{{contact_id}}/{path}", body)

    async def correct(self, role: str, **fields: Any) -> Result:
        """Correct the contact."""
        body = {"why": "The caller rang again."} | fields
        version = self.hub.collections["intake"].raws[self.contact]["version"]
        route = "intake PATCH /contacts/{contact_id}"
        return await self.act(role, route, body, expects=version)

    def state(self, process: str, id_: str | None = None) -> Mapping[str, Any]:
        """Give what a service keeps."""
        state: Mapping[str, Any] = self.hub.collections[process].raws[id_ or self.contact]["state"]
        return state

    def child(self, number: int = 1) -> str:
        """Give the id of a child of the contact."""
        return f"{self.contact}-{number}"

    async def answer(self, *agencies: str) -> None:
        """Let agencies answer whatever request of theirs is still unanswered."""
        answered = {one["request_id"] for one in self._said("reply")}
        for request in self._said("request"):
            if request["agency"] in agencies and request["request_id"] not in answered:
                await self._say(request)
        await self.hub.drain()

    async def answer_again(self, agency: str) -> None:
        """Let an agency that has answered say more."""
        await self._say(self.asked(agency)[-1])
        await self.hub.drain()

    def asked(self, agency: str) -> list[dict[str, Any]]:
        """Give what an agency was asked."""
        return [one for one in self._said("request") if one["agency"] == agency]

    async def _say(self, request: Mapping[str, Any]) -> None:
        self.keys += 1
        body = {name: request[name] for name in COPIED} | {
            "occurred_at": self.hub.now().isoformat(),
            "reply_id": f"r-{self.keys}",
            "request_hash": request["request_hash"],
            "state": "nothing_known",
            "designated_professional": {"full_name": "Amara Whitlock", "role": "Sergeant"},
        }
        said = {
            "do": "say", "message": AgencyReply.__name__, "to": request["agency"],
            "lane": request["urgency"], "source": f"/agencies/{request['agency']}",
            "key": request["contact_id"], "id": f"e-{self.keys}", "body": body,
        }  # fmt: skip
        await Stage(self.hub).perform(said)

    def _said(self, kind: str) -> list[dict[str, Any]]:
        wanted = re.compile(rf"agency\.[^.]+\.{kind}\.")
        there = (one for one in self.hub.log.appended if wanted.match(one.topic))
        return [orjson.loads(one.value or b"{}") for one in there]

    async def heard(self, change: Callable[["Way"], Any]) -> frozenset[Hears]:
        """Let something change, and give who hears of it."""
        records, mails = len(self.hub.log.appended), len(self.hub.relay.mails)
        tasks = len(self._tasks())
        await change(self)
        await self.hub.drain()
        return frozenset(self._who(records, mails, tasks))

    def _who(self, records: int, mails: int, tasks: int) -> Iterator[Hears]:
        for record in self.hub.log.appended[records:]:
            yield from (who for topic, who in TOPICS.items() if re.match(topic, record.topic))
        if len(self.hub.relay.mails) > mails:
            yield Hears.REFERRER
        if len(self._tasks()) > tasks:
            yield Hears.PERSON

    def _tasks(self) -> Sequence[Mapping[str, Any]]:
        return [task for task in self.state("intake")["tasks"] if task["kind"] == "tell"]
