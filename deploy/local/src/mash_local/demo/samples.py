"""The invented contacts and how the agencies behave for them, as data in `deploy/local/demo`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from mash_local.services import LOCAL

FOLDER = LOCAL / "demo"
HELD_BACK_SECONDS = 3600.0
"""An answer that is held back longer than this counts as silence until the run's clock moves."""

Behaviour = Mapping[str, Any]


class Judged(BaseModel):
    """What the council's people find for one child."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str
    rationale: str


class Sample(BaseModel):
    """One contact: what is told, what the people do with it, how agencies behave for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    council: str = ""
    title: str
    received_minutes_ago: int
    retried: bool = False
    contact: dict[str, Any]
    override: dict[str, str] | None = None
    authorise: dict[str, str]
    decide: tuple[Judged, ...]
    agencies: dict[str, dict[str, Any]] = {}

    @model_validator(mode="after")
    def _one_judgement_for_each_child(self) -> Self:
        if len(self.decide) != len(self.contact["children"]):
            raise ValueError(f"{self.title}: `decide` needs one entry for each child")
        return self

    @property
    def referrer(self) -> str:
        """Kind of the referrer."""
        return str(self.contact["referrer"]["kind"])

    @property
    def email(self) -> str | None:
        """Where the referrer can be written to."""
        address = self.contact["referrer"].get("email")
        return None if address is None else str(address)

    @property
    def late(self) -> frozenset[str]:
        """Agencies that answer after their time."""
        return frozenset(a for a, b in self.agencies.items() if _held_back(b))

    @property
    def silent(self) -> frozenset[str]:
        """Agencies whose time runs out, those that answer late included."""
        never = {a for a, b in self.agencies.items() if b["answer"] == "silence"}
        return self.late | never

    @property
    def malformed(self) -> frozenset[str]:
        """Agencies that send something unreadable."""
        return frozenset(a for a, b in self.agencies.items() if b["answer"] == "malformed")


def _held_back(behaviour: Behaviour) -> bool:
    return float(behaviour.get("delay_seconds", 0)) >= HELD_BACK_SECONDS


class _Album(BaseModel):
    model_config = ConfigDict(extra="forbid")

    council: str
    contacts: tuple[Sample, ...]


def load_samples(folder: Path = FOLDER) -> list[Sample]:
    """Read every contact, council by council.

    Raises ValueError that names the field where a file is wrong.
    """
    albums = [
        _Album.model_validate_json(file.read_text(encoding="utf-8"))
        for file in sorted((folder / "contacts").glob("*.json"))
    ]
    return [
        sample.model_copy(update={"council": album.council})
        for album in albums
        for sample in album.contacts
    ]


def load_behaviours(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Read how agencies behave for contacts that say nothing else."""
    read: dict[str, dict[str, Any]] = json.loads((folder / "agencies.json").read_text())
    return read
