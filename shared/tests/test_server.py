"""Whether a database's server may keep what people say, asked of a real one (S22)."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient, MongoClient
from structlog.testing import capture_logs

from mash_local.engines import Engines
from mash_shared.audit.lines import audit_database_of
from mash_shared.catalogue.users import make_users
from mash_shared.plumbing import process
from mash_shared.plumbing.metrics import DATABASE_FAULT
from mash_shared.plumbing.server import (
    CLOCKS_APART,
    SENTENCES,
    Fault,
    ServerNotClosedError,
    faults_of,
    judged,
    look_at_servers,
)
from toy.hub import Toy

WHO = "overseen-toy"
CLOSED = {"was": 0, "slowms": 100, "sampleRate": 0.0}


@pytest.mark.rule("S22")
@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ("4.4.30", False), ("5.0.32", False), ("6.0.5", False), ("6.0.26", False),
        ("6.0.27", True), ("7.0.27", False), ("7.0.28", True), ("7.3.4", False),
        ("8.0.16", False), ("8.0.17", True), ("8.1.9", False), ("8.2.2", False),
        ("8.2.3", True), ("8.3.0", True), ("9.0.0", True),
    ],
)  # fmt: skip
def test_a_server_is_mended_by_a_patch_of_its_own_series(version: str, *, mended: bool) -> None:
    numbers = [*map(int, version.split(".")), 0]
    assert judged(numbers, {}, CLOSED) == (() if mended else (Fault.VERSION,))


@pytest.mark.rule("S22")
@pytest.mark.parametrize(
    ("hello", "profile", "fault"),
    [
        ({"compression": ["zlib"]}, CLOSED, Fault.ZLIB),
        ({}, {**CLOSED, "was": 1}, Fault.PROFILER),
        ({}, {**CLOSED, "sampleRate": 0.1}, Fault.SLOW_LOG),
        ({}, None, Fault.NOT_SHOWN),
    ],
)
def test_each_fault_is_found_by_itself(hello: Any, profile: Any, fault: Fault) -> None:
    assert judged([8, 2, 3, 0], hello, profile) == (fault,)


@pytest.fixture
def administrator(engines: Engines) -> Iterator[MongoClient[dict[str, Any]]]:
    make_users(engines.mongo.address, [WHO])
    with MongoClient[dict[str, Any]](engines.mongo.address) as client:
        yield client
        client[WHO].command("profile", 0, sampleRate=0.0)


@pytest.fixture
async def own(
    engines: Engines, administrator: MongoClient[dict[str, Any]]
) -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
    async with AsyncMongoClient[dict[str, Any]](engines.mongo.url_for(WHO)) as client:
        yield client


@pytest.mark.engines
@pytest.mark.rule("S22")
async def test_a_service_learns_under_its_own_name_what_its_server_does(
    own: AsyncMongoClient[dict[str, Any]], administrator: MongoClient[dict[str, Any]]
) -> None:
    at_first = set(await faults_of(own[WHO]))
    assert at_first <= {Fault.VERSION}, "the local engine is closed, though it may be old"
    administrator[WHO].command("profile", 1, sampleRate=0.5)
    assert set(await faults_of(own[WHO])) == at_first | {Fault.PROFILER, Fault.SLOW_LOG}
    audit = audit_database_of(WHO)
    assert set(await faults_of(own[audit])) == at_first | {Fault.SLOW_LOG}
    administrator["$external"].command("revokeRolesFromUser", f"CN={WHO}", roles=[_overseen(WHO)])
    assert set(await faults_of(own[WHO])) == at_first | {Fault.NOT_SHOWN}


def _overseen(database: str) -> dict[str, str]:
    return {"role": "overseen", "db": database}


@pytest.mark.engines
@pytest.mark.parametrize("apart", [CLOCKS_APART * 2, -CLOCKS_APART * 2, timedelta()])
async def test_readiness_names_a_clock_that_is_wrong(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, apart: timedelta
) -> None:
    monkeypatch.setattr(process, "wall_clock", lambda: datetime.now(UTC) + apart)
    async with toy.running() as running:
        ready = await running._ready()
        assert (ready["clock"], ready["database"]) == (not apart, True)
        assert "clock" not in await running._serving_acts(), "people's acts go on being taken"


@pytest.mark.engines
@pytest.mark.rule("S22")
async def test_what_is_wrong_is_refused_in_production_and_said_elsewhere(
    own: AsyncMongoClient[dict[str, Any]], administrator: MongoClient[dict[str, Any]]
) -> None:
    administrator[WHO].command("profile", 0, sampleRate=1.0)
    both = (own[WHO], own[audit_database_of(WHO)])
    with pytest.raises(ServerNotClosedError) as refused:
        await look_at_servers(both, refuse=True)
    assert str(refused.value).count(SENTENCES[Fault.SLOW_LOG]) == 1
    with capture_logs() as lines:
        await look_at_servers(both, refuse=False)
    said = [line["reason"] for line in lines if line["event"] == "database_not_closed"]
    assert said.count(SENTENCES[Fault.SLOW_LOG]) == 1
    assert DATABASE_FAULT.labels(Fault.SLOW_LOG)._value.get() == 1
    administrator[WHO].command("profile", 0, sampleRate=0.0)
    await look_at_servers(both, refuse=False)
    assert DATABASE_FAULT.labels(Fault.SLOW_LOG)._value.get() == 0
