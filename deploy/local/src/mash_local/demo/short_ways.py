"""Contacts that need no enquiry: the case system says whom it knows, and the front door sorts."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from pydantic import BaseModel, ConfigDict, TypeAdapter

from mash_local.demo.hub import Hub, Json, Person, UnexpectedAnswerError
from mash_local.demo.people import Staff
from mash_local.demo.samples import FOLDER
from mash_local.demo.sandbox import Agencies
from mash_local.demo.story import LOOK_EVERY, check_children, finish_record
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of

RECORDED = 1
"""The version of a contact that was recorded and nothing more."""
KNOWN_WITHIN = 10.0
"""Seconds until intake has heard of a case."""


class Step(BaseModel):
    """One act: who does what below the contact; `{record}` is the case or contact found.

    `{child-1}` is its first child.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: str
    who: Literal["recorder", "triager", "completer", "overrider", "authoriser", "recommender",
                 "decider"]  # fmt: skip
    form: dict[str, Any]
    service: Literal["intake", "decision"] = "intake"


class OwnAccord(BaseModel):
    """What an agency tells or asks by its own gateway, and nobody types."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    saying: Literal["information", "enquiry"]
    number: str
    body: dict[str, Any]


class Script(BaseModel):
    """One contact, what the case system knows of its child, and how people deal with it.

    It is typed as `contact`, or comes as what an agency `says`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    council: str
    title: str
    known: dict[str, Any] | None = None
    closed_days_ago: int | None = None
    contact: dict[str, Any] = {}
    says: OwnAccord | None = None
    steps: tuple[Step, ...]
    ends: str
    mails: int = 0


@dataclass(slots=True)
class Played:
    """A script that was played."""

    script: Script
    contact_id: str = ""
    trouble: str = ""


def load_short_ways(folder: Path = FOLDER) -> list[Script]:
    """Read every script; raises ValueError that names the field where the file is wrong."""
    text = (folder / "short-ways.json").read_text(encoding="utf-8")
    return TypeAdapter(list[Script]).validate_json(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """Plays the scripts, one after another."""

    hub: Hub
    staff: Mapping[str, Staff]
    kafka: str
    agencies: Agencies
    now: Callable[[], datetime]

    async def play(self, scripts: Sequence[Script]) -> list[Played]:
        """Tell intake what the case system knows, then let each contact come in and be sorted."""
        await self._tell_of_cases(scripts)
        played = [Played(script) for script in scripts]
        for one in played:
            try:
                await self._play(one)
            except UnexpectedAnswerError as error:
                one.trouble = str(error)
        return played

    async def _play(self, one: Played) -> None:
        script, staff = one.script, self.staff[one.script.council]
        contact = await (self._said(script, staff) if script.says else self._typed(script, staff))
        one.contact_id = contact["contact_id"]
        talks = [task["task_id"] for task in contact["tasks"] if task["kind"].startswith("talk")]
        await check_children(self.hub, staff, one.contact_id)
        for step in script.steps:
            await self._step(step, contact, staff)
        await finish_record(self.hub, staff, one.contact_id, talks)

    async def _typed(self, script: Script, staff: Staff) -> Json:
        received = (self.now() - timedelta(minutes=5)).isoformat()
        form = {**script.contact, "received_at": received}
        _, contact = await self.hub.act("intake", "/contacts", staff.recorder, form)
        return contact

    async def _said(self, script: Script, staff: Staff) -> Json:
        """Let the agency say it, and find by the reference of its receipt what was recorded."""
        said = script.says
        assert said is not None  # noqa: S101 - the caller looked
        self.agencies.say(said.agency, said.saying, said.number, said.body)
        async with asyncio.timeout(KNOWN_WITHIN):
            while self.agencies.receipt(said.agency, said.number) is None:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY)
        wanted = {"reference": self.agencies.receipt(said.agency, said.number)}
        (hit,) = await self.hub.find(staff.recorder, "request_to_the_hub", wanted)
        path = f"/contacts/{hit['contact_id']}"
        async with asyncio.timeout(KNOWN_WITHIN):
            while True:
                contact: Json = await self.hub.read("intake", path, staff.coordinator)
                if contact["version"] > RECORDED:  # the index was asked about it
                    return contact
                await asyncio.sleep(LOOK_EVERY)

    async def _step(self, step: Step, contact: Json, staff: Staff) -> None:
        person: Person | None = getattr(staff, step.who)
        if person is None:
            return
        found = [match["found"]["record_id"] for match in contact["matches"]]
        later = (self.now() + timedelta(days=2)).isoformat()
        words = {"{record}": found[0] if found else "", "{later}": later}
        for place, child in enumerate(contact["children"], start=1):
            words[f"{{child-{place}}}"] = child["child_id"]
        form = _filled(step.form, words)
        if step.service == "intake":
            await self.hub.act(
                "intake", f"/contacts/{contact['contact_id']}/{step.act}", person, form
            )
            return
        for child in contact["children"]:
            path = f"/decisions/{child['child_id']}"
            while await self.hub.read("decision", path, person) is None:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY)
            await self.hub.act("decision", f"{path}/{step.act}", person, form)

    async def _tell_of_cases(self, scripts: Sequence[Script]) -> None:
        """Be the councils' case system: put news of cases on its topic; wait until it is known."""
        producer = AIOKafkaProducer(**clients(self.kafka), acks="all", enable_idempotence=True)
        await producer.start()
        try:
            for script in filter(lambda one: one.known, scripts):
                said = self._news(script)
                await producer.send_and_wait(
                    said.topic, said.body, key=said.key, headers=list(said.headers)
                )
        finally:
            await producer.stop()
        for script in filter(lambda one: one.known, scripts):
            await self._until_known(script)

    def _news(self, script: Script) -> Outgoing:
        now, days = self.now(), script.closed_days_ago
        closed = {} if days is None else {"closed_at": now - timedelta(days=days)}
        message = CaseStatusChanged.model_validate(
            {
                **(script.known or {}),
                **closed,
                "council": script.council,
                "occurred_at": now,
            }
        )
        return Outgoing.of(
            message, cause=uuid4().hex, source="case-system", traceparent=child_of(None)
        )

    async def _until_known(self, script: Script) -> None:
        staff, known = self.staff[script.council], script.known or {}
        wanted = {"nhs_number": known["nhs_number"]}
        async with asyncio.timeout(KNOWN_WITHIN):
            while not await self.hub.find(  # noqa: ASYNC110 - the hub is asked, as people do
                staff.recorder, "new_contact", wanted
            ):
                await asyncio.sleep(LOOK_EVERY)


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    return words.get(value, value) if isinstance(value, str) else value
