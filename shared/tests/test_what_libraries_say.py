"""Lines of client libraries: counted and not repeated, told by their place, none for nothing."""

import asyncio
import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from structlog.testing import capture_logs

from mash_local.engines import Engines
from mash_shared.plumbing import logs
from mash_shared.plumbing import process as living
from mash_shared.plumbing import producer as producing
from mash_shared.plumbing.logs import SAY_AGAIN_AFTER
from toy.hub import Toy, until

PLACE = TopicPartition("t", 0)
Line = Mapping[str, Any]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the time that logs go by; a test moves it."""
    now = [0.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def said(clock: list[float]) -> Iterator[list[Line]]:
    """Give what is written while time stands still but for what a test does to it."""
    with hearing() as lines:
        yield lines


@contextmanager
def hearing(*others: logging.Handler) -> Iterator[list[Line]]:
    """Give what is written of the lines of libraries, heard as a service hears them."""
    root, client = logging.getLogger(), logging.getLogger("aiokafka")
    before, level, of_client = root.handlers[:], root.level, client.level
    client.setLevel(logging.NOTSET)  # whoever runs engines silences it
    foreign = logs.ForeignRecords()
    root.handlers[:] = [foreign, *others]
    root.setLevel(logging.WARNING)
    try:
        with capture_logs() as lines:
            yield lines  # type: ignore[misc]
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        client.setLevel(of_client)


def _looks_for_its_broker() -> None:
    logging.getLogger("aiokafka.conn").error("Unable to connect to %s", "10.0.0.7:9092")


def test_a_client_that_looks_for_its_broker_says_so_once_a_while_with_a_count(
    said: list[Line], clock: list[float]
) -> None:
    """75 lines a second were 65 % of all lines while the broker was down (fault KI5)."""
    for _ in range(75 * 20):
        _looks_for_its_broker()
        clock[0] += 1 / 75
    logging.getLogger("aiokafka.cluster").warning("Topic %s is not available", "t")
    assert [line["count"] for line in said] == [1, 1]
    clock[0] += SAY_AGAIN_AFTER
    logs.say_counts()
    assert [line["count"] for line in said] == [1, 1, 75 * 20 - 1]
    gone, _, back = said
    assert {name: gone[name] for name in ("event", "logger", "log_level")} == {
        "event": "library_said", "logger": "aiokafka.conn", "log_level": "error",
    }  # fmt: skip
    assert gone["where"].startswith("test_what_libraries_say._looks_for_its_broker:")
    assert {**gone, "count": 0} == {**back, "count": 0}
    clock[0] += 10 * SAY_AGAIN_AFTER
    logs.say_counts()
    assert len(said) == 3, "a line that was not said again was counted"


def test_while_it_goes_on_each_while_is_one_line(said: list[Line], clock: list[float]) -> None:
    for _ in range(21):
        logs.say_counts()
        _looks_for_its_broker()
        clock[0] += SAY_AGAIN_AFTER / 5
    assert [line["count"] for line in said] == [1, 4, 5, 5, 5]


def test_lines_of_other_places_or_errors_are_lines_of_their_own(said: list[Line]) -> None:
    for error in (KeyError("a child"), ValueError("a child"), KeyError("another")):
        try:
            raise error
        except (KeyError, ValueError):
            logging.getLogger("asyncio").exception("Exception in callback")
    assert [line["error_type"] for line in said] == ["KeyError", "ValueError"]
    here = "test_lines_of_other_places_or_errors_are_lines_of_their_own:"
    assert all(line["where"].startswith(here) for line in said)
    assert "child" not in str(said)


async def _given_up_over(*, taken_back: bool) -> list[dict[str, Any]]:
    """Give up a producer that holds a batch; give what asyncio has to complain of."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
    producer = AIOKafkaProducer(bootstrap_servers="nowhere:1", enable_idempotence=True)
    accumulator: Any = producer._message_accumulator
    message = await accumulator.add_message(PLACE, b"k", b"v", timeout=1)
    if taken_back:  # as it does when the broker goes away over it
        accumulator._txn_manager.set_pid_and_epoch(1, 0)
        accumulator.reenqueue(accumulator._pop_batch(PLACE))
    await producing._give_up(producer)
    assert message.done()
    producing._seen(message)
    await producing.stop_quietly(producer)
    del producer, accumulator, message
    await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    return complaints


@pytest.mark.parametrize("taken_back", [False, True], ids=["never sent", "taken back"])
async def test_a_producer_that_is_given_up_leaves_no_errors_that_nobody_reads(
    *, taken_back: bool
) -> None:
    """They were a `ProducerClosed` and a `KeyError` of asyncio, without a cause (fault KI7)."""
    assert await _given_up_over(taken_back=taken_back) == []


class Counted(logging.Handler):
    """Counts what the client library says, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.many = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count."""
        self.many += record.name.startswith("aiokafka")


@pytest.mark.engines
@pytest.mark.crash
async def test_while_the_broker_is_away_two_lanes_write_a_handful_of_lines(
    toy_to_break: Toy, breakable: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each consumer looks for its broker tens of times a second (fault KI5)."""
    monkeypatch.setattr(living, "WATCH_EVERY", 0.1)
    counted = Counted()
    async with toy_to_break.running():
        with hearing(counted) as lines:
            await asyncio.to_thread(breakable.kafka.kill)
            await until(lambda: counted.many >= 300, "many lines of the client", 60)
            written = [line for line in lines if line["event"] == "library_said"]
            assert len(written) < 20
            await asyncio.to_thread(breakable.kafka.restart)
            monkeypatch.setattr(logs, "SAY_AGAIN_AFTER", 0.0)
            await until(lambda: _said_of(lines) == counted.many, "count of all that was said")


def _said_of(lines: list[Line]) -> int:
    return sum(line["count"] for line in lines if line["event"] == "library_said")
