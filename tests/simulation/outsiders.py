"""What others put on our topics: the agencies' replies, and news of the case system."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from mash_shared.messages.agency_check import AgencyReply, CheckMessage
from simulation.hub import Hub
from simulation.people import CHILDREN, child_facts

STATES = ("information", "information", "nothing_known", "declined", "unavailable")
COPIED = tuple(name for name in CheckMessage.model_fields if name != "occurred_at")
"""What a reply copies from its request, by the messages' own fields."""


@dataclass
class Outsiders:
    """Agencies and a case system, mostly careful, sometimes not."""

    rng: random.Random
    hub: Hub
    said: int = 0

    def agency(self) -> dict[str, Any] | None:
        """Answer some request that lies on an agency's topic, as often as may be."""
        asked = [one for one in self.hub.log.appended if ".request." in one.topic]
        if not asked:
            return None
        record = self.rng.choice(asked[-8:])
        request = orjson.loads(record.value or b"{}")
        self.said += 1
        body = self._reply(request)
        action = {
            "do": "say",
            "message": AgencyReply.__name__,
            "to": request["agency"],
            "lane": request["urgency"],
            "source": f"/agencies/{request['agency']}",
            "key": body["contact_id"],
            "id": self.rng.choice((body["reply_id"], f"e-{self.said}", f"e-{self.said}")),
            "body": body,
        }
        others = [orjson.loads(one.value or b"{}") for one in asked]
        if self.rng.random() < 0.12:
            self._slip(action, others)
        return action

    def _reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        state = self.rng.choice(STATES)
        number = self.rng.choice((self.said, self.said, self.said, max(1, self.said - 1)))
        body: dict[str, Any] = {name: request[name] for name in COPIED}
        body |= {
            "occurred_at": self._moment().isoformat(),
            "reply_id": f"r-{request['request_id']}-{number}",
            "request_hash": request["request_hash"],
            "state": state,
            "designated_professional": self.rng.choice(("DS Amara Whitlock", "Dr Iven Castleby")),
        }
        if state == "information":
            texts = ("Two incidents last year.", "Seen at the surgery in May.")
            body["facts"] = [{"text": self.rng.choice(texts), "relevance": "It bears on safety."}]
            if self.rng.random() < 0.9:
                body["analysis"] = "The pattern is getting worse."
        if state == "declined" and self.rng.random() < 0.8:
            body["declined_reason"] = "It would harm the child more than it helps."
        return body

    def _slip(self, action: dict[str, Any], others: list[Any]) -> None:
        """Copy one field wrongly: of another request, or of nobody's."""
        field = self.rng.choice((*COPIED, "request_hash", "key"))
        wrong = self.rng.choice(others).get(field, "nobody-s")
        if field == "key":
            action["key"] = self.rng.choice(others)["contact_id"]
        elif field == "urgency":
            action["body"]["urgency"] = self.rng.choice(("red", "amber"))
        else:
            action["body"][field] = wrong

    def case_system(self, council: str) -> dict[str, Any]:
        """Tell of some child's case: opened, closed, moved, mostly in order."""
        self.said += 1
        child = self.rng.choice(CHILDREN)
        number = f"LCS-{CHILDREN.index(child) + 1}"
        facts = child_facts(self.rng, child)
        status = self.rng.choice(("open", "open", "closed"))
        at = self._moment()
        body = {
            "contact_id": number,
            "council": council,
            "urgency": "amber",
            "occurred_at": at.isoformat(),
            "status": status,
            "worker": self.rng.choice(("sw-harriet-osei", "sw-lennart-boyce")),
            "team": "Assessment team 2",
            "full_name": facts.get("full_name"),
            "date_of_birth_in_part": facts.get("date_of_birth"),
            "nhs_number": facts.get("nhs_number"),
            "address": facts.get("address"),
        }
        if status == "closed" and self.rng.random() < 0.9:
            days = self.rng.choice((3, 60, 91, 93, 200))
            body["closed_at"] = (at - timedelta(days=days)).isoformat()
        return {
            "do": "say",
            "message": "CaseStatusChanged",
            "to": "",
            "lane": "amber",
            "source": "/case-system",
            "key": number,
            "id": f"case-{self.said}",
            "body": {name: value for name, value in body.items() if value is not None},
        }

    def _moment(self) -> datetime:
        seconds = self.rng.choice((0, 0, 0, -60, -7200, 120))
        return self.hub.now() + timedelta(seconds=seconds)
