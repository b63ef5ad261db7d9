import json
import sys
from collections.abc import Iterator
from datetime import timedelta

import httpx
import psutil
import pytest
from typer.testing import CliRunner

from mash_local import stack as stack_module
from mash_local.__main__ import app
from mash_local.directory import Directory
from mash_local.process import NotReadyError
from mash_local.run_folder import RunFolder
from mash_local.stack import Stack

SERVICES = ("intake", "enquiry", "agency-gateway.domestic-abuse")


@pytest.fixture(autouse=True)
def engines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGINES", raising=False)
    monkeypatch.setenv("MASH_KAFKA", "open://broker.example:9092")
    monkeypatch.setenv("MASH_MONGO_URL", "mongodb://database.example")


def make(run: RunFolder, stand_in: list[str], **commands: list[str]) -> Stack:
    names = (*SERVICES, "enquiry#2")
    return Stack(
        run=run,
        services=SERVICES,
        sandbox=False,
        copies={"enquiry": 2},
        env={"intake": {"INTAKE_CRASH_AT": "C7"}},
        commands={name: commands.get(name, stand_in) for name in names},
        provision=(),
        directory=Directory(()),
        ready_seconds=20,
    )


@pytest.fixture
def stack(run: RunFolder, stand_in: list[str]) -> Iterator[Stack]:
    with make(run, stand_in) as started:
        yield started


def told(stack: Stack, name: str) -> dict[str, str]:
    settings: dict[str, str] = httpx.get(stack.addresses[f"{name}.ops"]).json()
    return settings


def test_every_process_is_told_where_everything_is(stack: Stack) -> None:
    intake = told(stack, "intake")
    assert intake["INTAKE_KAFKA"] == "open://broker.example:9092"
    assert intake["INTAKE_MONGO_URL"] == "mongodb://database.example"
    assert intake["INTAKE_ENVIRONMENT"] == "local"
    assert intake["INTAKE_CRASH_AT"] == "C7"
    assert intake["INTAKE_TOKEN_KEYS"] == str(stack.run.path / "token-keys.json")
    assert stack.addresses["intake"].endswith(intake["INTAKE_API_PORT"])
    gateway = told(stack, "agency-gateway.domestic-abuse")
    assert gateway["AGENCY_GATEWAY_AGENCY"] == "domestic-abuse"


def test_copies_have_their_own_ports(stack: Stack) -> None:
    first, second = told(stack, "enquiry"), told(stack, "enquiry#2")
    assert first["ENQUIRY_OPS_PORT"] != second["ENQUIRY_OPS_PORT"]


def test_a_process_can_be_replaced(stack: Stack, stand_in: list[str]) -> None:
    before = stack.process("enquiry").pid
    stack.replace("enquiry", env={"ENQUIRY_CRASH_AT": "C3"}, command=[*stand_in, "other"])
    assert stack.process("enquiry").pid != before
    assert told(stack, "enquiry")["ENQUIRY_CRASH_AT"] == "C3"
    assert stack.run.read_state()["pids"]["enquiry"] == stack.process("enquiry").pid


def test_the_clock_reaches_every_process_through_one_file(stack: Stack) -> None:
    file = told(stack, "intake")["INTAKE_TIME_FILE"]
    stack.time.advance(timedelta(hours=1))
    with open(file) as seconds:  # noqa: PTH123 - as a service is told it
        assert float(seconds.read()) == 3600


def test_stack_json_says_what_runs_and_later_that_it_stopped(
    run: RunFolder, stand_in: list[str]
) -> None:
    with make(run, stand_in) as stack:
        state = run.read_state()
        assert state["status"] == "ready"
        assert state["addresses"] == stack.addresses
        pids = [pid for pid in state["pids"].values() if pid]
        assert len(pids) == 4
    assert run.read_state()["status"] == "stopped"
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_the_one_that_is_not_ready_is_named_and_nobody_stays(
    run: RunFolder, stand_in: list[str]
) -> None:
    stack = make(run, stand_in, enquiry=[*stand_in, "fails"])
    with pytest.raises(NotReadyError, match=r"(?s)^enquiry ended with status 1\. .*as it was told"):
        stack.start()
    assert not any(stack.process(name).running for name in SERVICES)


def test_topics_are_made_before_anyone_starts(run: RunFolder) -> None:
    fails = [sys.executable, "-c", "raise SystemExit('no such policy')"]
    stack = Stack(run=run, services=SERVICES, sandbox=False, provision=fails)
    with pytest.raises(NotReadyError, match=r"(?s)hub could not be provisioned.*no such policy"):
        stack.start()
    with pytest.raises(LookupError):
        stack.process("intake")


def test_the_behaviour_of_an_agency_is_a_file_that_may_change(stack: Stack) -> None:
    stack.behave("police", {"default": {"answer": "silence"}})
    file = stack.run.sandbox / "police.json"
    assert json.loads(file.read_text()) == {"default": {"answer": "silence"}}


def test_a_failed_key_leaves_no_engine(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ports(_count: int) -> list[int]:
        raise RuntimeError("No free port is left")

    monkeypatch.setattr(stack_module, "free_ports", no_ports)
    stack = Stack(run=run, services=(), provision=())
    with pytest.raises(RuntimeError, match="No free port"):
        stack.start()
    assert run.read_state()["status"] == "stopped"


def test_an_agency_left_out_has_no_sandbox_and_a_service_left_out_no_process(
    run: RunFolder,
) -> None:
    stack = Stack(run=run, without=("police", "agency-gateway.health"))
    names = {one.name for one in stack._place()}
    assert {"sandbox-agency.health", "agency-gateway.police", "mail-catcher"} <= names
    assert not names & {"sandbox-agency.police", "agency-gateway.health"}
    stack.write_state()
    assert run.read_state()["yours"].keys() == {"police"}


def test_what_cannot_be_left_out_is_said_before_anything_starts() -> None:
    done = CliRunner().invoke(app, ["up", "--without", "coastguard"])
    assert done.exit_code == 2
    assert "there is no coastguard" in done.output
