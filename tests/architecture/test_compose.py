"""`docker-compose.yml` names the whole system and keeps to the house's rules for containers."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mash_local.engines import Engines
from mash_local.run_folder import RunFolder
from mash_local.services import AGENCIES, ENOUGH, SERVICES, Service, Surroundings, place

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
HUB = {service.name.replace(".", "-"): service for service in SERVICES}
SANDBOX = {f"sandbox-agency-{agency}": agency for agency in AGENCIES}
ONE_SHOT = {"topics", "secrets"}
TOOLS = {"token", "staff", "machine"}
ENGINES = {"kafka", "mongo", "mail"}
OURS = sorted({*HUB, *SANDBOX, *ONE_SHOT, *TOOLS})
EVERY = sorted(CONTAINERS)
LASTING = sorted(CONTAINERS.keys() - ONE_SHOT - TOOLS)
DONE = {"condition": "service_completed_successfully"}
HEALTHY = {"condition": "service_healthy"}
NOWHERE = {"MASH_KAFKA": "open://nowhere:1", "MASH_MONGO_URL": "mongodb://nowhere"}


def test_the_file_names_every_process_of_the_system() -> None:
    assert set(CONTAINERS) == {*HUB, *SANDBOX, *ONE_SHOT, *TOOLS, *ENGINES}


@pytest.mark.parametrize("name", sorted(HUB))
def test_a_service_is_told_what_the_local_stack_tells_it(name: str, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    around = Surroundings(run, Engines(run, NOWHERE), smtp_port=1, mail_port=2)
    placed = place(HUB[name], HUB[name].name, around)
    of_programs = ("TIME_FILE", *ENOUGH)  # in containers people are at work
    left_out = {f"{HUB[name].prefix}{what}" for what in ("INSTANCE", *of_programs)}
    assert set(CONTAINERS[name]["environment"]) == set(placed.env) - left_out


@pytest.mark.parametrize("name", sorted(HUB))
def test_a_service_runs_its_own_code(name: str) -> None:
    folder = HUB[name].module.replace("_", "-")
    assert CONTAINERS[name]["image"] == f"mash-{folder}:local"
    (built,) = (one["build"] for one in _that_build(CONTAINERS[name]["image"]))
    assert built["args"] == {"SERVICE": folder}


def _that_build(image: str) -> list[dict[str, Any]]:
    there = (one for one in CONTAINERS.values() if one["image"] == image)
    return [one for one in there if "build" in one]


def test_an_image_is_built_by_one_container_and_looked_for_nowhere_by_others() -> None:
    for name, container in CONTAINERS.items():
        if container["image"].endswith(":local"):
            assert len(_that_build(container["image"])) == 1, name
            assert "build" in container or container["pull_policy"] == "never", name


def test_no_probe_gives_up_on_a_busy_machine() -> None:
    for name, container in CONTAINERS.items():
        if probe := container.get("healthcheck"):
            assert int(probe["timeout"].removesuffix("s")) >= 15, name
            assert int(probe["start_period"].removesuffix("s")) >= 180, name
            assert probe["retries"] >= 6, name


def test_the_shell_that_probes_the_database_writes_no_log_and_tells_nobody() -> None:
    (shell,) = CONTAINERS["mongo"]["configs"]
    said = yaml.safe_load(COMPOSE["configs"][shell["source"]]["content"])
    quiet = {"disableLogging": True, "forceDisableTelemetry": True}
    assert (shell["target"], said) == ("/etc/mongosh.conf", {"mongosh": quiet})


@pytest.mark.parametrize("service", [s for s in SERVICES if s.settings], ids=lambda s: s.name)
def test_a_gateway_serves_its_own_agency(service: Service) -> None:
    environment = CONTAINERS[service.name.replace(".", "-")]["environment"]
    assert environment["AGENCY_GATEWAY_AGENCY"] == service.settings["AGENCY"]


@pytest.mark.parametrize(("name", "agency"), SANDBOX.items())
def test_a_sandbox_agency_answers_for_itself_and_sees_only_the_broker(
    name: str, agency: str
) -> None:
    agencies_network = {n for n, c in CONTAINERS.items() if "agencies" in c.get("networks", [])}
    assert CONTAINERS[name]["command"] == [f"--agency={agency}"]
    assert CONTAINERS[name]["networks"] == ["agencies"]
    assert agencies_network == {"kafka", "staff", *SANDBOX}


@pytest.mark.parametrize("name", sorted({*HUB, *SANDBOX}))
def test_topics_are_provisioned_before_anybody_listens(name: str) -> None:
    assert CONTAINERS[name]["depends_on"]["topics"] == DONE
    waits_for = CONTAINERS["topics"]["depends_on"]
    assert waits_for["kafka"] == waits_for["mongo"] == HEALTHY


@pytest.mark.parametrize("name", sorted(HUB))
def test_a_service_waits_for_the_engines_and_its_keys(name: str) -> None:
    waits_for = CONTAINERS[name]["depends_on"]
    assert waits_for["kafka"] == waits_for["mongo"] == HEALTHY
    assert waits_for["secrets"] == DONE


@pytest.mark.parametrize("name", ["kafka", "mongo", "topics"])
def test_whoever_is_known_by_a_key_waits_for_it(name: str) -> None:
    assert CONTAINERS[name]["depends_on"]["secrets"] == DONE


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_is_started_only_by_name(name: str) -> None:
    assert CONTAINERS[name]["profiles"] == ["tools"]


@pytest.mark.parametrize("name", LASTING)
def test_whatever_lasts_has_a_health_check(name: str) -> None:
    assert CONTAINERS[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(HUB))
def test_the_health_check_asks_the_service_whether_it_is_ready(name: str) -> None:
    port = CONTAINERS[name]["environment"][f"{HUB[name].prefix}OPS_PORT"]
    asked = f"http://127.0.0.1:{port}/health/ready"
    assert asked in CONTAINERS[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", EVERY)
def test_published_ports_are_on_this_machine_only_and_can_be_moved(name: str) -> None:
    for port in CONTAINERS[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{MASH_[A-Z_]+_PORT:-\d+\}:\d+", port), port


def test_no_two_published_ports_collide() -> None:
    published = [p.rsplit(":", 1)[0] for c in CONTAINERS.values() for p in c.get("ports", [])]
    variables = [re.findall(r"MASH_\w+", port)[0] for port in published]
    defaults = [re.findall(r":-(\d+)", port)[0] for port in published]
    assert len(set(variables)) == len(set(defaults)) == len(published)


def test_the_base_image_is_pinned_and_there_is_only_one() -> None:
    stages = re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)
    assert {source for source, _ in stages} - {name for _, name in stages} == {
        "python:3.11.14-slim-trixie"
    }


@pytest.mark.parametrize("stage", ["service", "local"])
def test_our_images_run_as_a_numbered_user_who_is_not_root(stage: str) -> None:
    [text] = re.findall(
        rf"^FROM \S+ AS {stage}$(.*?)(?=^FROM |\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL
    )
    users = re.findall(r"^USER (\d+):\d+$", text, re.MULTILINE)
    assert int(users[-1]) > 0


@pytest.mark.parametrize("name", OURS)
def test_our_containers_cannot_become_more_than_they_are(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"]
    assert container["init"]
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not {"user", "privileged", "cap_add", "devices"} & container.keys()


@pytest.mark.parametrize("name", EVERY)
def test_no_container_can_take_what_all_others_need(name: str) -> None:
    assert re.fullmatch(r"\d+(m|g)", CONTAINERS[name]["mem_limit"])
    assert 0 < CONTAINERS[name]["pids_limit"] <= 1024


def test_no_secret_is_in_the_file() -> None:
    words = {word for c in CONTAINERS.values() for word in c.get("environment", {})}
    assert not {word for word in words if re.search("PASSWORD|SECRET|PRIVATE|CREDENTIAL", word)}
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?:password|certificate|KeyFile)=(?!/keys/).*", text) == []


def test_dependencies_are_installed_by_hash_and_our_code_without_any() -> None:
    lines = re.findall(r"^RUN pip .*?(?<!\\)$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    installs = [line for line in lines if " install " in line]
    assert installs
    for install in installs:
        assert "--require-hashes" in install or "--no-deps --no-build-isolation" in install
