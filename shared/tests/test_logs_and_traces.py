"""One line a message, ids only, on every path; and one trace through inbox and outbox."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mash_shared.plumbing.logs import foreign_hashed, hashed, only_allowed
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of, trace_id
from toy.domain import noted
from toy.hub import Toy, headers_of
from toy.workshop import arrival

SECRET = "Ada Example"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
LINE = {
    "event", "level", "timestamp", "service", "instance", "message_id", "message_type",
    "document_id", "topic", "partition", "offset", "group", "outcome", "trace_id",
}  # fmt: skip


class Running:
    """A toy service in a process of its own, and what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.out = self.err = b""

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        self.out, self.err = await asyncio.wait_for(self.process.communicate(), 60)
        self.lines = [json.loads(line) for line in self.out.splitlines()]
        return self.process.returncode or 0


@asynccontextmanager
async def running(toy: Toy, fault: str = "") -> AsyncIterator[Running]:
    before = filter(None, [os.environ.get("PYTHONPATH")])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "toy", toy.kafka, toy.mongo_url, str(toy.folder), toy.tag, fault),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *before])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.engines
async def test_one_line_a_message_with_ids_only(toy: Toy) -> None:
    texts = (SECRET, f"warn: {SECRET}", f"fail: {SECRET}", SECRET)
    ids = [(await toy.say(noted(toy.tag, f"s{n}", text)))[0] for n, text in enumerate(texts)]
    await toy.put(toy.noted, SECRET.encode(), key=b"k", headers=[("x", SECRET.encode())])
    async with running(toy) as service:
        await toy.all_heard(seconds=40)
        assert await service.stop() == 0

    handled = [line for line in service.lines if line["event"] == "message_handled"]
    assert [line["message_id"] for line in handled] == ids
    assert [line["outcome"] for line in handled] == ["done", "done", "failed", "done"]
    assert set(handled[0]) == LINE
    parked = [line for line in service.lines if line["event"] == "message_parked"]
    assert len(parked) == 2
    assert {line["event"] for line in service.lines} <= {
        "database_not_closed", "library_said", "message_handled", "message_parked",
        "service_started", "service_stopped",
    }  # fmt: skip
    assert SECRET.encode() not in service.out + service.err
    assert service.err == b""


@pytest.mark.engines
@pytest.mark.parametrize("fault", ["at-start", "later"])
async def test_a_process_that_dies_says_where_but_not_what(toy: Toy, fault: str) -> None:
    async with running(toy, fault) as service:
        assert await service.ended() == 1
    died = [line for line in service.lines if line["event"] == "service_died"]
    assert [line["error_type"] for line in died] == ["ValueError"]
    assert died[0]["where"].startswith("die_at_once:")
    assert SECRET.encode() not in service.out + service.err
    assert b"Traceback" not in service.err


@pytest.mark.engines
async def test_one_trace_from_inbox_to_outbox(toy: Toy) -> None:
    message = noted(toy.tag, "s", "note")
    sent = Outgoing.of(message, cause="c", source="tests", traceparent=PARENT)
    await toy.put(sent.topic, sent.body, key=sent.key, headers=sent.headers)
    async with toy.running() as process:
        await toy.all_heard()
        await process._unit.acts.perform(arrival(noted(toy.tag, "act")))
    said = {headers_of(one)["ce_subject"]: headers_of(one) for one in await toy.read(toy.counted)}

    _, trace, span, flags = said["contact-of-s"]["traceparent"].split("-")
    assert (trace, flags) == (TRACE, "01")
    assert span != PARENT.split("-")[2]
    assert said["contact-of-act"]["traceparent"].split("-")[1] != TRACE


@pytest.mark.parametrize(
    "wrong", [None, "", "garbage", f"00-{'0' * 32}-00f067aa0ba902b7-01", PARENT[:-4], SECRET]
)
def test_an_invalid_trace_starts_a_new_one(wrong: str | None) -> None:
    started = child_of(wrong)
    assert len(trace_id(started)) == 32
    assert trace_id(started) not in (TRACE, "0" * 32)
    assert trace_id(child_of(started)) == trace_id(started)


def test_what_is_not_on_the_allow_list_never_reaches_a_log() -> None:
    said = only_allowed(None, "info", {"event": "handled", "full_name": SECRET, "offset": 1})
    assert said == {"event": "handled", "offset": 1}


@pytest.mark.rule("S8")
@pytest.mark.parametrize("field", ["message_id", "contact_id", "document_id"])
@pytest.mark.parametrize(
    "foreign",
    [
        SECRET,
        "tobias-fenwick",
        "9990000018",
        "known-havering-fenwick",
        f"act:{SECRET}",
        f"clock:{SECRET}:x:2026-03-11T10:00:00Z:1",
        "0123456789abcdef0123456789abcdef tobias",
        "\ud800",
    ],
)
def test_an_id_of_somebody_elses_making_is_logged_as_its_hash(field: str, foreign: str) -> None:
    said = foreign_hashed(None, "info", {"event": "handled", field: foreign})
    assert said == {"event": "handled", field: hashed(foreign)}
    assert re.fullmatch("#[0-9a-f]{16}", said[field])


@pytest.mark.parametrize(
    "ours",
    [
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef-2",
        "enq-0123456789abcdef0123456789abcdef",
        "enq-0123456789abcdef0123456789abcdef.domestic-abuse",
        f"act:{UUID(int=7)}",
        str(UUID(int=7)),
        "clock:agency_check:police:2026-03-11T10:00:00+00:00:3",
    ],
)
def test_an_id_of_our_own_is_logged_as_it_is(ours: str) -> None:
    assert foreign_hashed(None, "info", {"document_id": ours}) == {"document_id": ours}
