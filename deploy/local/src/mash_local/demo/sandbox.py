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
        for agency in usual:
            self._tell(agency)

    def expect(self, contact_id: str, behaviours: Mapping[str, Behaviour]) -> None:
        """Tell them what to do for a contact; to be called before they are asked about it."""
        for agency, behaviour in behaviours.items():
            rule = {"match": {"contact_id": contact_id}, **behaviour}
            self._rules.setdefault(agency, []).append(rule)
            self._tell(agency)

    def _tell(self, agency: str) -> None:
        default = self._usual.get(agency, {"answer": "information"})
        self._stack.behave(agency, {"default": default, "rules": self._rules[agency]})


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
        lines = [line for line in written if line["action"] != "cancelled"]
        new = [line["request_id"] for line in lines if line["action"] != "repeat"]
        return cls(Counter(new), len(lines) - len(new))
