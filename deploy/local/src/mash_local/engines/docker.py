"""The same engines in containers, for machines where the packaged ones cannot run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from docker.errors import DockerException
from testcontainers.community.kafka import KafkaContainer
from testcontainers.core.container import DockerContainer

from mash_local.engines.engine import EngineUnavailableError
from mash_local.engines.kafka import BROKER_SETTINGS, broker_usable
from mash_local.engines.mongo import REPLICA_SET, mongo_url, set_parameters, writable_primary
from mash_local.ports import free_ports
from mash_local.process import NotReadyError

_MONGO_IMAGE = "mongo:8"
_READY_SECONDS = 120


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except DockerException as error:
        raise EngineUnavailableError(
            f"{name} cannot run in Docker here ({error}); start Docker, or give MASH_KAFKA and "
            "MASH_MONGO_URL, or use the packaged engines."
        ) from error


class DockerEngine:
    """An engine in a container that testcontainers starts and its reaper removes."""

    pid = None

    def __init__(self, name: str, container: DockerContainer, usable: Callable[[], bool]) -> None:
        """`usable` says whether clients can work with it now."""
        self.name = name
        self._container = container
        self._usable = usable
        self._started = False

    def start(self) -> None:
        """Start the container and wait until the engine can be used."""
        with _refusing(self.name):
            self._container.start()
        self._started = True
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._usable():
            if time.monotonic() > deadline:
                raise NotReadyError(f"{self.name} in Docker was not ready in {_READY_SECONDS} s.")
            time.sleep(0.1)

    def ask_to_stop(self) -> None:
        """Do nothing yet: a container is stopped in one step."""

    def stop(self) -> None:
        """Stop and remove the container."""
        if self._started:
            self._started = False
            self._container.stop()

    def kill(self) -> None:
        """Kill the container's process."""
        self._container.get_wrapped_container().kill()

    def restart(self) -> None:
        """Start the container again on the same port and data."""
        self._container.get_wrapped_container().restart()
        self._wait()

    def pause(self) -> None:
        """Freeze the container."""
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        """Let a frozen container go on."""
        self._container.get_wrapped_container().unpause()


class DockerKafka(DockerEngine):
    """The broker in a container, with the settings of the packaged one."""

    def __init__(self) -> None:
        [port] = free_ports(1)
        # its own image, older than the packaged broker: it starts no other kind of image
        with _refusing("kafka"):
            container = KafkaContainer()
        container.with_kraft().with_bind_ports(9093, port)
        for name, value in BROKER_SETTINGS.items():
            container.with_env(f"KAFKA_{name.replace('.', '_').upper()}", value)
        self.address = f"127.0.0.1:{port}"
        super().__init__("kafka", container, partial(broker_usable, self.address))


class DockerMongo(DockerEngine):
    """The database in a container, on the same port inside and outside.

    The only member of a replica set is known by its address, so it must reach itself
    where its clients reach it.
    """

    def __init__(self) -> None:
        [port] = free_ports(1)
        with _refusing("mongo"):
            container = DockerContainer(_MONGO_IMAGE)
        container.with_bind_ports(port, port)
        command = ["--replSet", REPLICA_SET, "--bind_ip_all", "--port", str(port)]
        container.with_command([*command, *set_parameters()])
        self.address = mongo_url(port)
        super().__init__("mongo", container, partial(writable_primary, port))
