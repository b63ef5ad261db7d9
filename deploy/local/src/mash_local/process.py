"""Child processes that can be stopped, killed, paused and restarted, and never outlive us."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

_TETHER = Path(__file__).with_name("tether.py")
_POLL_SECONDS = 0.03

# The kernel ties a child to the thread that made it, so one thread that never ends makes all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class NotReadyError(RuntimeError):
    """A process did not become ready; the message names it, its last lines and its log."""


class Process:
    """One program with its own log file, in its own session.

    Ctrl-C therefore reaches only the runner, which stops its processes in order; and on
    Linux the kernel kills them when the runner itself is killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = dict(env or {})
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._lock = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the present or last child; None before the first start."""
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; None while it runs or before the first start."""
        return self._child.poll() if self._child else None

    @property
    def running(self) -> bool:
        """Whether the child exists and has not ended (a paused child is running)."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start the program; its output is appended to the log."""
        with self._lock:
            if self._closed:
                raise NotReadyError(f"{self.name} was not started because the run is stopping.")
            if self.running:
                return
            self._child = _spawner.submit(self._spawn).result()

    def _spawn(self) -> subprocess.Popen[bytes]:
        tether = [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid())]
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(
                [*tether, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.env},
                start_new_session=True,
            )

    def ask_to_stop(self) -> None:
        """Send SIGTERM without waiting; a paused process is woken to hear it."""
        self._send(signal.SIGTERM)
        self._send(signal.SIGCONT)

    def stop(self, grace: float = 10.0) -> None:
        """Ask the program to end and kill it after `grace` seconds."""
        self.ask_to_stop()
        self.wait_gone(grace)

    def wait_gone(self, grace: float) -> None:
        """Wait until the program has ended; kill it after `grace` seconds."""
        if self._child is None:
            return
        try:
            self._child.wait(max(grace, 0.0))
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the program at once with SIGKILL, and wait until it is gone."""
        self._send(signal.SIGKILL)
        if self._child is not None:
            self._child.wait()

    def close(self) -> None:
        """Ask the program to end and refuse every later start."""
        with self._lock:
            self._closed = True
        self.ask_to_stop()

    def pause(self) -> None:
        """Freeze the program with SIGSTOP: it keeps its connections and answers nothing."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused program go on."""
        self._send(signal.SIGCONT)

    def restart(self, env: Mapping[str, str] | None = None, grace: float = 10.0) -> None:
        """Stop the program if it runs and start it, with `env` laid over its environment."""
        self.stop(grace)
        self.env.update(env or {})
        self.start()

    def log_tail(self, lines: int = 15) -> str:
        """Return the last lines that the present child wrote."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(self._log_start, self.log.stat().st_size - 64 * 1024))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def wait_ready(self, url: str, timeout: float = 60.0) -> None:
        """Wait until GET `url` answers 200; refuse after `timeout` seconds or when it ends."""
        self.wait_until(lambda: answers(url), timeout)

    def wait_until(self, ready: Callable[[], bool], timeout: float = 60.0) -> None:
        """Wait until `ready()` is true; refuse after `timeout` seconds or when it ends."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.running:
                raise self._not_ready(f"ended with status {self.returncode}")
            if time.monotonic() > deadline:
                raise self._not_ready(f"was not ready after {timeout:.0f} s")
            time.sleep(_POLL_SECONDS)

    def _not_ready(self, what: str) -> NotReadyError:
        tail = self.log_tail() or "(it wrote nothing)"
        return NotReadyError(f"{self.name} {what}. Its log is {self.log}; the last lines:\n{tail}")

    def _send(self, sign: signal.Signals) -> None:
        if self.running and self._child is not None:
            self._child.send_signal(sign)


def stop_all(processes: Iterable[Process], grace: float = 10.0) -> None:
    """Ask all to end at once, for good, and kill whatever is left after `grace` seconds."""
    everyone = list(processes)
    for process in everyone:
        process.close()
    deadline = time.monotonic() + grace
    for process in everyone:
        process.wait_gone(deadline - time.monotonic())


def answers(url: str) -> bool:
    """Whether GET `url` answers 200 within two seconds."""
    target = urlsplit(url)
    connection = HTTPConnection(target.hostname or "127.0.0.1", target.port, timeout=2)
    try:
        connection.request("GET", target.path or "/")
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's own number
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
