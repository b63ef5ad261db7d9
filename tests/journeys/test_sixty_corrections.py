"""One agency corrects its reply sixty times, each as large as may be, on the real database."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from enquiry.consumers import due
from enquiry.domain import Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_local.engines.engine import Engine
from mash_shared.answers import Answer, Fact
from mash_shared.messages import Message
from mash_shared.messages.agency_check import AgencyCheckAnswered
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.plumbing.arrival import Arrival, Door, Outcome
from mash_shared.plumbing.bounds import LARGE
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outgoing import BODY_LIMIT
from mash_shared.plumbing.subscription import Handler
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing import memory_work, packs, sample
from support.session import running_database

pytestmark = pytest.mark.engines

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
ID = AUTHORISED.enquiry_id
OFTEN = 60


mongo = pytest.fixture(scope="module", name="mongo")(running_database)


@pytest.fixture
async def store(mongo: Engine) -> AsyncIterator[Store[Enquiry]]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo.address, tz_aware=True)
    store: Store[Enquiry] = Store(client["sixty-corrections"]["enquiries"], Enquiry)
    await store.prepare()
    yield store
    await client.drop_database("sixty-corrections")
    await client.close()


def _heard(handler: Handler, message: Message, id_: str) -> Arrival:
    return Arrival(
        id=id_,
        name=type(message).__name__,
        document_id=ID,
        change=lambda enquiry: handler(enquiry, message),
        at=message.occurred_at,
        door=Door.MESSAGE,
        traceparent=child_of(None),
    )


def _correction(nth: int) -> Arrival:
    fact = Fact(
        fact_id="f-1",
        about=("c1-1",),
        handling="professionals_only",
        text="x" * 20_000,
        relevance="It is recent.",
    )
    answer = Answer(
        reply_id=f"r{nth}", state="information", facts=(fact,) * 24, analysis="It matters."
    )
    message = sample(
        AgencyCheckAnswered,
        agency="police",
        request_id=f"{ID}.police",
        occurred_at=AUTHORISED.occurred_at + timedelta(seconds=nth),
        answer=answer,
    )
    assert 480_000 < len(message.body()) < BODY_LIMIT
    return _heard(HANDLERS.record_reply, message, f"reply-{nth}")


async def _sweep(store: Store[Enquiry], at: datetime) -> None:
    work = memory_work(store, "enquiry", at)
    await Sweeper(due(HANDLERS), work, work._outbox, Outages(), lambda: at).sweep()


@pytest.mark.rule("I4", "I6", "I8")
@pytest.mark.parametrize("at_once", [1, OFTEN])
async def test_the_enquiry_stays_small_and_its_clocks_run(
    store: Store[Enquiry], at_once: int
) -> None:
    work = memory_work(store, "enquiry", AUTHORISED.occurred_at)
    await work.run([_heard(HANDLERS.open_enquiry, AUTHORISED, "opened")])
    corrections = [_correction(nth) for nth in range(OFTEN)]
    for start in range(0, OFTEN, at_once):
        batch = await work.run(corrections[start : start + at_once])
        assert {one.outcome for one in batch.settled} == {Outcome.DONE}

    (size,) = [one["size"] async for one in await _sizes(store)]
    assert size < LARGE
    await _sweep(store, AUTHORISED.occurred_at + timedelta(days=10))
    found = await store.get(ID)
    assert found is not None
    enquiry, _ = found
    assert enquiry.collated_at is not None
    assert not any(clock.is_open for clock in enquiry.clocks)

    (asked,) = enquiry.slots[AUTHORISED.agencies[0]].rounds
    replies = asked.replies
    assert [line.reply_id for line in replies] == [f"r{nth}" for nth in range(OFTEN)]
    assert all(line.size > 480_000 and len(line.reply_hash) == 64 for line in replies)
    assert [line.reply_id for line in replies if line.answer] == ["r58", "r59"]


async def _sizes(store: Store[Enquiry]) -> Any:
    return await store.collection.aggregate([{"$project": {"size": {"$bsonSize": "$$ROOT"}}}])
