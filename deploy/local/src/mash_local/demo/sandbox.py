"""The sandbox agencies from outside: how each is told to behave, and what its ledger says."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mash_local.demo.samples import Behaviour
from mash_local.stack import Stack


class Agencies:
    """Tells the agencies how to behave for one contact or another."""

    def __init__(self, stack: Stack, usual: Mapping[str, Behaviour]) -> None:
        self._stack = stack
        self._usual = usual
        self._rules: dict[str, list[dict[str, Any]]] = {agency: [] for agency in usual}
        self._says: dict[str, list[dict[str, Any]]] = {agency: [] for agency in usual}
        for agency in usual:
            self._tell(agency)

    def expect(self, contact_id: str, behaviours: Mapping[str, Behaviour]) -> None:
        """Tell them what to do for a contact; to be called before they are asked about it."""
        for agency, behaviour in behaviours.items():
            rule = {"match": {"contact_id": contact_id}, **behaviour}
            self._rules.setdefault(agency, []).append(rule)
            self._tell(agency)

    def say(self, agency: str, saying: str, number: str, body: Mapping[str, Any]) -> None:
        """Have an agency tell, or ask, the hub something of its own accord."""
        said = {"saying": saying, "number": number, "body": dict(body)}
        self._says.setdefault(agency, []).append(said)
        self._tell(agency)

    def receipt(self, agency: str, number: str) -> str | None:
        """Give the reference that the agency was told for what it said; None before it was."""
        file = self._stack.run.sandbox / f"{agency}.ledger.jsonl"
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        there = (o for o in lines if o["action"] == "receipt" and o["number"] == number)
        return next((str(one["reference"]) for one in there), None)

    def _tell(self, agency: str) -> None:
        default = self._usual.get(agency, {"answer": "information"})
        rules, says = self._rules.get(agency, []), self._says.get(agency, [])
        self._stack.behave(agency, {"default": default, "rules": rules, "says": says})


@dataclass(frozen=True, slots=True)
class Ledger:
    """What an agency itself wrote down: requests taken as new, by id, and deliveries again."""

    asked: Counter[str]
    repeats: int

    @classmethod
    def of(cls, stack: Stack, agency: str) -> Self:
        """Read the ledger of one agency."""
        file = stack.run.sandbox / f"{agency}.ledger.jsonl"
        written = [json.loads(line) for line in file.read_text().splitlines()]
        apart = ("cancelled", "said", "receipt")
        lines = [line for line in written if line["action"] not in apart]
        new = [line["request_id"] for line in lines if line["action"] != "repeat"]
        return cls(Counter(new), len(lines) - len(new))
