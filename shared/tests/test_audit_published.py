"""What a process says of its trail on a topic, and what is found by it in the store (S9)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from mash_shared.audit import publishing
from mash_shared.audit.__main__ import app
from mash_shared.audit.checkpoints import vouched_for
from mash_shared.audit.line import Head
from mash_shared.audit.lines import COLLECTION, MongoLines, audit_database_of
from mash_shared.audit.publishing import AuditKeyError, Checkpoints, signing_key
from mash_shared.audit.spool import Spool
from mash_shared.audit.trail import Trail
from mash_shared.messages.audit import AuditTrailReached
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.topics import Topic, provision
from mash_shared.testing import NOW
from mash_shared.vocabulary import Lane
from test_audit_store import HARM, WHO, Kept
from toy.hub import Toy, headers_of, until

pytestmark = [pytest.mark.engines, pytest.mark.rule("S9")]
KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")


@dataclass(kw_only=True)
class Said:
    """A trail of three lines, whose end has been said on its topic."""

    toy: Toy
    trail: Trail
    producer: Producer
    keys: Path
    topic: str

    def checkpoints(self, key: OKPKey = KEY) -> Checkpoints:
        return Checkpoints(
            trail=self.trail, key=key, producer=self.producer, now=lambda: datetime.now(UTC)
        )

    async def verify(self, *, by_topic: bool = True) -> Result:
        asked = ["verify", "--mongo", self.toy.mongo_url, "--process", self.toy.process]
        if by_topic:
            asked += ["--kafka", self.toy.kafka, "--key", str(self.keys)]
        return await asyncio.to_thread(CliRunner().invoke, app, asked)

    async def records(self) -> list[Any]:
        return await self.toy.read(self.topic)


async def _topic(toy: Toy) -> str:
    name = AuditTrailReached.topic_in(Lane.AMBER, process=toy.process)
    kept = AuditTrailReached.retention
    await provision(toy.kafka, [Topic(name=name, partitions=1, retention=kept)], 1)
    return name


@pytest.fixture
async def said(toy: Toy, tmp_path: Path) -> AsyncIterator[Said]:
    lines = MongoLines(toy.client[audit_database_of(toy.process)][COLLECTION])
    trail = Trail(
        lines, service=toy.process, copy="toy-0", now=lambda: NOW, spool=Spool(None, "toy-0")
    )
    await trail.mend()
    for word in "abc":
        await trail.write({**WHO, "who": word})
    keys, producer = tmp_path / "audit-keys.pem", Producer(toy.kafka, "tests")
    keys.write_bytes(OTHER.as_pem(private=False) + KEY.as_pem(private=False))
    one = Said(toy=toy, trail=trail, producer=producer, keys=keys, topic=await _topic(toy))
    await one.checkpoints().publish()
    yield one
    await producer.stop()


async def test_what_is_said_is_where_the_chain_ends_and_nothing_of_anybody(said: Said) -> None:
    [record] = await said.records()
    message = AuditTrailReached.read(record.value)
    [(database, [head])] = vouched_for([message.checkpoint], [KEY]).items()
    assert (database, head) == (audit_database_of(said.toy.process), said.trail.reached)
    assert isinstance(head, Head)
    assert head.number == 4, "the beginning and three lines"
    assert (record.key.decode(), headers_of(record)["ce_subject"]) == (said.toy.process,) * 2


async def test_nothing_is_said_again_while_no_line_is_added(said: Said) -> None:
    checkpoints = said.checkpoints()
    for _ in range(2):
        await checkpoints.publish()
    assert len(await said.records()) == 2, "one of another beginning, and one of these"
    await said.trail.write({**WHO, "who": "d"})
    await checkpoints.publish()
    assert len(await said.records()) == 3


@pytest.mark.parametrize(("harm", "wrong"), HARM[:4])
async def test_verify_compares_the_store_with_the_topic(
    said: Said, harm: Callable[[Kept], Any], wrong: str
) -> None:
    """One changed, one missing, two that changed places, and the end taken off."""
    fine = await said.verify()
    assert (fine.exit_code, "4 lines in 1 chains" in fine.output) == (0, True), fine.output
    with MongoClient[dict[str, Any]](said.toy.mongo_url) as client:
        harm(client[audit_database_of(said.toy.process)][COLLECTION])
    found = await said.verify()
    assert (found.exit_code, wrong in found.output) == (1, True), found.output
    of_the_end = wrong == "line 4 is missing"
    assert (await said.verify(by_topic=False)).exit_code == (0 if of_the_end else 1)


async def test_a_trail_that_is_gone_whole_is_missed(said: Said) -> None:
    await said.toy.client.drop_database(audit_database_of(said.toy.process))
    found = await said.verify()
    assert (found.exit_code, "line 4 is missing" in found.output) == (1, True), found.output


async def test_what_somebody_else_signed_or_nobody_is_no_checkpoint(said: Said) -> None:
    stranger = OKPKey.generate_key("Ed25519")
    await said.checkpoints(stranger).publish()
    found = await said.verify()
    assert (found.exit_code, "none that was signed with such a key" in found.output) == (1, True)


async def test_a_checkpoint_of_another_trail_is_none_of_this_one(said: Said) -> None:
    [record] = await said.records()
    strange = AuditTrailReached.read(record.value).model_copy(
        update={"checkpoint": publishing.checkpoint({"intake-audit": []}, KEY, NOW)}
    )
    await said.toy.put(said.topic, strange.body(), key=record.key, headers=record.headers)
    found = await said.verify()
    assert (found.exit_code, "none that was signed" in found.output) == (1, True), found.output


async def test_a_broker_that_is_not_there_is_no_success(said: Said) -> None:
    asked = ["verify", "--mongo", said.toy.mongo_url, "--kafka", "open://127.0.0.1:1"]
    asked += ["--key", str(said.keys)]
    found = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert (found.exit_code, "The broker could not be read" in found.output) == (1, True)


async def test_a_process_says_it_by_itself(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "EVERY", 0.05)
    file, topic = tmp_path / "audit-key.pem", await _topic(toy)
    file.write_bytes(KEY.as_pem(private=True))
    async with toy.running(audit_key=file) as process:
        await process._trail.write({**WHO, "who": "a"})
        reached = process._trail.reached

        async def is_said() -> bool:
            found = [AuditTrailReached.read(one.value or b"") for one in await toy.read(topic)]
            heads = vouched_for([one.checkpoint for one in found], [KEY])
            return reached in heads.get(audit_database_of(toy.process), ())

        await until(is_said, "checkpoint")


@pytest.mark.parametrize(
    "content", [b"", b"no key", KEY.as_pem(private=False)], ids=["empty", "none", "public"]
)
def test_what_signs_nothing_is_no_key(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    with pytest.raises(AuditKeyError, match="AUDIT_KEY"):
        signing_key(file)
