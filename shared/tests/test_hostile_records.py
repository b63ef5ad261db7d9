"""No bytes stop a lane: whatever is written to a topic is read, or parked with its place."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import httpx
import pytest
from pymongo.asynchronous.collection import AsyncCollection

from agency_gateway.consumers import subscriptions
from agency_gateway.domain import Request
from agency_gateway.handlers import GatewayHandlers
from mash_shared.messages.agency_check import AgencyCheckRequested, AgencyReply
from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import dead_letter_topic
from mash_shared.plumbing.process import Process
from mash_shared.plumbing.topics import all_topics, provision
from mash_shared.plumbing.tracing import child_of
from mash_shared.service import Service
from mash_shared.testing import packs, sample
from support import hostile
from toy.hub import Toy, until

READ = 20_000
WRITTEN = 2_000
GOOD = 40


def test_reading_raises_nothing_but_a_reason() -> None:
    ends, wrong = hostile.read(READ, seed=1)
    assert wrong == []
    assert len(ends) > 10, "the records were all spoilt in one way"


@asynccontextmanager
async def gateway(toy: Toy) -> AsyncIterator[tuple[Process, str]]:
    """Run the real gateway of an agency that is named after this test."""
    process = f"agency-gateway.{toy.tag}"
    await provision(toy.kafka, [one for one in all_topics([toy.tag]) if toy.tag in one.name], 1)
    await provision(toy.kafka, all_topics([]), 1)
    settings = toy.settings()
    running = Process(
        Service(
            process=process,
            settings=settings,
            aggregate=Request,
            collection="requests",
            subscriptions=subscriptions(GatewayHandlers(packs()), toy.tag),
        )
    )
    try:
        await running.start()
        await until(running._subscribers.assigned, "assignment")
        yield running, f"http://127.0.0.1:{settings.ops_port}"
    finally:
        await running.stop()


@pytest.mark.engines
async def test_good_records_pass_between_two_thousand_that_are_not(toy: Toy) -> None:
    rng = random.Random(7)  # noqa: S311 - the same every time
    bad = hostile.hostile(rng, hostile.good(toy.tag))
    async with gateway(toy) as (process, ops):
        requests = process._unit.store.collection
        for number in range(GOOD):
            asked = sample(
                AgencyCheckRequested, agency=toy.tag, contact_id=f"c-{number}",
                enquiry_id=f"enq-c-{number}", request_id=f"enq-c-{number}.{toy.tag}",
            )  # fmt: skip
            await _put(toy, asked)
            for one in islice(bad, WRITTEN // GOOD):
                topic = rng.choice((one.topic, one.topic.replace(".red.", ".")))
                headers = [(name or "x", value) for name, value in one.headers]
                neither = one.key is None and one.value is None  # which no client sends
                await toy.put(topic, b"" if neither else one.value, key=one.key, headers=headers)
        await until(lambda: _all_have(requests, "asked_at"), "hand-over of every request", 60)
        async for raw in requests.find({}):
            await _put(toy, _reply(toy, raw["state"]))
        await until(lambda: _all_have(requests, "disclosures"), "answer to every request", 60)
        async with httpx.AsyncClient() as client:
            for check in ("live", "ready"):
                assert (await client.get(f"{ops}/health/{check}")).status_code == 200
        parked = await toy.read(dead_letter_topic(f"agency-gateway.{toy.tag}"))
        places = {dict(one.headers)["parked-id"] for one in parked}
        assert len(places) > WRITTEN / 2, "few of them were bad"


async def _all_have(requests: AsyncCollection[Raw], field: str) -> bool:
    return sum(bool(one["state"][field]) for one in await requests.find({}).to_list()) == GOOD


async def _put(toy: Toy, message: AgencyCheckRequested | AgencyReply) -> None:
    sent = Outgoing.of(
        message, cause=message.request_id, source="tests", traceparent=child_of(None)
    )
    await toy.put(sent.topic, sent.body, key=sent.key, headers=sent.headers)
    await asyncio.sleep(0)


def _reply(toy: Toy, request: dict[str, str]) -> AgencyReply:
    copied = {
        name: request[name]
        for name in ("contact_id", "council", "urgency", "enquiry_id", "request_hash")
    }
    return sample(
        AgencyReply, **copied, agency=toy.tag, request_id=request["id"], reply_id=request["id"]
    )
