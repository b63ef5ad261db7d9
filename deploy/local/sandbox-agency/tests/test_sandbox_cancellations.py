"""Requests taken back while their replies wait: what is still sent, and what is committed when."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from aiokafka import TopicPartition
from sandbox_behaviour import BehaviourFile
from sandbox_cancellations import Cancellations
from sandbox_lane import Desk, Lane
from sandbox_ledger import Ledger

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Topic:
    """One topic of the agency with its consumer: records in, positions out."""

    def __init__(self, name: str, on_commit: Callable[[], None] = lambda: None) -> None:
        self.partition, self.on_commit = TopicPartition(name, 0), on_commit
        self.committed: int | None = None
        self._records: list[Any] = []
        self._read = 0

    def write(self, value: bytes) -> None:
        offset, topic = len(self._records), self.partition.topic
        record = SimpleNamespace(value=value, headers=(), topic=topic, partition=0, offset=offset)
        self._records.append(record)

    async def getmany(self, **_: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0.001)
        batch, self._read = self._records[self._read :], len(self._records)
        return {self.partition: batch} if batch else {}

    async def commit(self, positions: dict[TopicPartition, int]) -> None:
        self.on_commit()
        self.committed = positions[self.partition]

    def paused(self) -> set[TopicPartition]:
        return set()


class Agency:
    """Both lanes and the cancellations of one agency that answers after a minute."""

    def __init__(self, folder: Path) -> None:
        self.logged: list[dict[str, Any]] = []
        self.path = folder / "ledger.jsonl"
        self.ledger = Ledger(self.path)
        rules = folder / "behaviour.json"
        rules.write_bytes(orjson.dumps({"default": {"delay_seconds": 60}}))
        behaviour = BehaviourFile(rules)
        behaviour.refresh()
        desk = Desk("health", self.ledger, behaviour, now=lambda: START, log=self._log)
        self.ledger_at_commit: list[bytes] = []
        self.cancelled = Topic("agency.health.cancellation.v1", self._keep_ledger)
        self.requests = {
            "amber": Topic("agency.health.request.v1"),
            "red": Topic("agency.health.request.red.v1"),
        }
        self.lanes = {
            lane: Lane(topic, None, desk, in_flight=9, log=self._log)
            for lane, topic in self.requests.items()
        }
        lanes = [*self.lanes.values()]
        self.cancellations = Cancellations(self.cancelled, desk, lanes, log=self._log)

    def _log(self, event: str, **ids: Any) -> None:
        self.logged.append({"event": event, **ids})

    def _keep_ledger(self) -> None:
        self.ledger_at_commit.append(self.path.read_bytes())

    def ask(self, request_id: str, lane: str) -> None:
        fields = ("enquiry_id", "contact_id", "urgency", "request_hash")
        body = dict.fromkeys(fields, "x") | {"request_id": request_id, "lane": lane}
        self.requests[lane].write(orjson.dumps(body | {"agency": "health"}))

    def take_back(self, request_id: str) -> None:
        self.cancelled.write(orjson.dumps({"request_id": request_id, "agency": "health"}))

    def waiting(self, lane: str) -> list[str]:
        return [held.request_id for held in self.lanes[lane]._waiting.values()]


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    opened, stop = Agency(tmp_path), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for listener in (*opened.lanes.values(), opened.cancellations):
            group.create_task(listener.run(stop))
        yield opened
        stop.set()
    opened.ledger.close()


async def comes_true(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it did not come true")


@pytest.mark.parametrize("lane", ["amber", "red"])
async def test_a_reply_that_waits_is_dropped_and_its_request_counts_as_answered(
    agency: Agency, lane: str
) -> None:
    agency.ask("req-1", lane)
    agency.ask("req-2", lane)
    await comes_true(lambda: agency.waiting(lane) == ["req-1", "req-2"])
    assert agency.requests[lane].committed == 0
    agency.take_back("req-1")
    await comes_true(lambda: agency.waiting(lane) == ["req-2"])
    await comes_true(lambda: agency.requests[lane].committed == 1)


async def test_every_delivery_of_a_request_taken_back_is_dropped(agency: Agency) -> None:
    agency.ask("req-1", "amber")
    agency.ask("req-1", "amber")
    await comes_true(lambda: len(agency.waiting("amber")) == 2)
    agency.take_back("req-1")
    await comes_true(lambda: agency.requests["amber"].committed == 2)
    await comes_true(lambda: agency.waiting("amber") == [])


async def test_a_cancellation_is_in_the_ledger_before_it_is_committed(agency: Agency) -> None:
    agency.take_back("req-1")
    await comes_true(lambda: agency.cancelled.committed == 1)
    (ledger,) = agency.ledger_at_commit
    assert orjson.loads(ledger)["action"] == "cancelled"


async def test_an_unreadable_cancellation_holds_up_no_other(agency: Agency) -> None:
    agency.cancelled.write(b"{")
    agency.take_back("req-1")
    await comes_true(lambda: agency.cancelled.committed == 2)
    assert orjson.loads(agency.path.read_bytes())["request_id"] == "req-1"
    events = [entry["event"] for entry in agency.logged]
    assert events == ["cancellation_unreadable", "cancellations_taken"]
