"""A round of the bare loop on the engines of the run: topics made, processes started, rate read."""

import asyncio
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from bare_way import ROLES, TOPICS
from pymongo import MongoClient
from spans import count, rate
from usage import cpu_seconds, spent

from mash_local.process import Process, stop_all
from mash_shared.plumbing.broker import clients

PROGRAM = Path(__file__).with_name("bare.py")
READY_WITHIN = 60.0


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one round of the bare loop gave."""

    rate: float
    cpu: dict[str, float]

    @property
    def summary(self) -> dict[str, Any]:
        """The part that goes into the report."""
        return {"rate": round(self.rate, 2), "cpu_ms_per_contact": self.cpu}


def run_bare(  # noqa: PLR0913 - one round is described by all of it
    shape: str, *, number: int, kafka: str, mongo: str, engines: dict[str, int],
    in_flight: int, seconds: float, logs: Path,
) -> Ran:  # fmt: skip
    """Run one round and clear it away."""
    prefix = f"bare-{shape}-{number}"
    asyncio.run(_make_topics(kafka, prefix))
    begin = (str(in_flight), str(seconds / 3))
    processes = [
        Process(
            role,
            [sys.executable, str(PROGRAM), role, shape, prefix, kafka, mongo, *begin],
            logs / f"{prefix}-{role}.log",
        )
        for role in ROLES
    ]
    try:
        # intake begins contacts, so it comes last
        for process in sorted(processes, key=lambda one: one.name == "intake"):
            if process.name == "intake":
                _wait_ready(processes[1:])
            process.start()
        _wait_ready(processes)
        pids = {**engines, **{one.name: one.pid or 0 for one in processes}}
        before, began = cpu_seconds(pids), time.time()
        time.sleep(seconds)
        ended, after = time.time(), cpu_seconds(pids)
    finally:
        stop_all(processes)
    told = [f"{prefix}.notice.delivered"]
    measured = asyncio.run(rate(kafka, told, began, ended))
    everything = asyncio.run(count(kafka, told, began, ended))
    _clear_away(kafka, mongo, prefix)
    return Ran(rate=measured, cpu=spent(before, after, everything))


def _wait_ready(processes: list[Process]) -> None:
    for process in processes:
        process.wait_until(partial(_is_ready, process), READY_WITHIN)


def _is_ready(process: Process) -> bool:
    return "ready" in process.log_tail()


async def _make_topics(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(**clients(kafka), request_timeout_ms=60_000)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(f"{prefix}.{topic}", 3, 1) for topic in TOPICS])
    finally:
        await admin.close()


def _clear_away(kafka: str, mongo: str, prefix: str) -> None:
    async def delete_topics() -> None:
        admin = AIOKafkaAdminClient(**clients(kafka), request_timeout_ms=60_000)
        await admin.start()
        try:
            await admin.delete_topics([f"{prefix}.{topic}" for topic in TOPICS])
        finally:
            await admin.close()

    asyncio.run(delete_topics())
    client: MongoClient[dict[str, Any]] = MongoClient(mongo)
    with client:
        for role in ROLES:
            client.drop_database(f"{prefix}-{role.replace('.', '-')}")
