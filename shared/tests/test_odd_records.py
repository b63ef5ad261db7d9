"""Odd records that are good: headers of others, names that are no text, aborted transactions."""

from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of
from toy.domain import noted
from toy.hub import Toy, until

pytestmark = pytest.mark.engines


async def test_headers_of_others_may_hold_anything(toy: Toy) -> None:
    """A tracing agent's binary header, and one without a value."""
    foreign = {"elasticapmtraceparent": b"\x00\xff", "tracestate": None, "traceparent": b"\xff"}
    for number, (name, value) in enumerate(foreign.items()):
        sent = sent_anew(toy, "foreign", str(number))
        own = [(n, v) for n, v in sent.headers if n != name]
        await toy.put(toy.noted, sent.body, key=sent.key, headers=[*own, (name, value)])
    async with toy.running():
        await toy.all_heard()

    assert await toy.lines("foreign") == ["0", "1", "2"]
    assert await toy.read(toy.parked) == []


class Raw(str):
    """A header's name that goes on the wire as bytes that are no text."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"x-\xfc\xff"


def sent_anew(toy: Toy, sheet: str, text: str) -> Outgoing:
    message = noted(toy.tag, sheet, text)
    return Outgoing.of(message, cause=text, source="tests", traceparent=child_of(None))


@pytest.mark.parametrize("compressed", [0, 1], ids=["plain", "gzip"])
async def test_a_header_name_that_is_no_text_stops_nobody(toy: Toy, compressed: int) -> None:
    """The client library raises before anybody sees such a record, and at every fetch again."""
    await toy.say(noted(toy.tag, "sheet", "before"))
    producer = AIOKafkaProducer(**clients(toy.kafka))
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, compressed, False, -1, -1, -1, 2**20)
        for text, names in (("first", ()), ("named", (Raw("x"),)), ("behind", ())):
            sent = sent_anew(toy, "sheet", text)
            headers = [*sent.headers, *((name, b"any") for name in names)]
            batch.append(key=sent.key, value=sent.body, timestamp=None, headers=headers)
        await (await producer.send_batch(batch, toy.noted, partition=0))
    finally:
        await producer.stop()
    await toy.say(noted(toy.tag, "sheet", "after"))
    async with toy.running() as process:
        await toy.all_heard()
        assert process._subscribers.stuck() == []

    assert await toy.lines("sheet") == ["before", "first", "named", "behind", "after"]
    assert await toy.read(toy.parked) == []


async def test_what_was_never_committed_is_never_heard(toy: Toy) -> None:
    producer = AIOKafkaProducer(**clients(toy.kafka), transactional_id=f"t-{toy.tag}")
    await producer.start()
    try:
        for text in ("aborted", "committed"):
            await producer.begin_transaction()
            sent = sent_anew(toy, "sheet", text)
            await producer.send_and_wait(
                toy.noted, sent.body, key=sent.key, headers=[*sent.headers]
            )
            await (
                producer.abort_transaction() if text == "aborted" else producer.commit_transaction()
            )
    finally:
        await producer.stop()
    await toy.say(noted(toy.tag, "sheet", "after"))
    async with toy.running():
        await until(lambda: _last_line(toy, "after"), "the last of the records")

    assert await toy.lines("sheet") == ["committed", "after"]


async def _last_line(toy: Toy, text: str) -> bool:
    return (await toy.lines("sheet"))[-1:] == [text]
