"""Apache Kafka from its own jars: one node, broker and controller in one process."""

import asyncio
import base64
import logging
import os
import shlex
import socket
import subprocess
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mash_local.authority import ADMINISTRATOR, Authority
from mash_local.engines.class_archive import ClassArchive
from mash_local.engines.closed_kafka import LISTENERS, Doors, node_settings
from mash_local.engines.engine import EngineUnavailableError, ProcessEngine
from mash_local.run_folder import RunFolder
from mash_shared.plumbing.broker import BrokerUrl, clients

BROKER_SETTINGS = {
    "auto.create.topics.enable": "false",
    "unclean.leader.election.enable": "false",
    "log.message.timestamp.type": "LogAppendTime",
    "message.max.bytes": str(4 * 1024 * 1024),
    "offsets.retention.minutes": str(60 * 24 * 30),
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "group.consumer.min.session.timeout.ms": "1000",
    "group.consumer.min.heartbeat.interval.ms": "300",
    # a killed broker waits for the end of its old session; shorter, a busy machine would lose it
    "broker.session.timeout.ms": "2500",
    "broker.heartbeat.interval.ms": "500",
}
"""What a single node needs, whether it is packaged or in a container."""

_JVM = "-Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_ENDED_BY_SIGTERM = 143  # a JVM that was killed before its end may have written half an archive
_LOGGING = Path(__file__).with_name("kafka-log4j2.xml")


class PackagedKafka(ProcessEngine):
    """The broker as a child process; the JVM's options can be replaced by MASH_KAFKA_JVM."""

    ports_needed = len(LISTENERS)

    def __init__(
        self, run: RunFolder, authority: Authority, java: Path, broker_jars: Sequence[Path]
    ) -> None:
        super().__init__("kafka", run)
        self._authority = authority
        self._own_options = os.environ.get("MASH_KAFKA_JVM")
        self._java = java
        self._jars = broker_jars
        self._archive = ClassArchive(broker_jars[0].parents[1], java, run.name)

    @property
    def _settings(self) -> Path:
        return self.data / "server.properties"

    def _java_command(self, *words: str, record: bool) -> list[str]:
        archive = [] if self._own_options else self._archive.options(record=record)
        options = [*shlex.split(self._own_options or _JVM), *archive]
        logging_file = f"-Dlog4j2.configurationFile={_LOGGING}"
        class_path = os.pathsep.join(str(jar) for jar in self._jars)
        return [str(self._java), *options, logging_file, "-cp", class_path, *words]

    @property
    def _doors(self) -> Doors:
        return Doors(self._authority, self.ports)

    @property
    def address(self) -> str:
        """The administrator's URL."""
        return self.url_for(ADMINISTRATOR)

    def url_for(self, name: str) -> str:
        """Give the URL of one principal, whose password or certificate is made for this run."""
        return self._doors.url_for(name)

    def prepare(self) -> None:
        """Write the settings and format a fresh log folder."""
        self.data = self.run.data / f"kafka-{self.ports[0]}"
        self.data.mkdir(parents=True)
        self._settings.write_text(properties(self._doors, str(self.data / "log")))
        words = ["kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", str(self._settings)]
        tool = self._java_command(*words, record=False)
        done = subprocess.run(tool, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise EngineUnavailableError(f"Kafka could not lay out its data: {done.stderr[-500:]}")

    def command(self) -> list[str]:
        """Return the broker's command line."""
        return self._java_command("kafka.Kafka", str(self._settings), record=True)

    def stop(self) -> None:
        """Stop in order and wait until it is gone."""
        super().stop()
        if self._process.returncode == _ENDED_BY_SIGTERM:
            self._archive.keep()

    def usable(self) -> bool:
        """Whether the broker is registered and consumer groups can find their coordinator."""
        return broker_usable(self.address)


def properties(doors: Doors, logs: str) -> str:
    """Give the file of settings of a node that keeps its records in `logs`."""
    settings = {**BROKER_SETTINGS, **node_settings(doors, logs)}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def cluster_id() -> str:
    """Draw the name of a new cluster; a dash in front would be read as an option."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes)[:22].decode().replace("-", "_")


def broker_usable(url: str) -> bool:
    """Whether the broker at `url` is registered and coordinates consumer groups."""
    if not all(_listens(server) for server in BrokerUrl.parse(url).servers):
        return False
    answer: list[bool] = []
    # in a thread of its own, because the caller may be inside an event loop
    asking = threading.Thread(target=lambda: answer.append(asyncio.run(_coordinates(url))))
    asking.start()
    asking.join()
    return answer == [True]


def _listens(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


async def _coordinates(url: str) -> bool:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    admin = AIOKafkaAdminClient(**clients(url), request_timeout_ms=2000)
    try:
        await admin.start()
        await admin.find_coordinator("ready")
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True
