"""What every engine can do, whether it is given, packaged or in a container."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

from mash_local.ports import free_ports
from mash_local.process import NotReadyError, Process
from mash_local.run_folder import RunFolder

_PORT_TRIES = 5
_PORT_TAKEN = ("Address already in use", "BindException", "SocketException: Permission denied")


class EngineUnavailableError(RuntimeError):
    """An engine cannot be had on this machine; the message says why and what to do."""


class Engine(Protocol):
    """A broker or a database that tests may kill and bring back at the same address."""

    name: str
    knows_everybody: bool
    """Whether each client has a name and rights of its own."""

    @property
    def address(self) -> str:
        """The URL by which its administrator connects."""

    def url_for(self, name: str) -> str:
        """Give the URL by which somebody else connects, under a name of their own."""

    @property
    def pid(self) -> int | None:
        """Process id on this machine; None for an engine that is not our process."""

    def start(self) -> None:
        """Start and wait until it can be used."""

    def ask_to_stop(self) -> None:
        """Ask it to end, for good, without waiting."""

    def stop(self) -> None:
        """Stop in order and wait until it is gone."""

    def kill(self) -> None:
        """End it at once, as a power cut would."""

    def restart(self) -> None:
        """Stop it if it runs, start it on the same port and data, wait until it can be used."""

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing is answered."""

    def resume(self) -> None:
        """Let a paused engine go on."""


class GivenEngine:
    """An engine that somebody else runs; we know its address and never stop it."""

    pid = None
    knows_everybody = False

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    def url_for(self, name: str) -> str:  # noqa: ARG002 - whoever gave it knows one name
        """Give the address: whoever runs it knows who we are."""
        return self.address

    def start(self) -> None:
        """Do nothing: it runs already."""

    def ask_to_stop(self) -> None:
        """Do nothing: it is not ours."""

    def stop(self) -> None:
        """Do nothing: it is not ours."""

    def kill(self) -> None:
        """Refuse: it is not ours."""
        self._refuse()

    def restart(self) -> None:
        """Refuse: it is not ours."""
        self._refuse()

    def pause(self) -> None:
        """Refuse: it is not ours."""
        self._refuse()

    def resume(self) -> None:
        """Refuse: it is not ours."""
        self._refuse()

    def _refuse(self) -> None:
        raise EngineUnavailableError(
            f"{self.name} at {self.address} was given in the environment: this run may not stop it."
        )


class ProcessEngine(ABC):
    """An engine that runs as a child process on ports of our choice."""

    ports_needed: ClassVar[int] = 1
    knows_everybody = True

    def __init__(self, name: str, run: RunFolder) -> None:
        self.name = name
        self.run = run
        self.data = run.data / name
        self.ports: list[int] = []
        self._process = Process(name, [], run.logs / f"{name}.log")

    @property
    @abstractmethod
    def address(self) -> str:
        """The URL by which its administrator connects."""

    @abstractmethod
    def url_for(self, name: str) -> str:
        """Give the URL by which somebody else connects, under a name of their own."""

    @abstractmethod
    def prepare(self) -> None:
        """Lay out a fresh data folder for the chosen ports."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return what is run on the data folder, now and after a restart."""

    @abstractmethod
    def usable(self) -> bool:
        """Whether clients can work with it now."""

    @property
    def pid(self) -> int | None:
        """Process id of the engine."""
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it can be used, on other ports when the first are taken."""
        for attempt in range(1, _PORT_TRIES + 1):
            self.ports = free_ports(self.ports_needed)
            self.prepare()
            try:
                self._start_and_wait()
            except NotReadyError:
                taken = any(sign in self._process.log_tail(80) for sign in _PORT_TAKEN)
                if not taken or attempt == _PORT_TRIES:
                    raise
            else:
                return

    def _start_and_wait(self) -> None:
        self._process.command = self.command()
        self._process.start()
        self._process.wait_until(self.usable)

    def ask_to_stop(self) -> None:
        """Ask it to end, and refuse every later start."""
        self._process.close()

    def stop(self) -> None:
        """Stop in order and wait until it is gone."""
        self._process.stop(grace=20)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()

    def restart(self) -> None:
        """Stop it if it runs, start it on the same port and data, wait until it can be used."""
        self.stop()
        self._start_and_wait()

    def pause(self) -> None:
        """Freeze it with SIGSTOP."""
        self._process.pause()

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._process.resume()
