import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mash_local import supervisor
from mash_local.run_folder import RunFolder

pytestmark = [pytest.mark.engines, pytest.mark.crash]
PROGRAM = Path(__file__).with_name("held_stack.py")


@pytest.fixture
def launched(run: RunFolder) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(PROGRAM), str(run.path.parent), "supervise", run.name]
    with (run.logs / "supervisor.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    yield child
    child.kill()
    child.wait()


def wait_ready(run: RunFolder) -> list[int]:
    deadline = time.monotonic() + 60
    while run.read_state().get("status") != "ready":
        assert time.monotonic() < deadline, (run.logs / "supervisor.log").read_text()
        time.sleep(0.05)
    return [pid for pid in run.read_state()["pids"].values() if pid]


def alive(pids: list[int]) -> list[int]:
    return [
        pid
        for pid in pids
        if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]


def assert_all_go(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(pids) == []


@pytest.mark.usefixtures("launched")
def test_down_stops_everything_and_waits(run: RunFolder) -> None:
    pids = wait_ready(run)
    assert len(alive(pids)) == len(pids)
    assert supervisor.stop(run)
    assert alive(pids) == []
    assert run.read_state()["status"] == "stopped"
    assert not run.data.exists()
    assert not supervisor.stop(run)


def test_nothing_outlives_a_supervisor_that_is_killed(
    run: RunFolder, launched: subprocess.Popen[bytes]
) -> None:
    pids = wait_ready(run)
    launched.kill()
    launched.wait()
    assert_all_go(pids)
    assert supervisor.find(run) is None


@pytest.mark.parametrize("seconds", [0.7, 1.5, 3.0])
def test_a_supervisor_told_to_stop_at_any_stage_leaves_nothing(
    run: RunFolder, launched: subprocess.Popen[bytes], seconds: float
) -> None:
    time.sleep(seconds)
    children = [child.pid for child in psutil.Process(launched.pid).children(recursive=True)]
    launched.terminate()
    assert launched.wait(30) is not None
    assert_all_go(children)


def test_another_process_with_the_recorded_number_is_not_ours(run: RunFolder) -> None:
    own = psutil.Process()
    run.write_state(supervisor={"pid": own.pid, "started": own.create_time()})
    assert supervisor.find(run) is None
    assert not supervisor.stop(run)
