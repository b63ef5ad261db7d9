"""Content for any form, drawn from its own schema: plausible where it can be, odd at times.

Nothing here lists an act. What a field may hold comes from its schema, from the council's pack,
from what the hub has shown under the same name, and from what a refusal has said is allowed.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import BaseModel

from mash_shared.policy import Pack
from mash_shared.vocabulary import Role
from simulation.people import ADULTS, CHILDREN, Child, child_facts, staff

ODD = ("?", "Nobody at all", "x" * 201, " padded ", "0", "\u02bc", "<b>", "9990000018")
PROSE = (
    "Says that nobody is home at night.",
    "It cannot wait.",
    "Spoken to this morning.",
    "The picture is unclear.",
)
SAME_THING: Mapping[str, tuple[str, ...]] = {
    "evidence": ("reply_ids", "late_reply_ids"),
    "earlier": ("record_id",),
    "instead_of": ("social_worker",),
    "of": ("task_id",),
}
"""Under which other names the hub shows what a field of a form wants."""


STAFF_ID = "staff-id"
"""The format of a field that names somebody of the staff."""


@cache
def schema(form: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON schema of a form."""
    return form.model_json_schema()


@dataclass
class Draw:
    """Draws content; `seen` is what the hub has shown, `allowed` what refusals have told."""

    rng: random.Random
    pack: Pack
    now: datetime
    seen: Mapping[str, Sequence[Any]]
    allowed: Mapping[str, Sequence[str]]
    odd: float = 0.03
    family: tuple[Child, ...] = field(init=False)

    def __post_init__(self) -> None:
        first = self.rng.choice(CHILDREN)
        kin = [child for child in CHILDREN if child.home == first.home]
        self.family = tuple(self.rng.sample(kin, self.rng.randint(1, len(kin))))

    def form(self, form: type[BaseModel]) -> dict[str, Any]:
        """Draw one form's content."""
        whole = schema(form)
        drawn: dict[str, Any] = self._value(whole, whole.get("$defs", {}), "")
        return drawn

    def _value(self, node: Mapping[str, Any], defs: Mapping[str, Any], name: str) -> Any:  # noqa: PLR0911
        if "$ref" in node:
            return self._value(defs[node["$ref"].rpartition("/")[2]], defs, name)
        if "anyOf" in node:
            return self._value(self._one_of(node["anyOf"]), defs, name)
        if "allOf" in node:
            return self._value(node["allOf"][0], defs, name)
        if "const" in node:
            return node["const"]
        if "enum" in node:
            return self.rng.choice(node["enum"])
        kind = node.get("type")
        if kind == "object" or "properties" in node:
            return self._object(node, defs, name)
        if kind == "array":
            return self._array(node, defs, name)
        return self._scalar(kind, node, name)

    def _one_of(self, options: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        there = [one for one in options if one.get("type") != "null"]
        return self.rng.choice(there)

    def _object(self, node: Mapping[str, Any], defs: Mapping[str, Any], name: str) -> Any:
        fields: Mapping[str, Any] = node.get("properties", {})
        if "full_name" in fields and "nhs_number" in fields:
            return self._child(fields, defs)
        if "given_by" in fields and self.rng.random() < 0.6:
            service = {"consent_to_service": self.rng.choice(("yes", "yes", "no"))}
            return service | {"status": "given", "given_by": "parent", "given_by_name": ADULTS[0]}
        wanted = set(node.get("required", ()))
        often = 0.9 if len(fields) <= 4 else 0.35
        drawn = {
            key: self._value(inner, defs, key)
            for key, inner in fields.items()
            if key in wanted or self.rng.random() < often
        }
        if not fields and name == "answers":
            return {key: self._text({}, key) for key in ANSWERS}
        return drawn

    def _child(self, fields: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
        said = child_facts(self.rng, self.rng.choice(self.family))
        if self.rng.random() < 0.15:
            other = self.rng.choice(sorted(fields))
            said.setdefault(other, self._value(fields[other], defs, other))
        return {key: value for key, value in said.items() if key in fields}

    def _of_child(self, defs: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        """Draw what is answered of a child: a report of who is known, a view of who is not."""
        known = self.rng.choice(("known", "previously", "not_known"))
        view = ("view_on_contact", "referral_advised")
        report = ("text", "best_interests_report", "identity_verified")
        asked = view if known == "not_known" else report
        said = {key: self._value(fields[key], defs, key) for key in asked}
        return said | {"known": known, "child_id": self._text({}, "child_id")}

    def _array(self, node: Mapping[str, Any], defs: Mapping[str, Any], name: str) -> list[Any]:
        items = node.get("items", {})
        each = defs.get(items.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
        if "view_on_contact" in each and self.rng.random() < 0.9:
            named = sorted(set(self.seen.get("child_id", ()))) or ["unnamed"]
            return [self._of_child(defs, each) | {"child_id": child} for child in named]
        least = max(node.get("minItems", 0), 1 if name == "actions" else 0)
        most = min(node.get("maxItems", 3), 3)
        nothing = name in self.allowed and not self.allowed[name]
        if nothing or (not self._pool(name) and name in SAME_THING):
            most = least  # there is nothing yet that could be named
        many = max(least, self.rng.randint(0, most))
        return [self._value(node.get("items", {}), defs, name) for _ in range(many)]

    def _scalar(self, kind: str | None, node: Mapping[str, Any], name: str) -> Any:
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind in ("integer", "number"):
            return self.rng.choice((0, 1, 2, 5))
        if node.get("format") in ("date-time", "date"):
            return self._moment(name, whole=node["format"] == "date-time")
        if self.rng.random() < self.odd:
            return self.rng.choice(ODD)
        if node.get("format") == STAFF_ID:
            return self._somebody(name)
        return self._text(node, name)

    def _somebody(self, name: str) -> str:
        """Name somebody: mostly who may be there, at times somebody in another role or nobody."""
        worker, other = Role.SOCIAL_WORKER, self.rng.choice(list(Role))
        roles = self.rng.choice((worker, worker, worker, worker, worker, worker, other))
        somebody = staff(self.pack.council.id, roles, self.rng.choice((1, 1, 2, 2, 3))).id
        team = self.seen.get("team", ()) if name == "to" else ()
        return str(self.rng.choice([*sorted(set(team)), somebody]))

    def _moment(self, name: str, *, whole: bool) -> str:
        earlier = name.startswith(("received", "closed"))
        minutes = self.rng.choice((0, 1, 20, 90, 300, 1500))
        moment = self.now + timedelta(minutes=-minutes if earlier else minutes)
        if self.rng.random() < self.odd:
            moment += timedelta(days=self.rng.choice((-9000, 400, 9000)))
        return moment.isoformat() if whole else moment.date().isoformat()

    def _text(self, node: Mapping[str, Any], name: str) -> str:
        pool = self._pool(name)
        if pool and self.rng.random() < 0.95:
            return self.rng.choice(sorted(set(pool)))
        if name in POOLS:
            return self.rng.choice(POOLS[name])
        return self.rng.choice(PROSE) if node.get("maxLength", 0) > 200 else "Somebody Invented"

    def _pool(self, name: str) -> list[str]:
        told = [*self.allowed.get(name, ()), *codes(self.pack).get(name, ())]
        if told:
            return told
        names = (name, *SAME_THING.get(name, ()))
        return [str(one) for alias in names for one in self.seen.get(alias, ())]


ANSWERS = (
    "support_needed", "appropriate_to_provide_care", "care_is", "cared_for", "wishes",
    "needs_met_on_remand", "needs_met_at_transition", "done_on", "needs", "findings",
    "attended_by",
)  # fmt: skip
YES_NO = ("yes", "no")
POOLS: Mapping[str, Sequence[str]] = {
    "family": ("Quillon", "Walesik"),
    "done_on": ("2026-03-01", "2026-03-01", "2027-03-01"),
    "support_needed": YES_NO,
    "appropriate_to_provide_care": YES_NO,
    "care_is": ("appropriate", "excessive"),
    "prison_number": ("A1234BC", "A4471CT"),
    "full_name": ADULTS,
    "date_of_birth": ("1988-04-01", "2014-03-03", "1990"),
    "address": tuple(child.home for child in CHILDREN),
    "email": ("i.saltmarsh@marlpit-lane.example", "d.walesik@tannery.example"),
    "telephone": ("020 7946 0018", "01632 960001"),
    "home_authority": ("Havering", "Elmshire"),
    "prison_authority": ("Suffield",),
    "nhs_number": tuple(child.number for child in CHILDREN),
}


_CODES: dict[str, Mapping[str, tuple[str, ...]]] = {}


def codes(pack: Pack) -> Mapping[str, tuple[str, ...]]:
    """Give the codes of a council's policy by the fields of forms that take them."""
    if pack.council.id not in _CODES:
        _CODES[pack.council.id] = _codes(pack)
    return _CODES[pack.council.id]


def _codes(pack: Pack) -> Mapping[str, tuple[str, ...]]:
    reverse = pack.reverse_enquiries
    return {
        "urgency": tuple(pack.risk_levels),
        "request_type": tuple(pack.contact.request_types),
        "also_asked": tuple(pack.contact.request_types),
        "reason_code": tuple(pack.gate.reasons),
        "ground": tuple(pack.consent.override_grounds),
        "do_not_inform": tuple(pack.consent.do_not_inform_grounds),
        "exception": tuple(pack.consent.referrer_exceptions),
        "attestations": tuple(pack.contact.attestations),
        "outcome": tuple(pack.outcomes),
        "kind": tuple(reverse),
        "requester": tuple(who for one in reverse.values() for who in one.requesters),
        "mode": tuple(mode for one in reverse.values() for mode in one.modes),
        "duty": tuple(duty for one in reverse.values() for duty in one.answered_by),
        "basis": tuple(pack.disclosing.bases),
        "about": ("subject",),
        "to": tuple(pack.places.beside(pack.council.id)),
        "agency": tuple(pack.optional_agencies),
    }
