"""What FastStream does when nobody tells it otherwise; an upgrade that changes it is seen here."""

import asyncio
import inspect
import time
from collections.abc import Sequence
from typing import Any

import pytest
from faststream import AckPolicy, ExceptionMiddleware
from faststream.kafka import KafkaBroker, KafkaRouter
from faststream.kafka.subscriber.usecase import BatchSubscriber

from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.prompt import PromptConsumer
from mash_shared.plumbing.subscriber import Subscribers, UnsafeSubscriberError, assert_safe
from mash_shared.plumbing.subscription import Record
from toy.hub import Toy, until
from toy.stock import lag, ours, put, stock

SAFE: dict[str, Any] = {
    "batch": True,
    "group_id": "g",
    "ack_policy": AckPolicy.NACK_ON_ERROR,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "no_reply": True,
    "parser": lambda record: record,
}


def test_by_default_a_subscriber_commits_before_its_work_and_a_router_inherits_nothing() -> None:
    broker = KafkaBroker("nowhere:9092", ack_policy=AckPolicy.NACK_ON_ERROR)
    assert KafkaBroker("nowhere:9092").subscriber("t").ack_policy is AckPolicy.ACK_FIRST
    assert broker.subscriber("t").ack_policy is AckPolicy.NACK_ON_ERROR

    router = KafkaRouter()
    of_router: Any = router.subscriber("t")
    broker.include_router(router)
    assert of_router.ack_policy is AckPolicy.ACK_FIRST
    assert of_router._connection_args["enable_auto_commit"]


@pytest.mark.parametrize(
    ("unsafe", "fault"),
    [
        ({"ack_policy": AckPolicy.ACK_FIRST}, "commits before its work is done"),
        ({"ack_policy": AckPolicy.ACK}, "commits before its work is done"),
        ({"ack_policy": AckPolicy.MANUAL}, "commits before its work is done"),
        ({"auto_offset_reset": "latest"}, "skips what was there before it"),
        ({"group_id": None}, "has no group"),
        ({"isolation_level": "read_uncommitted"}, "reads what was never"),
        ({"no_reply": False}, "answers to a topic that the sender names"),
        ({"parser": None}, "skips records with headers it cannot read"),
    ],
)
def test_an_unsafe_subscriber_is_refused(unsafe: dict[str, Any], fault: str) -> None:
    broker = KafkaBroker("nowhere:9092")
    broker.subscriber("safe", **SAFE)
    assert_safe(broker)
    broker.subscriber("unsafe", **(SAFE | unsafe))
    with pytest.raises(UnsafeSubscriberError, match=fault):
        assert_safe(broker)


def test_several_addresses_must_come_as_a_list() -> None:
    broker: Any = Subscribers("open://one:1,two:2", [])._broker
    assert broker.config.broker_config.builder.keywords["bootstrap_servers"] == ["one:1", "two:2"]


@pytest.mark.engines
async def test_ack_commits_what_failed(toy: Toy) -> None:
    """Only NACK_ON_ERROR gives a failed message again."""
    seen: list[bytes] = []

    async def handler(body: bytes) -> None:
        seen.append(body)
        if body == b"1":
            raise ZeroDivisionError

    await put(toy, b"0", b"1", b"2")
    async with stock(toy, handler, ack_policy=AckPolicy.ACK, decoder=_raw):
        await until(lambda: len(seen) == 3, "third message")
        await until(lambda: _nothing_left(toy), "commit")
    assert seen == [b"0", b"1", b"2"]


@pytest.mark.engines
async def test_nack_gives_a_message_again_at_once_and_for_ever(toy: Toy) -> None:
    """So a raw exception never reaches it: the listener parks, or pauses and gives back."""
    times: list[float] = []

    async def handler(_: Any) -> None:
        times.append(time.monotonic())
        raise ZeroDivisionError

    await put(toy, b"1")
    async with stock(toy, handler):
        await until(lambda: times, "first delivery")
        await asyncio.sleep(1)
    assert len([one for one in times if one < times[0] + 1]) > 15
    assert await lag(toy) == 1


@pytest.mark.engines
@pytest.mark.parametrize("value", [None, b"\xff"], ids=["null", "not UTF-8"])
async def test_a_record_with_a_bad_header_is_skipped_in_silence_but_not_by_ours(
    toy: Toy, value: bytes | None
) -> None:
    seen: list[bytes] = []

    async def handler(body: Any) -> None:
        seen.append(body)

    async def take(records: Sequence[Record]) -> None:
        seen.extend(one.value or b"" for one in records)

    await put(toy, b"bad", headers=[("x-note", value)])
    async with stock(toy, handler, decoder=_raw):
        await asyncio.sleep(0.5)
        await put(toy, b"good")
        await until(lambda: seen, "second message")
    assert seen == [b"good"]

    seen.clear()
    async with ours(toy, take, group=f"ours-{toy.tag}"):
        await until(lambda: len(seen) == 2, "both messages")
    assert seen == [b"bad", b"good"]


@pytest.mark.engines
async def test_a_stray_cancellation_ends_the_loop_for_good_but_not_ours(toy: Toy) -> None:
    seen: list[int] = []

    async def handler(_: Any) -> None:
        seen.append(len(seen))
        if len(seen) == 1:
            raise asyncio.CancelledError

    await put(toy, b"1", b"2")
    async with stock(toy, handler) as subscriber:
        await until(lambda: all(task.done() for task in subscriber.tasks), "death of the loop")
        await asyncio.sleep(0.5)
        assert subscriber.running
        assert seen == [0]

    seen.clear()
    async with ours(toy, handler, group=f"ours-{toy.tag}", at_once=1) as subscribers:
        await until(lambda: len(seen) >= 3, "redelivery")
        assert subscribers.stuck() == []
        (dying,) = [task for one in subscribers._broker.subscribers for task in one.tasks]  # type: ignore[attr-defined]
        dying.cancel()
        await until(subscribers.stuck, "death noticed")


@pytest.mark.engines
async def test_a_filter_that_fits_nobody_spins(toy: Toy) -> None:
    """So the plumbing finds the handler by topic, in one subscriber."""
    asked: list[Any] = []

    async def handler(_: Any) -> None: ...

    await put(toy, b"1")
    async with stock(toy, handler, filter=asked.append):
        await until(lambda: len(asked) > 15, "spinning", 5)
    assert await lag(toy) == 1


@pytest.mark.engines
async def test_an_exception_middleware_makes_a_failure_a_success(toy: Toy) -> None:
    """So the plumbing has none."""
    middleware = ExceptionMiddleware({ZeroDivisionError: lambda _: None})

    async def handler(_: Any) -> None:
        raise ZeroDivisionError

    await put(toy, b"1")
    async with stock(toy, handler, middlewares=[middleware]):
        await until(lambda: _nothing_left(toy), "commit of the failure")


@pytest.mark.engines
async def test_an_answer_goes_wherever_the_sender_says_but_not_from_ours(toy: Toy) -> None:
    async def handler(_: Any) -> bytes:
        return b"answer"

    async def take(_: Sequence[Record]) -> Any:
        return b"answer of ours"

    await put(toy, b"1", headers=[("reply_to", toy.counted.encode())])
    async with ours(toy, take, group=f"ours-{toy.tag}"):
        await until(lambda: _heard(toy, f"ours-{toy.tag}"), "commit")
    assert await toy.read(toy.counted) == []
    async with stock(toy, handler, decoder=_raw):
        await until(lambda: _nothing_left(toy), "commit")
    assert [one.value for one in await toy.read(toy.counted)] == [b"answer"]


async def test_an_empty_batch_is_followed_by_a_sleep() -> None:
    class Empty:
        async def getmany(self, **_: Any) -> dict[str, Any]:
            return {}

    subscriber: Any = KafkaBroker("nowhere:9092").subscriber("t", batch=True)
    assert isinstance(subscriber, BatchSubscriber)
    began = time.monotonic()
    assert await subscriber.get_msg(Empty()) == ()
    assert time.monotonic() - began >= subscriber.batch_timeout_ms / 1000


@pytest.mark.engines
async def test_our_consumer_waits_inside_so_that_no_batch_is_empty(toy: Toy) -> None:
    async def take(_: Sequence[Record]) -> None: ...

    async with ours(toy, take) as subscribers:
        assert isinstance(subscribers._consumers()[0], PromptConsumer)
    given = {**clients(toy.kafka), "auto_offset_reset": "earliest", "group_id": None}
    alone = PromptConsumer(toy.noted, isolation_level="read_committed", **given)
    await alone.start()
    try:
        waiting = asyncio.create_task(alone.getmany(timeout_ms=10))
        await asyncio.sleep(1.5)
        assert not waiting.done()
        await put(toy, b"1")
        (records,) = (await asyncio.wait_for(waiting, 5)).values()
        assert [one.value for one in records] == [b"1"]
    finally:
        await alone.stop()


def test_by_default_a_new_group_skips_what_is_there() -> None:
    defaults = inspect.signature(KafkaBroker.subscriber).parameters
    assert defaults["auto_offset_reset"].default == "latest"
    assert defaults["session_timeout_ms"].default == 10_000


async def _raw(message: Any) -> Any:
    return message.body


async def _nothing_left(toy: Toy) -> bool:
    return await lag(toy) == 0


async def _heard(toy: Toy, group: str) -> bool:
    return await toy.lag(group, [toy.noted]) == 0
