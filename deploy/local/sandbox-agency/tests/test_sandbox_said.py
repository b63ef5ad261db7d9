"""What the agency says of its own accord: once a number, also after a restart; receipts kept."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from aiokafka.errors import KafkaError
from sandbox_behaviour import BehaviourError, BehaviourFile, read_rulebook
from sandbox_ledger import Ledger
from sandbox_said import Receipts, Sayings, record_of

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SAID = {"saying": "information", "number": "PR-1", "body": {"council": "havering", "concern": "x"}}


class Producer:
    """Keeps what is sent; fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.sent = failures, list[Any]()
        self.stop = asyncio.Event()

    async def send_and_wait(self, topic: str, value: bytes, key: bytes, **_: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise KafkaError
        self.sent.append((topic, key, orjson.loads(value)))
        self.stop.set()


def _sayings(folder: Path, producer: Producer) -> Sayings:
    file = folder / "behaviour.json"
    file.write_bytes(orjson.dumps({"says": [SAID]}))
    behaviour = BehaviourFile(file)
    behaviour.refresh()
    return Sayings(
        agency="probation",
        producer=producer,
        ledger=Ledger(folder / "ledger.jsonl"),
        behaviour=behaviour,
        now=lambda: START,
        log=lambda *_, **__: None,
    )


async def test_each_number_is_said_once_also_after_a_restart(tmp_path: Path) -> None:
    producer = Producer()
    for _ in range(2):
        sayings = _sayings(tmp_path, producer)
        await sayings.say()
        await sayings.say()
        sayings.ledger.close()
    ((topic, key, body),) = producer.sent
    assert (topic, key) == ("agency.probation.information.v1", b"PR-1")
    assert (body["agency"], body["contact_id"], body["council"]) == (
        "probation",
        "PR-1",
        "havering",
    )


async def test_what_the_broker_does_not_confirm_is_said_again(tmp_path: Path) -> None:
    producer = Producer(failures=1)
    sayings, stop = _sayings(tmp_path, producer), asyncio.Event()
    await sayings.say()
    assert not producer.sent
    producer.stop = stop
    await sayings.run(stop)
    sayings.ledger.close()
    assert len(producer.sent) == 1


def test_the_same_number_has_the_same_id_whenever_it_is_said() -> None:
    ids = {
        dict(record_of("probation", SAID, at)[3])["ce_id"]
        for at in (START, START.replace(year=2027))
    }
    assert len(ids) == 1


def test_a_receipt_is_written_down_and_one_for_somebody_else_is_not(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    receipts = Receipts(None, "probation", ledger, now=lambda: START, log=lambda *_, **__: None)
    told = {"saying": "enquiry", "number": "PR-2", "reference": "HAV-1", "agency": "probation"}
    values = [orjson.dumps(told), orjson.dumps(told | {"agency": "police"}), b"{"]
    receipts.take(
        [
            SimpleNamespace(topic="t", partition=0, offset=place, value=value)
            for place, value in enumerate(values)
        ]
    )
    ledger.close()
    (line,) = [orjson.loads(one) for one in path.read_bytes().splitlines()]
    assert (line["action"], line["reference"]) == ("receipt", "HAV-1")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"saying": "gossip"}, "saying: one of"),
        ({"number": 7}, "a number and a body"),
        ({"body": {}}, "a council is wanted"),
        ({"loud": True}, "unknown key"),
    ],
)
def test_a_wrong_saying_is_named(said: dict[str, Any], says: str) -> None:
    with pytest.raises(BehaviourError, match=says):
        read_rulebook(orjson.dumps({"says": [SAID | said]}))
