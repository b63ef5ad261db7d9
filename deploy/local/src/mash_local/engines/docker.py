"""The same engines in containers, for machines where the packaged ones cannot run."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer

from mash_local.authority import ADMINISTRATOR, MEMBER, Authority
from mash_local.engines.closed_kafka import HOST, LISTENERS, Doors
from mash_local.engines.engine import EngineUnavailableError
from mash_local.engines.kafka import broker_usable, cluster_id, properties
from mash_local.engines.mongo import (
    REPLICA_SET,
    closed_by,
    member,
    mongo_url,
    set_parameters,
    writable_primary,
)
from mash_local.ports import free_ports
from mash_local.process import NotReadyError
from mash_local.run_folder import RunFolder

_KAFKA_IMAGE, _MONGO_IMAGE = "apache/kafka:4.4.0", "mongo:8.0.17"
_KAFKA = "/opt/kafka/bin"
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
    knows_everybody = True

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
    """The broker in a container, with the settings and the doors of the packaged one."""

    def __init__(self, run: RunFolder, authority: Authority) -> None:
        ports = free_ports(len(LISTENERS))
        self._doors = Doors(authority, ports, inside="0.0.0.0")  # noqa: S104 - in its container
        with _refusing("kafka"):
            container = _as_ourselves(_KAFKA_IMAGE, authority.folder)
        for port in ports:
            container.with_bind_ports(port, port)
        folder = run.data / f"kafka-{ports[0]}"
        folder.mkdir(parents=True)
        file = folder / "server.properties"
        file.write_text(properties(self._doors, "/tmp/kafka"))  # noqa: S108
        container.with_volume_mapping(str(folder), str(folder), "ro").with_env("LOG_DIR", "/tmp")  # noqa: S108
        layout = f"{_KAFKA}/kafka-storage.sh format --ignore-formatted -t {cluster_id()} -c {file}"
        container.with_command(
            ["bash", "-c", f"{layout} && exec {_KAFKA}/kafka-server-start.sh {file}"]
        )
        super().__init__("kafka", container, lambda: broker_usable(self.address))

    @property
    def address(self) -> str:
        """The administrator's URL."""
        return self.url_for(ADMINISTRATOR)

    def url_for(self, name: str) -> str:
        """Give the URL of one principal."""
        return self._doors.url_for(name)


class DockerMongo(DockerEngine):
    """The database in a container, on the same port inside and outside.

    The only member of a replica set is known by its address, so it must reach itself
    where its clients reach it.
    """

    def __init__(self, run: RunFolder, authority: Authority) -> None:  # noqa: ARG002 - as others
        [self._port] = free_ports(1)
        self._authority = authority
        own = authority.certificate(MEMBER, [HOST], organisation=MEMBER)
        with _refusing("mongo"):
            container = _as_ourselves(_MONGO_IMAGE, authority.folder)
        container.with_bind_ports(self._port, self._port)
        words = ["--replSet", REPLICA_SET, "--bind_ip_all", "--port", str(self._port)]
        words += [*closed_by(authority.ca, own), *set_parameters(), "--dbpath", "/tmp/db"]  # noqa: S108
        container.with_command(["bash", "-c", f"mkdir -p /tmp/db && exec mongod {' '.join(words)}"])

        def usable() -> bool:
            return writable_primary(member(self._port, authority.ca, own))

        super().__init__("mongo", container, usable)

    @property
    def address(self) -> str:
        """The administrator's URL."""
        return self.url_for(ADMINISTRATOR)

    def url_for(self, name: str) -> str:
        """Give the URL of one user."""
        return mongo_url(self._port, self._authority.ca, self._authority.of(name))


def _as_ourselves(image: str, secrets: Path) -> DockerContainer:
    """Run an image as our own user, who alone may read the secrets, at the path they have here."""
    container = DockerContainer(image).with_kwargs(user=f"{os.getuid()}:{os.getgid()}")
    return container.with_volume_mapping(str(secrets), str(secrets), "ro")
