"""Chooses what happens next: people first of all, and whatever may go wrong."""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mash_shared.act import Person
from mash_shared.vocabulary import FieldRefusedError, NotEntitledError, NotYetError, Role
from simulation.between import POINTS, fault, is_troubled
from simulation.drawing import Draw
from simulation.hub import Hub
from simulation.outsiders import Outsiders
from simulation.people import COUNCILS, anybody, is_contact, staff
from simulation.routes import Result, Route, routes
from simulation.seen import Seen
from simulation.stage import Action
from support.councils import all_packs

MOST_CONTACTS = 4
OFTEN = {
    "authorise_enquiry": 8, "decide": 10, "recommend": 8, "override_consent": 4, "say_consent": 3,
    "withdraw_consent": 3, "amend_contact": 6, "decide_match": 4, "send_for_decision": 3,
    "oversee": 3, "complete_record": 2, "allocate": 2, "told_by_person": 3, "join_contact": 3,
    "sign_off_ending": 3, "split_contact": 2, "hand_over": 2, "check_demographics": 8,
    "say_one_family": 3, "propose_erasure": 2, "answer_erasure": 2,
}  # fmt: skip
"""What makes a story go on is done oftener; every other act has the weight one."""
WAITS = (5, 60, 600, 1800, 3600, 3 * 3600, 4 * 3600, 24 * 3600, 72 * 3600)
ENTITLED = 0.8
FEW = 2


@dataclass
class Director:
    """Draws actions from one seed; what was refused is often tried again as it was told."""

    rng: random.Random
    hub: Hub
    council: str = field(init=False)
    outsiders: Outsiders = field(init=False)
    _seen: Seen = field(init=False)
    next_up: deque[dict[str, Any]] = field(default_factory=deque)
    allowed: dict[str, Sequence[str]] = field(default_factory=dict)
    may: dict[tuple[str, str], list[Role]] = field(default_factory=dict)
    """Who may do what in which council, as refusals have said."""
    keys: int = 0
    last: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.council = self.rng.choice(COUNCILS)
        self.outsiders = Outsiders(self.rng, self.hub)
        self._seen = Seen(self.hub)
        table = [route for route in routes().values() if "#" not in route.process]
        self._table = table
        self._weights = [self._weight(route) for route in table]
        known = self.rng.choice((0, 2, 4))
        self.next_up += [self.outsiders.case_system(self.council) for _ in range(known)]

    def _weight(self, route: Route) -> float:
        gateway = route.process.startswith("agency-gateway")
        if route.method == "GET":
            return 0.1 if gateway else 0.3
        return OFTEN.get(route.name, 1)

    def next(self) -> Action:
        """Give the next action, with its faults."""
        action = self.next_up.popleft() if self.next_up else self.plain()
        if action["do"] in POINTS and is_troubled(self, action):
            action["faults"] = [fault(self, action)]
        return action

    def plain(self) -> dict[str, Any]:
        """Draw one thing that happens, without faults."""
        drawn = self.rng.random()
        for chance, choose in (
            (0.36, self._pump), (0.36, self._act), (0.12, self._say), (0.08, self._tend),
            (0.04, self._wait), (0.04, self._trouble),
        ):  # fmt: skip
            drawn -= chance
            if drawn < 0:
                return choose() or self._act()
        return self._act()

    def _pump(self) -> dict[str, Any] | None:
        waiting = list(self.hub.backlog())
        if not waiting:
            return None
        name, hearing, *_ = self.rng.choice(waiting)
        there = [(p, n) for c, other, p, n in waiting if c == name and other is hearing]
        some = self.rng.sample(there, self.rng.randint(1, len(there)))
        take = {f"{topic}/{number}": self.rng.randint(1, n) for (topic, number), n in some}
        return {"do": "pump", "at": name, "lane": hearing.lane.value, "take": take}

    def _tend(self) -> dict[str, Any]:
        return {"do": "tend", "at": self.rng.choice(sorted(self.hub.copies))}

    def _wait(self) -> dict[str, Any]:
        return {"do": "wait", "seconds": self.rng.choice(WAITS)}

    def _say(self) -> dict[str, Any] | None:
        drawn = self.rng.random()
        if drawn < 0.6:
            return self.outsiders.agency()
        if drawn < 0.65:
            return self.outsiders.own_accord(self.council)
        if drawn < 0.8:
            return self.outsiders.directory(self.council)
        return self.outsiders.case_system(self.council)

    def _trouble(self) -> dict[str, Any]:
        name = self.rng.choice(sorted(self.hub.copies))
        process = name.partition("#")[0]
        moods = ("away", "refuses", "silent", "silent", "takes", "unknown")
        return self.rng.choice(
            (
                {"do": "start", "at": name},
                {"do": "start", "at": f"{process}#1"},
                {"do": "start", "at": "notify#1"},
                {"do": "stop", "at": f"{process}#1"},
                {"do": "clock", "at": name, "seconds": self.rng.choice((-300, 300, 1200, 3600))},
                {"do": "mood", "moods": [self.rng.choice(moods)]},
                {"do": "holiday", "council": self.council, "day": self._day()},
            )
        )

    def _day(self) -> str:
        return self.hub.now().date().isoformat()

    def contacts(self) -> list[str]:
        """Give the contacts that there are, or one that is not."""
        kept = self.hub.collections["intake"].raws
        return sorted(id_ for id_ in kept if is_contact(id_)) or ["nothing"]

    def _act(self) -> dict[str, Any]:
        if self.last and self.rng.random() < 0.04:
            return dict(self.last)  # somebody who got no answer sends it again
        contacts = self.contacts()
        many = len(contacts) if contacts != ["nothing"] else 0
        if not many or (many < MOST_CONTACTS and self.rng.random() < 0.08):
            route = routes()["intake POST /contacts"]
        else:
            route = self.choice(many)
        council = self.council if self.rng.random() < 0.97 else self.rng.choice(COUNCILS)
        return self.call(route, council, self.rng.choice(contacts))

    def choice(self, many: int = MOST_CONTACTS) -> Route:
        """Choose an act, most often one whose thing is there."""
        while True:
            route = self.rng.choices(self._table, self._weights)[0]
            records = not route.in_path and route.name.startswith("record")
            if records and many >= MOST_CONTACTS:
                continue
            collection = self.hub.collections[route.process]
            if collection.raws or not route.in_path or self.rng.random() < 0.05:
                return route

    def call(self, route: Route, council: str, contact: str) -> dict[str, Any]:
        """Draw somebody's act on a contact."""
        person = self._person(route, council)
        seen = self._seen.about(contact)
        draw = Draw(self.rng, all_packs().of(council), self.hub.now(), seen, self.allowed)
        self.keys += 1
        version = self._version(contact) if self.rng.random() < 0.8 else 1
        guarded = "if_match" in route.given or self.rng.random() < 0.1
        copies = sorted(n for n in self.hub.copies if n.partition("#")[0] == route.process)
        return {
            "do": "act",
            "at": self.rng.choice(copies),
            "route": route.label,
            "person": [person.id, council, sorted(person.roles)],
            "key": f"key-{self.keys:05}"
            if self.keys < FEW or self.rng.random() < 0.97
            else f"key-{self.keys - 1:05}",
            "path": {name: self._in_path(route.process, name, contact) for name in route.in_path},
            "body": draw.form(route.form) if route.form else None,
            "expects": version if guarded else None,
            "contact": contact,
        }

    def _person(self, route: Route, council: str) -> Person:
        roles = self.may.get((council, route.label))
        if roles and self.rng.random() < ENTITLED:
            return staff(council, self.rng.choice(roles), self.rng.choice((1, 1, 2)))
        return anybody(self.rng, council)

    def _version(self, contact: str) -> int:
        raw = self.hub.collections["intake"].raws.get(contact)
        return int(raw["version"]) if raw else 1

    def _in_path(self, process: str, name: str, contact: str) -> str:
        if name == "queue":
            return self.rng.choice(("gate", "triage", "consent", "duty", "oversight"))
        pool: Sequence[Any] = [contact] if name == "contact_id" else []
        if not pool:
            kept = self.hub.collections[process].raws
            ours = [i for i, raw in kept.items() if raw["state"]["contact_id"] == contact]
            pool = ours or list(kept) or ["nothing"]
        return str(self.rng.choice(sorted(map(str, pool))))

    def learn(self, action: Action, result: Result) -> None:
        """Try again, as often as not, what was refused, in the way the refusal says."""
        refusal, again = result.error, dict(action, faults=[])
        if result.outcome == "done":
            self.last = dict(action, faults=[])
        if result.outcome != "refused" or action.get("tries", 0) > FEW or refusal is None:
            return
        again["tries"] = action.get("tries", 0) + 1
        self.keys += 1
        again["key"] = f"key-{self.keys:05}"
        if isinstance(refusal, NotEntitledError) and self.rng.random() < ENTITLED:
            roles = [role for role in Role if role.value in str(refusal)]
            if roles:
                self.may[action["person"][1], action["route"]] = roles
                who = staff(action["person"][1], self.rng.choice(roles), self.rng.choice((1, 2)))
                again["person"] = [who.id, who.council, sorted(who.roles)]
                self.next_up.append(again)
        elif isinstance(refusal, FieldRefusedError):
            _, says, codes = str(refusal).rpartition(" must be one of ")
            told = [] if codes == "none at all." else codes.rstrip(".").split(", ")
            if says:
                self.allowed[refusal.field.rpartition(".")[2]] = told
            self.next_up.append(self._redrawn(again))
        elif isinstance(refusal, NotYetError):
            self.next_up += [{"do": "wait", "seconds": 5}, {"do": "tend", "at": "intake#0"}, again]

    def _redrawn(self, again: dict[str, Any]) -> dict[str, Any]:
        form = routes()[again["route"]].form
        seen = self._seen.about(again["contact"])
        pack = all_packs().of(again["person"][1])
        draw = Draw(self.rng, pack, self.hub.now(), seen, self.allowed)
        return again | {"body": draw.form(form) if form else None}
