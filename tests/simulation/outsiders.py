"""What others put on our topics: the agencies' replies, news of the case system and of staff."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, get_args

import orjson

from mash_shared.answers import Handling
from mash_shared.messages.agency_check import AgencyReply, CheckMessage
from mash_shared.messages.agency_says import AgencyEnquiry, AgencyInformation
from mash_shared.people import ChildSpokenOf
from mash_shared.vocabulary import Role
from simulation.hub import Hub
from simulation.people import ADULTS, CHILDREN, TEAMS, child_facts, staff

STATES = ("information", "information", "nothing_known", "declined", "unavailable")
PROFESSIONALS = (
    {"full_name": "Amara Whitlock", "role": "Sergeant"},
    {"full_name": "Iven Castleby", "role": "General practitioner"},
    {"full_name": "Iven Castleby"},
)
"""Who answers for an agency; the last does not say what they are there."""
KNOWN_OF_CHILD = {one.name for one in fields(ChildSpokenOf)}
COPIED = tuple(name for name in CheckMessage.model_fields if name != "occurred_at")
"""What a reply copies from its request, by the messages' own fields."""


@dataclass
class Outsiders:
    """Agencies, a case system and a directory, mostly careful, sometimes not."""

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
            "lane": request["lane"],
            "source": f"/agencies/{request['agency']}",
            "key": body["contact_id"],
            "id": self.rng.choice((body["reply_id"], f"e-{self.said}", f"e-{self.said}")),
            "body": body,
        }
        others = [orjson.loads(one.value or b"{}") for one in asked]
        if self.rng.random() < 0.12:
            self._slip(action, others)
        return action

    def own_accord(self, council: str) -> dict[str, Any]:
        """Tell or ask something of an agency's own accord; at times again, at times otherwise."""
        self.said += 1
        kind = self.rng.choice((AgencyInformation, AgencyEnquiry))
        number = self.rng.choice((self.said, self.said, max(1, self.said - 1), 1))
        child, other = self.rng.choice(CHILDREN), self.rng.choice(CHILDREN)
        drawn = (child_facts(self.rng, o) for o in self.rng.choice(((), (child,), (child, other))))
        children = [{key: one[key] for key in KNOWN_OF_CHILD & one.keys()} for one in drawn]
        body = {
            "contact_id": f"PR-{number}",
            "council": council if self.rng.random() < 0.97 else "atlantis",
            "occurred_at": self._moment().isoformat(),
            "agency": self.rng.choice(("probation", "probation", "probation", "police")),
            "professional": "Invented Officer",
            "asked_about": {"full_name": self.rng.choice(ADULTS), "date_of_birth": "1981-07-02"},
            "concern": self.rng.choice(("He has moved in.", "May he see her?")),
            "children": children,
            "significant_harm": self.rng.choice(("unknown", "unknown", "no", "yes")),
        }
        said = self._said(kind.__name__, f"/agencies/{body['agency']}", body)
        return said | {"to": body["agency"]}

    def _reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        state = self.rng.choice(STATES)
        number = self.rng.choice((self.said, self.said, self.said, max(1, self.said - 1)))
        body: dict[str, Any] = {name: request[name] for name in COPIED}
        body |= {
            "occurred_at": self._moment().isoformat(),
            "reply_id": f"r-{request['request_id']}-{number}",
            "request_hash": request["request_hash"],
            "state": state,
            "designated_professional": self.rng.choice(PROFESSIONALS),
        }
        if state == "information":
            texts = ("Two incidents last year.", "Seen at the surgery in May.")
            children = [child["child_id"] for child in request["family"]["children"]]
            fact = {
                "fact_id": "f-1",
                "about": [*children[:1], *self.rng.choice(([], [], [], ["nobody-s"]))],
                "text": self.rng.choice(texts),
                "relevance": "It bears on safety.",
                "handling": self.rng.choice(get_args(Handling)),
            }
            body["facts"] = [fact]
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
        elif field in ("urgency", "lane"):
            action["body"][field] = self.rng.choice(("red", "amber"))
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
            "occurred_at": at.isoformat(),
            "status": status,
            "worker": staff(council, Role.SOCIAL_WORKER, self.rng.choice((1, 2, 3))).id,
            "team": self.rng.choice(TEAMS),
            "full_name": facts.get("full_name"),
            "date_of_birth_in_part": facts.get("date_of_birth"),
            "nhs_number": facts.get("nhs_number"),
            "address": facts.get("address"),
        }
        if status == "closed" and self.rng.random() < 0.9:
            days = self.rng.choice((3, 60, 91, 93, 200))
            body["closed_at"] = (at - timedelta(days=days)).isoformat()
        return self._said("CaseStatusChanged", "/case-system", body)

    def directory(self, council: str) -> dict[str, Any]:
        """Tell of somebody who comes, changes roles, or leaves, mostly in order."""
        self.said += 1
        at, worker = self._moment(), self.rng.random() < 0.6
        role = Role.SOCIAL_WORKER if worker else self.rng.choice(list(Role))
        somebody = staff(council, role, self.rng.choice((1, 2, 3)))
        other = self.rng.choice(list(Role))
        body: dict[str, Any] = {
            "contact_id": somebody.id,
            "council": council,
            "occurred_at": at.isoformat(),
            "display_name": "Invented",
            "roles": self.rng.choice(([role], [role], [role, other], [other], ["archivist"])),
            "registration_number": self.rng.choice(("SW99900", "sw 99 901", None)),
            "teams": self.rng.choice(([], [TEAMS[0]], list(TEAMS))),
            "agency": self.rng.choice((None, None, "education", "police")),
        }
        for bound in ("since", "until"):
            if self.rng.random() < 0.3:
                hours = self.rng.choice((-48, -1, 1, 48))
                body[bound] = (at + timedelta(hours=hours)).isoformat()
        return self._said("StaffChanged", "/council-directory", body)

    def _said(self, message: str, source: str, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "do": "say",
            "message": message,
            "to": "",
            "lane": "amber",
            "source": source,
            "key": body["contact_id"],
            "id": f"{source.rpartition('/')[2]}-{self.said}",
            "body": {name: value for name, value in body.items() if value is not None},
        }

    def _moment(self) -> datetime:
        seconds = self.rng.choice((0, 0, 0, -60, -7200, 120))
        return self.hub.now() + timedelta(seconds=seconds)
