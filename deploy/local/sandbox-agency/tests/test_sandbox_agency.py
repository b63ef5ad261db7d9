"""The program as a whole: what it listens to, and when it says that it does."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sandbox_agency
from aiokafka import TopicPartition
from sandbox_behaviour import BehaviourFile
from sandbox_ledger import Ledger


class Client:
    """Stands in for a consumer or the producer, and keeps how it was made."""

    def __init__(self, **settings: Any) -> None:
        self.settings, self.polled = settings, False

    def subscribe(self, topics: list[str], listener: Any) -> None:
        (self.topic,), self.listener = topics, listener

    async def start(self) -> None:
        await asyncio.sleep(0)

    async def stop(self) -> None:
        await asyncio.sleep(0)

    async def getmany(self, **_: int) -> dict[TopicPartition, list[Any]]:
        self.polled = True
        await asyncio.sleep(0.001)
        return {}

    def paused(self) -> set[TopicPartition]:
        return set()


async def everybodys_turn() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


async def test_it_is_ready_once_it_listens_to_every_topic_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers: list[Client] = []

    def consumer(**settings: Any) -> Client:
        consumers.append(Client(**settings))
        return consumers[-1]

    monkeypatch.setattr(sandbox_agency, "AIOKafkaProducer", Client)
    monkeypatch.setattr(sandbox_agency, "AIOKafkaConsumer", consumer)
    ledger, ready = Ledger(tmp_path / "ledger"), tmp_path / "ready"
    words = ["--agency=police", f"--ledger={tmp_path}/ledger", f"--ready-file={ready}"]
    options = sandbox_agency.read_options(words)
    serving = asyncio.create_task(sandbox_agency.serve(options, ledger, BehaviourFile(None)))
    await everybodys_turn()
    for one in consumers:
        assert not ready.exists(), f"ready before {one.topic}"
        await one.listener.on_partitions_assigned([TopicPartition(one.topic, 0)])
        await everybodys_turn()
    assert ready.exists()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    ledger.close()
    assert {one.topic: one.settings["group_id"] for one in consumers} == {
        "agency.police.request.v1": "agency-police",
        "agency.police.request.red.v1": "agency-police.red",
        "agency.police.cancellation.v1": "agency-police.cancellation",
        "agency.police.receipt.v1": "agency-police.receipt",
    }
    for one in consumers:
        assert one.polled, one.topic
        assert one.settings["auto_offset_reset"] == "earliest"
        assert one.settings["enable_auto_commit"] is False
