"""The engines of `docker-compose.yml` without containers: same settings, same keys, same URLs."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from mash_local import keyring
from mash_local.authority import Authority
from mash_local.engines import jars
from mash_local.engines.java import find_java
from mash_local.engines.kafka import PackagedKafka
from mash_local.engines.mongo import PackagedMongo, find_mongod, writable_primary
from mash_local.run_folder import REPOSITORY, RunFolder
from mash_local.services import AGENCIES, POLICIES, SERVICES, Service
from mash_shared.plumbing.broker import BrokerRefusesError, knock

pytestmark = [pytest.mark.engines, pytest.mark.crash]
CONTAINERS: dict[str, dict[str, Any]] = yaml.safe_load(
    (REPOSITORY / "docker-compose.yml").read_text()
)["services"]


class Broker(PackagedKafka):
    """The packaged broker, told by the environment of its container."""

    ports_needed = 5
    keys: Path

    def here(self, text: object, container: str) -> str:
        """Read a value as compose does, and move what it names to this machine."""
        moved = dict(zip(("9092", "9093", "9094", "9095", "9096"), self.ports, strict=True))
        said = re.sub(r"\$\{\w+:-\d+\}", "9096", str(text)).replace("$$", "$")
        said = re.sub(
            r"(kafka|127\.0\.0\.1|//):(909\d)", lambda at: f"{at[1]}:{moved[at[2]]}", said
        )
        said = said.replace("kafka:", "127.0.0.1:").replace("//:", "//127.0.0.1:")
        return said.replace("/keys", str(self.keys / container))

    def prepare(self) -> None:
        """Write the settings as the image does."""
        self.data = self.run.data / f"kafka-{self.ports[0]}"
        self.data.mkdir(parents=True)
        environment = CONTAINERS["kafka"]["environment"]
        settings = {
            name.removeprefix("KAFKA_").lower().replace("_", ".").replace("...", "-"): value
            for name, value in environment.items()
            if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
        }
        settings["log.dirs"] = str(self.data / "log")
        lines = [f"{name}={self.here(value, 'kafka')}\n" for name, value in settings.items()]
        self._settings.write_text("".join(lines))
        words = ["format", "-t", environment["CLUSTER_ID"], "-c", str(self._settings)]
        tool = self._java_command("kafka.tools.StorageTool", *words, record=False)
        subprocess.run(tool, capture_output=True, check=True)

    @property
    def address(self) -> str:
        """How `topics` comes in."""
        return self.here(option("topics", "--kafka="), "topics")


class Database(PackagedMongo):
    """The packaged database, told by the command of its container."""

    keys: Path

    def here(self, text: str, container: str) -> str:
        """Move what a value names to this machine."""
        said = re.sub(r"//(mongo:27017|127\.0\.0\.1)/", f"//127.0.0.1:{self.ports[0]}/", text)
        return said.replace("/keys", str(self.keys / container))

    def prepare(self) -> None:
        """Make a fresh data folder."""
        self.data = self.run.data / "mongo"
        self.data.mkdir(parents=True)

    def command(self) -> list[str]:
        """Return the container's command, at a place of this machine."""
        said = [word for word in CONTAINERS["mongo"]["command"][1:] if word != "--bind_ip_all"]
        place = ["--dbpath", str(self.data), "--port", str(self.ports[0]), "--nounixsocket"]
        return [str(find_mongod()), *(self.here(word, "mongo") for word in said), *place]

    def usable(self) -> bool:
        """Do what the container's health check does, under its name."""
        url = self.here(CONTAINERS["mongo"]["healthcheck"]["test"][3], "mongo")
        return writable_primary(MongoClient(url.replace("replicaSet=rs0&", "")))


def option(container: str, name: str) -> str:
    told = CONTAINERS[container]
    words: list[str] = [*told.get("entrypoint", []), *told.get("command", [])]
    return next(word.removeprefix(name) for word in words if word.startswith(name))


async def come(url: str) -> None:
    try:
        await knock(url)
    finally:
        await asyncio.sleep(0.3)  # a line of TLS is closed by both sides


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, Database]]:
    java, mongod = find_java(), find_mongod()
    if java is None or mongod is None:
        pytest.skip("needs the packaged engines")
    folder = tmp_path_factory.mktemp("compose")
    keyring.make(folder / "out", AGENCIES, ["havering"])
    run, unused = RunFolder.create(folder / ".run"), Authority(folder / "unused")
    broker = Broker(run, unused, java, jars.broker_jars())
    database = Database(run, unused, mongod)
    broker.keys = database.keys = folder / "out"
    try:
        broker.start()
        database.start()
        yield broker, database
    finally:
        broker.stop()
        database.stop()


@pytest.fixture(scope="module")
def provisioned(engines: tuple[Broker, Database]) -> tuple[Broker, Database]:
    broker, database = engines
    words = [
        database.here(broker.here(word, "topics"), "topics").replace("/app/policies", str(POLICIES))
        for word in CONTAINERS["topics"]["command"][1:]
    ]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    return engines


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_a_service_is_let_in_under_its_own_name(
    provisioned: tuple[Broker, Database], service: Service
) -> None:
    broker, database = provisioned
    name = service.name.replace(".", "-")
    told = CONTAINERS[name]["environment"]
    await come(broker.here(told[f"{service.prefix}KAFKA"], name))
    with MongoClient[dict[str, Any]](
        database.here(told[f"{service.prefix}MONGO_URL"], name)
    ) as client:
        client[name]["proof"].insert_one({})
        with pytest.raises(OperationFailure, match="not authorized"):
            client["another"]["proof"].insert_one({})


@pytest.mark.parametrize("agency", AGENCIES)
async def test_an_agency_is_let_in_by_its_door(
    provisioned: tuple[Broker, Database], agency: str
) -> None:
    broker, _ = provisioned
    name = f"sandbox-agency-{agency}"
    words = {word: option(name, f"--{word}=") for word in ("kafka", "ca", "certificate")}
    url = "tls://{kafka}?ca={ca}&certificate={certificate}".format(**words)
    await come(broker.here(url, name))


async def test_this_machine_comes_by_certificate_and_a_stranger_does_not(
    provisioned: tuple[Broker, Database], tmp_path: Path
) -> None:
    broker, _ = provisioned
    url = "tls://127.0.0.1:9096?ca=/keys/ca.pem&certificate="
    await come(broker.here(f"{url}/keys/parking.pem", "machine"))
    rogue = Authority(tmp_path / "rogue").certificate("provision")
    with pytest.raises(BrokerRefusesError):
        await come(broker.here(url, "machine") + str(rogue))


def test_staff_are_told_by_the_directory(provisioned: tuple[Broker, Database]) -> None:
    broker, _ = provisioned
    words = [broker.here(word, "staff") for word in CONTAINERS["staff"]["entrypoint"][1:]]
    staff = (REPOSITORY / "deploy" / "local" / "staff.json").read_bytes()
    done = subprocess.run([sys.executable, *words], input=staff, capture_output=True, check=True)
    assert b"havering: told of 13." in done.stdout
