"""The detached process that holds a stack until it is told to stop."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from types import FrameType

import psutil

from mash_local.run_folder import RunFolder
from mash_local.stack import Stack

_POLL_SECONDS = 0.1
_START_TOLERANCE_SECONDS = 2.0
_STOP_SECONDS = 60.0


def launch(run: RunFolder, without: Collection[str] = ()) -> None:
    """Start a supervisor for `run` and wait until its stack is ready.

    `without` says what of it is not started.

    Raises RuntimeError with the reason when it is not, after everything has been stopped.
    """
    with (run.logs / "supervisor.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "mash_local", "supervise", run.name, *left_out(without)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_ready(run, child)
    except BaseException:
        child.terminate()
        child.wait()
        raise


def left_out(without: Collection[str]) -> list[str]:
    """Give the words of a command line that leave things out."""
    return [word for name in without for word in ("--without", name)]


def _wait_ready(run: RunFolder, child: subprocess.Popen[bytes]) -> None:
    while run.read_state().get("status") != "ready":
        if child.poll() is not None:
            raise RuntimeError(_reason(run))
        time.sleep(_POLL_SECONDS)


def _reason(run: RunFolder) -> str:
    failure = run.read_state().get("failure")
    return str(failure or (run.logs / "supervisor.log").read_text()[-3000:])


def supervise(run: RunFolder, stack: Callable[..., Stack] = Stack) -> None:
    """Hold the stack of `run`, made by `stack(run=run)`, until SIGTERM or Ctrl-C."""
    interrupt_on_sigterm()
    own = psutil.Process()
    run.write_state(supervisor={"pid": own.pid, "started": own.create_time()})
    with suppress(KeyboardInterrupt):
        try:
            with stack(run=run):
                wait_for_the_end()
        except Exception as error:
            run.write_state(status="failed", failure=str(error))
            raise


def interrupt_on_sigterm() -> None:
    """Let SIGTERM unwind the main thread as Ctrl-C does; later signals find it stopping."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)


def wait_for_the_end() -> None:
    """Sleep until a signal arrives."""
    threading.Event().wait()


def find(run: RunFolder) -> psutil.Process | None:
    """Return the supervisor of `run`; None when it has ended or its number was taken over."""
    recorded = run.read_state().get("supervisor")
    if recorded is None:
        return None
    try:
        process = psutil.Process(recorded["pid"])
        same_start = abs(process.create_time() - recorded["started"]) < _START_TOLERANCE_SECONDS
        ours = "supervise" in process.cmdline() and run.name in process.cmdline()
    except psutil.Error:
        return None
    return process if same_start and ours else None


def stop(run: RunFolder) -> bool:
    """Stop the supervisor of `run` and wait until it and its stack are gone.

    Return whether it was running.
    """
    process = find(run)
    if process is None:
        return False
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()  # the kernel then kills its children
        process.wait(_STOP_SECONDS)
    return True
