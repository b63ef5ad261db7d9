"""What a stack is made of: every process as a row, and its environment built in one place."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mash_local.audit_key import audit_key_of
from mash_local.engines import Engines
from mash_local.ports import free_ports
from mash_local.run_folder import REPOSITORY, RunFolder
from mash_shared.plumbing.broker import BrokerUrl
from mash_shared.plumbing.rights import of_agency

AGENCIES = ("police", "health", "education", "probation", "domestic-abuse")
POLICIES = REPOSITORY / "deploy" / "policies"
LOCAL = REPOSITORY / "deploy" / "local"
HOST = "127.0.0.1"

ENOUGH = {"READS_A_MINUTE": "1000000", "ACTS_A_MINUTE": "1000000"}
"""Here programs stand for people, who ask far more often than these do."""


@dataclass(frozen=True)
class Service:
    """One process of the hub: its name, its Python module and what only it is told."""

    name: str
    module: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What its environment variables begin with."""
        return f"{self.module.upper()}_"

    @property
    def command(self) -> list[str]:
        """How it is started."""
        return [sys.executable, "-m", self.module]


SERVICES = (
    Service("intake", "intake"),
    Service("enquiry", "enquiry"),
    Service("decision", "decision"),
    Service("notify", "notify"),
    Service("ops", "ops"),
    *(Service(f"agency-gateway.{a}", "agency_gateway", {"AGENCY": a}) for a in AGENCIES),
)
BY_NAME = {service.name: service for service in SERVICES}


@dataclass(frozen=True)
class Surroundings:
    """What the processes of one run share."""

    run: RunFolder
    engines: Engines
    smtp_port: int
    mail_port: int
    policies: Path = POLICIES

    @property
    def mail_url(self) -> str:
        """Base URL of the mail catcher."""
        return f"http://{HOST}:{self.mail_port}"


@dataclass(frozen=True)
class Placed:
    """A process with its place in this run: where it listens and what it is told."""

    name: str
    command: list[str]
    env: dict[str, str]
    ready: str | Path
    """A URL that answers 200, or a file that exists, once the process is ready."""

    addresses: dict[str, str] = field(default_factory=dict)


def place(service: Service, name: str, around: Surroundings) -> Placed:
    """Give one copy of a service its ports and its whole environment."""
    api, ops = free_ports(2)
    settings = {
        "KAFKA": around.engines.kafka.url_for(service.name),
        "MONGO_URL": around.engines.mongo.url_for(service.name),
        "BROKER_RIGHTS": "declared" if around.engines.kafka.knows_everybody else "any",
        "HOST": HOST,
        "API_PORT": str(api),
        "OPS_PORT": str(ops),
        "POLICIES": str(around.policies),
        "INSTANCE": name.replace("#", "-"),
        "TOKEN_KEYS": str(around.run.path / "token-keys.json"),
        "ENVIRONMENT": "local",
        "AUDIT_KEY": str(around.run.secrets / audit_key_of(service.name)),
        "COUNCIL_KEYS": str(around.run.council_keys),
        "AUDIT_SPOOL": str(around.run.path / "audit"),
        **ENOUGH,
        "TIME_FILE": str(around.run.time_file),
        **(_mail_settings(around) if service.name == "notify" else {}),
        **service.settings,
    }
    env = {f"{service.prefix}{key}": value for key, value in settings.items()}
    ops_url = f"http://{HOST}:{ops}"
    addresses = {name: f"http://{HOST}:{api}", f"{name}.ops": ops_url}
    return Placed(name, service.command, env, f"{ops_url}/health/ready", addresses)


def _mail_settings(around: Surroundings) -> dict[str, str]:
    return {
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(around.smtp_port),
        "SENDER": "hub@mash.example",
        "MAIL_LOOKUP_URL": around.mail_url,
    }


def place_agency(agency: str, around: Surroundings) -> Placed:
    """Return the program that answers for one agency; it behaves as its file says."""
    script = LOCAL / "sandbox-agency" / "sandbox_agency.py"
    folder = around.run.sandbox
    ready = folder / f"{agency}.ready"
    broker = BrokerUrl.parse(around.engines.kafka.url_for(of_agency(agency)))
    secrets = {"--ca": str(broker.ca), "--certificate": str(broker.certificate)}
    options = {
        "--agency": agency,
        "--kafka": ",".join(broker.servers),
        **({} if broker.is_open else secrets),
        "--behaviour": str(folder / f"{agency}.json"),
        "--ledger": str(folder / f"{agency}.ledger.jsonl"),
        "--ready-file": str(ready),
        "--time-file": str(around.run.time_file),
    }
    words = [word for option in options.items() for word in option]
    return Placed(f"sandbox-agency.{agency}", [sys.executable, str(script), *words], {}, ready)


def parties(agency: str) -> dict[str, str]:
    """Name who is who on the broker, of an agency's program and of whoever plays the hub to it."""
    return {"adapter": of_agency(agency), "gateway": f"agency-gateway.{agency}"}


def place_mail_catcher(around: Surroundings) -> Placed:
    """Return the mail server that keeps every message of this run."""
    script = LOCAL / "mail-catcher" / "mail_catcher.py"
    ports = ["--smtp-port", str(around.smtp_port), "--http-port", str(around.mail_port)]
    folder = ["--folder", str(around.run.path / "mail")]
    faults = ["--refuse-file", str(around.run.path / "mail-refuses")]
    faults += ["--hang-file", str(around.run.path / "mail-hangs")]
    return Placed(
        name="mail-catcher",
        command=[sys.executable, str(script), *ports, *folder, *faults],
        env={},
        ready=f"{around.mail_url}/api/v1/info",
        addresses={"mail": around.mail_url, "smtp": f"{HOST}:{around.smtp_port}"},
    )
