"""The ledger, the desk and the offsets: what survives a restart and what may be committed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from aiokafka import TopicPartition
from sandbox_behaviour import BehaviourFile
from sandbox_lane import Desk
from sandbox_ledger import Ledger
from sandbox_listener import Offsets

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = {
    "request_id": "req-1",
    "enquiry_id": "enq-1",
    "contact_id": "con-1",
    "agency": "health",
    "urgency": "red",
    "lane": "red",
    "request_hash": "ab" * 32,
    "family": {"children": [{"child_id": "con-1-1", "full_name": "Wren Osterley"}]},
}
TAKEN_BACK = {"request_id": "req-1", "contact_id": "con-1", "agency": "health"}


class Office:
    """One agency's desk over a folder, with a clock of its own; open it again to restart."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, START
        self.logged: list[dict[str, Any]] = []
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        behaviour = BehaviourFile(self.folder / "behaviour.json")
        self.desk = Desk(
            "health",
            self.ledger,
            behaviour,
            now=lambda: self.at,
            log=lambda event, **ids: self.logged.append({"event": event, **ids}),
        )
        self.desk.refresh()

    def restart(self) -> None:
        self.ledger.close()
        self.open()

    def behave(self, **default: Any) -> None:
        (self.folder / "behaviour.json").write_bytes(orjson.dumps({"default": default}))
        self.desk.refresh()

    def deliver(self, value: bytes = orjson.dumps(BODY)) -> list[Any]:
        headers = (("ce_id", b"ce-1"),)
        topic = "agency.health.request.red.v1"
        record = SimpleNamespace(value=value, headers=headers, topic=topic, partition=0, offset=7)
        taken = self.desk.take(record)
        self.desk.flush()
        return taken

    def take_back(self, value: bytes = orjson.dumps(TAKEN_BACK)) -> str | None:
        topic = "agency.health.cancellation.v1"
        record = SimpleNamespace(value=value, topic=topic, partition=0, offset=3)
        request_id = self.desk.cancel(record)
        self.desk.flush()
        return request_id

    def lines(self) -> list[dict[str, Any]]:
        return [*map(orjson.loads, (self.folder / "ledger.jsonl").read_bytes().splitlines())]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.ledger.close()


def test_a_repeat_is_written_down_and_answered_in_the_same_words(office: Office) -> None:
    first = office.deliver()
    office.at += timedelta(minutes=5)
    office.behave(answer="declined")
    assert office.deliver() == first
    actions = [line["action"] for line in office.lines()]
    assert actions == ["information", "repeat"]


def test_a_restart_forgets_nothing(office: Office) -> None:
    office.behave(answer="nothing_known", delay_seconds=60)
    ((delay, reply),) = office.deliver()
    assert delay == 60
    office.at += timedelta(seconds=45)
    office.behave(answer="information")
    office.restart()
    assert office.deliver() == [(15, reply)]
    office.at += timedelta(days=2)
    assert office.deliver() == [(0, reply)]
    assert [line["action"] for line in office.lines()] == ["nothing_known", "repeat", "repeat"]


def test_a_line_cut_short_by_a_crash_is_dropped(office: Office) -> None:
    office.deliver()
    office.ledger.close()
    with (office.folder / "ledger.jsonl").open("ab") as file:
        file.write(b'{"request_id": "req-2", "ce')
    office.open()
    assert len(office.ledger) == 1
    office.deliver()
    assert [line["action"] for line in office.lines()] == ["information", "repeat"]


def test_the_ledger_and_the_log_hold_ids_and_no_person(office: Office) -> None:
    office.deliver()
    office.deliver(b"not JSON, about Wren Osterley")
    (line,) = office.lines()
    assert line["request_id"] == "req-1"
    assert line["ce_id"] == "ce-1"
    assert line["enquiry_id"] == "enq-1"
    assert len(line["body_sha256"]) == 64
    assert b"Osterley" not in (office.folder / "ledger.jsonl").read_bytes()
    assert [entry["event"] for entry in office.logged] == ["request_unreadable"]
    assert "Osterley" not in str(office.logged)


def test_a_wrong_behaviour_file_is_reported_and_the_work_goes_on(office: Office) -> None:
    office.behave(answer="shrug")
    assert office.deliver()
    assert office.logged[-1]["event"] == "behaviour_rejected"


@pytest.mark.parametrize("restarted", [False, True])
def test_a_request_taken_back_is_not_answered_when_it_comes_again(
    office: Office, *, restarted: bool
) -> None:
    assert office.deliver()
    assert office.take_back() == "req-1"
    if restarted:
        office.restart()
    assert office.deliver() == []
    assert [line["action"] for line in office.lines()] == ["information", "cancelled", "repeat"]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_request_that_comes_after_its_cancellation_is_written_down_and_not_answered(
    office: Office, *, restarted: bool
) -> None:
    office.take_back()
    if restarted:
        office.restart()
    assert office.deliver() == []
    assert office.deliver() == []
    assert [line["action"] for line in office.lines()] == ["cancelled", "silence", "repeat"]


def test_only_the_request_that_is_named_is_taken_back(office: Office) -> None:
    office.take_back()
    assert office.deliver(orjson.dumps(BODY | {"request_id": "req-2"}))


def test_a_cancellation_that_comes_twice_is_written_down_once(office: Office) -> None:
    assert office.take_back() == "req-1"
    office.restart()
    assert office.take_back() == "req-1"
    assert office.lines() == [
        {"request_id": "req-1", "at": START.isoformat(), "action": "cancelled"}
    ]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"not JSON, about Wren Osterley",
        b'["Wren Osterley"]',
        orjson.dumps({"agency": "health", "contact_id": "Wren Osterley"}),
        orjson.dumps(TAKEN_BACK | {"agency": "Wren Osterley"}),
    ],
)
def test_an_unreadable_cancellation_is_logged_by_its_place_alone(
    office: Office, value: bytes
) -> None:
    assert office.take_back(value) is None
    assert office.lines() == []
    (entry,) = office.logged
    assert entry["event"] == "cancellation_unreadable"
    place = (entry["topic"], entry["partition"], entry["offset"])
    assert place == ("agency.health.cancellation.v1", 0, 3)
    assert "Osterley" not in str(entry)


def test_nothing_is_committed_before_its_answer() -> None:
    offsets, partition = Offsets(), TopicPartition("t", 0)
    for offset in (4, 5, 6):
        offsets.take(partition, offset)
    offsets.answered(partition, 5)
    offsets.answered(partition, 6)
    assert offsets.to_commit() == {partition: 4}
    offsets.committed({partition: 4})
    assert offsets.to_commit() == {}
    offsets.answered(partition, 4)
    assert offsets.to_commit() == {partition: 7}
    assert len(offsets) == 0


def test_a_partition_taken_away_is_forgotten() -> None:
    offsets, partition = Offsets(), TopicPartition("t", 0)
    offsets.take(partition, 1)
    offsets.forget([partition])
    offsets.answered(partition, 1)
    assert offsets.to_commit() == {}
