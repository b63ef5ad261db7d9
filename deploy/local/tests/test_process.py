import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from mash_local.process import NotReadyError, Process, stop_all
from mash_local.run_folder import RunFolder

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
DEAF_PROGRAM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
DEAF = [sys.executable, "-c", DEAF_PROGRAM]
RUNNER = """
import sys, time
from pathlib import Path
from mash_local.process import Process
child = Process("child", [sys.executable, "-c", "import time; time.sleep(600)"], Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""


def make(run: RunFolder, command: list[str], **env: str) -> Process:
    return Process("sleeper", command, run.logs / "sleeper.log", env)


def wait_for_line(process: Process, line: str) -> None:
    process.wait_until(lambda: line in process.log_tail(), 10)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.crash
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_runner_leaves_nothing_behind(tmp_path: Path, sign: signal.Signals) -> None:
    command = [sys.executable, "-c", RUNNER, str(tmp_path / "child.log")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as runner:
        assert runner.stdout is not None
        child = int(runner.stdout.readline())
        time.sleep(0.3)
        assert not gone(child)
        runner.send_signal(sign)
        runner.wait()
    deadline = time.monotonic() + 5
    while not gone(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert gone(child)


def test_stop_ends_in_order(run: RunFolder) -> None:
    process = make(run, SLEEP)
    process.start()
    wait_for_line(process, "here")
    assert process.returncode is None
    process.stop()
    assert process.returncode == -signal.SIGTERM


def test_a_deaf_process_is_killed_after_the_grace(run: RunFolder) -> None:
    process = make(run, DEAF)
    process.start()
    wait_for_line(process, "deaf")
    process.stop(grace=0.2)
    assert process.returncode == -signal.SIGKILL


def test_a_paused_process_can_be_stopped(run: RunFolder) -> None:
    process = make(run, SLEEP)
    process.start()
    wait_for_line(process, "here")
    process.pause()
    seen = psutil.Process(process.pid)
    process.wait_until(lambda: seen.status() == psutil.STATUS_STOPPED, 10)
    process.stop()
    assert not process.running


def test_restart_lays_the_new_environment_over_the_old(run: RunFolder) -> None:
    show = [sys.executable, "-c", "import os; print(os.environ['A'], os.environ['B'])"]
    process = make(run, show, A="1", B="1")
    process.start()
    process.wait_gone(10)
    process.restart({"B": "2"})
    process.wait_gone(10)
    assert process.log.read_text() == "1 1\n1 2\n"
    assert process.log_tail() == "1 2", "the tail is that of the present child"


def test_who_is_not_ready_is_named_with_log_and_last_lines(run: RunFolder) -> None:
    process = make(run, [sys.executable, "-c", "raise SystemExit('no broker')"])
    process.start()
    with pytest.raises(NotReadyError, match=r"(?s)sleeper ended with status 1.*no broker") as said:
        process.wait_ready("http://127.0.0.1:1/health/ready", timeout=10)
    assert str(process.log) in str(said.value)


def test_who_takes_too_long_is_named(run: RunFolder) -> None:
    process = make(run, SLEEP)
    process.start()
    with pytest.raises(NotReadyError, match="sleeper was not ready after 0 s"):
        process.wait_until(lambda: False, 0.1)
    process.kill()


def test_a_missing_program_is_one_sentence(run: RunFolder) -> None:
    process = make(run, ["no-such-program"])
    process.start()
    process.wait_gone(10)
    assert process.log_tail() == "no-such-program cannot be run: No such file or directory."


def test_after_stop_all_nothing_starts_again(run: RunFolder) -> None:
    process = make(run, SLEEP)
    process.start()
    stop_all([process])
    with pytest.raises(NotReadyError, match="is stopping"):
        process.start()


def test_processes_have_their_own_session(run: RunFolder) -> None:
    process = make(run, SLEEP)
    process.start()
    assert process.pid is not None
    assert os.getsid(process.pid) == process.pid
    process.kill()
