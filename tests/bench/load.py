"""The load generator, a process of its own: plays the people of the hub at full speed.

Reads a plan as JSON from standard input and writes what it did as JSON to standard output. It
learns from topics, never by polling over HTTP, when a decision is open and when a referrer is told.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaConsumer
from people import AUTHORISATION, CHECKED, JUDGEMENT, contact
from spans import places_of
from talk import Client

from mash_shared.plumbing.broker import clients

OPENED = ("clock.changed.decision.v1",)
TOLD = ("notice.delivered.v1", "notice.delivered.red.v1")
PATIENCE = 60.0
"""Seconds to wait for any step of one contact."""


class RefusedError(Exception):
    """An act was not taken."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do: closed loop with `in_flight` contacts, or `per_second` new ones (open loop)."""

    intake: str
    decision: str
    kafka: str
    tokens: dict[str, str]
    seconds: float
    in_flight: int = 1
    per_second: float = 0.0
    red_share: float = 0.2
    only_to_collated: bool = False
    pause: float = 0.0
    """Seconds between two contacts of one place in a closed loop."""


@dataclass(kw_only=True)
class Done:
    """What was done; times are seconds of the wall clock, which the broker shares."""

    began: float = 0.0
    ended: float = 0.0
    finished: float = 0.0
    recorded: int = 0
    completed: int = 0
    authorised: dict[str, float] = field(default_factory=dict)
    """When each enquiry's authorisation was sent, by contact id."""
    red: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


class People:
    """Takes contacts through the hub."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._intake = Client(plan.intake, 64)
        self._decision = Client(plan.decision, 64)
        self._heard: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._chance = random.Random(7)  # noqa: S311 - chooses colours, not secrets
        self.done = Done()

    async def listen(self, ready: asyncio.Event) -> None:
        """Wake whoever waits for a contact."""
        consumer = AIOKafkaConsumer(
            **clients(self._plan.kafka),
            isolation_level="read_committed",
            fetch_max_wait_ms=100,
        )
        await consumer.start()
        try:
            places = await places_of(consumer, (*OPENED, *TOLD))
            consumer.assign(places)
            await consumer.seek_to_end(*places)
            ready.set()
            while True:
                batches = await consumer.getmany(timeout_ms=1000)
                for place, records in batches.items():
                    step = "opened" if place.topic in OPENED else "told"
                    for record in records:
                        self._wake(step, record.key.decode())
        finally:
            await consumer.stop()

    def _wake(self, step: str, contact_id: str) -> None:
        waiting = self._heard.pop((step, contact_id), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _expect(self, step: str, contact_id: str) -> asyncio.Future[None]:
        waiting = asyncio.get_running_loop().create_future()
        self._heard[step, contact_id] = waiting
        return waiting

    async def one_contact(self) -> None:
        """Take one contact the whole way; a fault is counted and ends it."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._one_contact()
        except (RefusedError, TimeoutError, OSError) as error:
            self.done.faults[f"{type(error).__name__}: {error}"] += 1

    async def _one_contact(self) -> None:
        plan, done = self._plan, self.done
        urgency = "red" if self._chance.random() < plan.red_share else "amber"
        answer = await self._act(self._intake, "/contacts", "recorder", contact(urgency))
        contact_id: str = answer["contact_id"]
        done.recorded += 1
        opened = self._expect("opened", contact_id)
        if urgency == "red":
            done.red.append(contact_id)
        way = f"/contacts/{contact_id}"
        await self._act(self._intake, f"{way}/demographic-check", "recorder", CHECKED)
        done.authorised[contact_id] = time.time()
        await self._act(self._intake, f"{way}/enquiry-authorisation", "manager", AUTHORISATION)
        await opened
        if not plan.only_to_collated:
            told = self._expect("told", contact_id)
            way = f"/decisions/{contact_id}-1"
            await self._act(self._decision, f"{way}/recommendation", "social_worker", JUDGEMENT)
            await self._act(self._decision, f"{way}/outcome", "manager", JUDGEMENT)
            await told
        done.completed += 1

    async def _act(self, client: Client, path: str, who: str, body: dict[str, Any]) -> Any:
        token, key = self._plan.tokens[who], uuid4().hex
        status, answer = await client.post(path, token=token, key=key, body=orjson.dumps(body))
        if status not in (200, 201):
            raise RefusedError(f"{status} from {path.rsplit('/', 1)[-1]}")
        return orjson.loads(answer)

    async def keep_a_place(self, after: float, until: float) -> None:
        """Begin one contact after another, the first after some seconds."""
        await asyncio.sleep(after)
        while time.time() < until:
            await self.one_contact()
            await asyncio.sleep(self._plan.pause)

    async def begin_at_a_rate(self, until: float) -> None:
        """Begin contacts at random moments, however many are still on their way."""
        async with asyncio.TaskGroup() as group:
            due = time.time()
            while due < until:
                await asyncio.sleep(max(0.0, due - time.time()))
                group.create_task(self.one_contact())
                due += self._chance.expovariate(self._plan.per_second)


async def play(plan: Plan) -> Done:
    """Carry the plan out."""
    people, ready = People(plan), asyncio.Event()
    listening = asyncio.create_task(people.listen(ready))
    await ready.wait()
    done = people.done
    done.began = time.time()
    done.ended = until = done.began + plan.seconds
    if plan.per_second:
        await people.begin_at_a_rate(until)
    else:
        async with asyncio.TaskGroup() as group:
            for place in range(plan.in_flight):
                # spread over the first third, so that they do not travel as one wave
                after = place / plan.in_flight * plan.seconds / 3
                group.create_task(people.keep_a_place(after, until))
    done.finished = time.time()
    listening.cancel()
    return done


if __name__ == "__main__":
    did = asyncio.run(play(Plan(**orjson.loads(sys.stdin.buffer.read()))))
    sys.stdout.buffer.write(orjson.dumps(did))
