"""`docker-compose.yml` is as closed as the local stack, and no container sees another's keys."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from mash_local.authority import ADMINISTRATOR, MEMBER, Authority
from mash_local.engines.closed_kafka import Doors, node_settings
from mash_local.engines.kafka import BROKER_SETTINGS
from mash_local.engines.mongo import LEAKS_NOTHING, closed_by, mongo_url, set_parameters
from mash_local.keyring import bunches
from mash_local.services import AGENCIES, SERVICES, Service
from mash_shared.plumbing.broker import BrokerUrl
from mash_shared.plumbing.rights import DIRECTORY, is_outside

ROOT = Path(__file__).parents[2]
CONTAINERS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())[
    "services"
]
KEYS = {bunch.container: bunch for bunch in bunches(AGENCIES)}
PORTS = {"ADMIN": 9094, "HUB": 9092, "AGENCIES": 9095, "CONTROLLER": 9093}
OF_THIS_MACHINE = "MACHINE"
"""The one door that the local stack needs not: there, everybody is on this machine."""
PLACES = {"listeners", "advertised.listeners", "controller.quorum.voters", "log.dirs"}
FILES = {"ssl.keystore.location", "ssl.truststore.location"}
HASTENING = re.compile(r"(broker|group)\..*(session|heartbeat)")
"""Settings of the local stack that hasten what its crash tests wait for."""
OF_THE_IMAGE = {"KAFKA_HEAP_OPTS"}
each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def _plain(text: object) -> str:
    """Read a value as `docker compose` does: variables have their defaults, `$$` is `$`."""
    return re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(text)).replace("$$", "$")


def _broker() -> dict[str, str]:
    """Give the broker's settings, read from the environment as its image reads them."""
    return {
        name.removeprefix("KAFKA_")
        .lower()
        .replace("_", ".")
        .replace("...", "-")
        .replace("..", "_"): _plain(value)
        for name, value in CONTAINERS["kafka"]["environment"].items()
        if name.startswith("KAFKA_") and name not in OF_THE_IMAGE
    }


def _local(folder: Path) -> dict[str, str]:
    doors = Doors(Authority(folder), list(PORTS.values()), inside="")
    lasting = {name: said for name, said in BROKER_SETTINGS.items() if not HASTENING.match(name)}
    return {**lasting, **node_settings(doors, "")}


def _doors(settings: dict[str, str], name: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+):(?://)?([^,]+)", settings[name]))


def test_the_broker_has_the_settings_of_the_local_stack_and_no_other(tmp_path: Path) -> None:
    told, local = _broker(), _local(tmp_path)
    assert told.keys() == local.keys()
    protocols = "listener.security.protocol.map"
    same = told.keys() - PLACES - FILES - {protocols}
    assert {name: told[name] for name in same} == {name: local[name] for name in same}
    assert _doors(told, protocols) == {**_doors(local, protocols), OF_THIS_MACHINE: "SSL"}


def test_the_broker_has_the_doors_of_the_local_stack_and_one_for_this_machine(
    tmp_path: Path,
) -> None:
    told, local = _broker(), _local(tmp_path)
    assert _doors(told, "listeners") == {**_doors(local, "listeners"), OF_THIS_MACHINE: ":9096"}
    here = {door: f"kafka:{port}" for door, port in PORTS.items() if door != "CONTROLLER"}
    assert _doors(told, "advertised.listeners") == {**here, OF_THIS_MACHINE: "127.0.0.1:9092"}
    assert told["controller.quorum.voters"] == f"1@kafka:{PORTS['CONTROLLER']}"
    assert [_plain(port) for port in CONTAINERS["kafka"]["ports"]] == ["127.0.0.1:9092:9096"]


def test_no_door_is_named_so_that_the_image_asks_for_a_keystore_of_its_own_kind() -> None:
    assert not re.search("SSL://|SASL_", _broker()["advertised.listeners"])


@pytest.mark.parametrize("setting", sorted(FILES))
def test_the_broker_shows_what_it_is_given(setting: str, tmp_path: Path) -> None:
    name = Path(_local(tmp_path)[setting]).name
    assert _broker()[setting] == f"/keys/{name}"
    assert name in KEYS["kafka"].files


def test_the_database_asks_everybody_for_a_certificate_as_in_the_local_stack() -> None:
    command = CONTAINERS["mongo"]["command"]
    words = [part for word in command if "Parameter" not in word for part in word.split("=", 1)]
    own = Path(f"/keys/{MEMBER}.pem")
    closed = closed_by(Path("/keys/ca.pem"), own)
    begins = words.index(closed[0])
    assert words[begins : begins + len(closed)] == closed
    [history] = [word for word in set_parameters() if "History" in word]
    assert {history, *LEAKS_NOTHING} <= {*command}
    assert own.name in KEYS["mongo"].files


def test_the_databases_first_user_is_the_administrator() -> None:
    probe = CONTAINERS["mongo"]["healthcheck"]["test"]
    assert _plain(probe[-1]).count(f'"CN={ADMINISTRATOR}"') == 2
    assert _url_parts(probe[3]) == {**_url_parts(_mongo(MEMBER)), "replicaSet": None}


def _mongo(name: str) -> str:
    return mongo_url(27017, Path("/keys/ca.pem"), Path(f"/keys/{name}.pem"))


def _url_parts(url: str) -> dict[str, str | None]:
    return {"replicaSet": None, **dict(re.findall(r"(\w+)=([^&]*)", url))}


@each_service
def test_a_service_is_known_to_broker_and_database(service: Service) -> None:
    container = service.name.replace(".", "-")
    told = CONTAINERS[container]["environment"]
    broker = BrokerUrl.parse(told[f"{service.prefix}KAFKA"])
    assert broker.servers == (f"kafka:{PORTS['HUB']}",)
    assert broker.user == service.name
    assert told[f"{service.prefix}BROKER_RIGHTS"] == "declared"
    database = _url_parts(told[f"{service.prefix}MONGO_URL"])
    assert {**database, "directConnection": "true"} == _url_parts(_mongo(service.name))
    assert _files(told.values()) == set(KEYS[container].sources)


def _files(words: Any) -> set[str]:
    return set(re.findall(r"/keys/([\w.-]+)", " ".join(map(str, words))))


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_comes_by_its_own_door(agency: str) -> None:
    name = f"sandbox-agency-{agency}"
    entry = CONTAINERS[name]["entrypoint"]
    assert f"--kafka=kafka:{PORTS['AGENCIES']}" in entry
    assert _files(entry) == set(KEYS[name].sources)
    assert is_outside(Path(KEYS[name].renamed["agency.pem"]).stem)


@pytest.mark.parametrize(
    ("name", "who", "door"), [("topics", ADMINISTRATOR, "ADMIN"), ("staff", DIRECTORY, "AGENCIES")]
)
def test_who_makes_and_who_tells_comes_by_certificate(name: str, who: str, door: str) -> None:
    words = CONTAINERS[name].get("command") or CONTAINERS[name]["entrypoint"]
    [url] = [word.removeprefix("--kafka=") for word in words if word.startswith("--kafka=")]
    broker = BrokerUrl.parse(url)
    assert broker.servers == (f"kafka:{PORTS[door]}",)
    assert broker.certificate == Path(f"/keys/{who}.pem")
    assert _files(words) <= set(KEYS[name].sources)


def test_everybodys_keys_are_in_a_volume_of_their_own_that_only_their_maker_sees_as_well() -> None:
    mounted = defaultdict(set)
    for name, container in CONTAINERS.items():
        for volume in container.get("volumes", []):
            source, _, place = volume.partition(":")
            mounted[source].add((name, place))
    keys = {source: where for source, where in mounted.items() if source.endswith("-keys")}
    assert keys == {
        f"{name}-keys": {(name, "/keys:ro"), ("secrets", f"/out/{name}")} for name in KEYS
    }
    shared = {source for source, where in mounted.items() if len({name for name, _ in where}) > 1}
    assert shared == keys.keys()


def test_whoever_makes_the_keys_is_on_no_network() -> None:
    for name in ("secrets", "token", "machine"):
        assert CONTAINERS[name]["network_mode"] == "none"
