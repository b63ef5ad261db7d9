"""The whole hub on this machine, for the demo, the journeys and the crash tests."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from mash_local.audit_key import draw_audit_keys
from mash_local.directory import Directory
from mash_local.engines import Engines
from mash_local.fleet import Fleet
from mash_local.ports import free_ports
from mash_local.process import NotReadyError, Process
from mash_local.run_clock import RunClock
from mash_local.run_folder import RunFolder, write_whole
from mash_local.services import (
    AGENCIES,
    BY_NAME,
    POLICIES,
    Placed,
    Surroundings,
    parties,
    place,
    place_agency,
    place_mail_catcher,
)
from mash_local.tokens import PUBLIC_KEYS, TokenIssuer
from mash_shared.plumbing.rights import DIRECTORY, PARKING
from mash_shared.policy import load_packs
from mash_shared.sealing.keys import drawn
from mash_shared.vocabulary import Role


@dataclass(kw_only=True, eq=False)
class Stack:
    """Engines, topics, services, sandbox agencies and mail catcher of one run.

    As a context manager it is started when entered and stopped when left; whatever goes
    wrong in between, no process stays behind. `addresses`, `time`, `behave` and `token`
    serve those who speak to it, `engines`, `process` and `replace` those who break it.
    """

    services: Collection[str] = tuple(BY_NAME)
    """Names of the services to start, from `services.py`."""

    sandbox: bool = True
    """Whether to start the sandbox agencies and the mail catcher."""

    without: Collection[str] = ()
    """What is not started: an agency for its sandbox, whose program then is yours, or a service."""

    copies: Mapping[str, int] = field(default_factory=dict)
    """How often to start a service: `{"enquiry": 2}` gives `enquiry` and `enquiry#2`."""

    env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is laid over the environment of a process, by process name."""

    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is run in place of a process's own program, by process name."""

    provision: Sequence[str] | None = None
    """What makes the topics: None for the catalogue's own command, empty for nothing."""

    directory: Directory = field(default_factory=Directory.read)
    """Who works for the councils; intake is told before the stack is ready."""

    ready_seconds: float = 90.0
    """How long one process may take until it is ready."""

    run: RunFolder = field(default_factory=RunFolder.create)

    def __post_init__(self) -> None:
        self.time = RunClock(self.run.time_file)
        self.time.set_offset(self.time.offset)
        self.engines = Engines(self.run)
        self.addresses: dict[str, str] = {}
        TokenIssuer.create(self.run.path)
        self._fleet = Fleet(self.run, self.ready_seconds)

    def start(self) -> None:
        """Start every part and wait until all are ready."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self.run.write_state(status="starting")
        self.engines.start()
        self.addresses |= self.engines.addresses
        draw_audit_keys(self.run.secrets, BY_NAME)
        placed = self._place()
        self._draw_council_keys(placed)
        for name in (*BY_NAME, PARKING):
            self.engines.kafka.url_for(name)  # whoever is started later is known as well
        self._provision()
        for one in placed:
            self.addresses |= one.addresses
        self._fleet.start(placed)
        self._tell_of_staff()
        self.write_state(status="ready")

    def _provision(self) -> None:
        command = self.provision
        if command is None:
            catalogue = [sys.executable, "-m", "mash_shared.catalogue", "provision"]
            where = ["--kafka", self.addresses["kafka"], "--policies", str(POLICIES)]
            who = ["--passwords", str(self.run.secrets)]
            if self.engines.mongo.knows_everybody:
                who += ["--mongo", self.addresses["mongo"]]
            command = [*catalogue, *where, *who]
        if not command:
            return
        env = {**os.environ, "MASH_KAFKA": self.addresses["kafka"]}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        (self.run.logs / "provision.log").write_text(done.stdout + done.stderr)
        if done.returncode != 0:
            raise NotReadyError(f"The hub could not be provisioned:\n{done.stderr[-2000:]}")

    def _place(self) -> list[Placed]:
        smtp, mail = free_ports(2)
        around = Surroundings(self.run, self.engines, smtp, mail)
        placed = [
            place(BY_NAME[service], service if copy == 1 else f"{service}#{copy}", around)
            for service in self.services
            if service not in self.without
            for copy in range(1, self.copies.get(service, 1) + 1)
        ]
        if self.sandbox:
            placed.append(place_mail_catcher(around))
            there = [agency for agency in AGENCIES if agency not in self.without]
            placed += [place_agency(agency, around) for agency in there]
        return [self._as_wished(one) for one in placed]

    def _draw_council_keys(self, placed: Sequence[Placed]) -> None:
        """Draw the key of each council whose policy any process is given."""
        folders = {
            of for one in placed for name, of in one.env.items() if name.endswith("_POLICIES")
        }
        councils = {one.council.id for folder in folders for one in load_packs(Path(folder))}
        write_whole(self.run.council_keys, drawn(sorted(councils)), mode=0o600)

    def _as_wished(self, placed: Placed) -> Placed:
        command = list(self.commands.get(placed.name, placed.command))
        env = {**placed.env, **self.env.get(placed.name, {})}
        return replace(placed, command=command, env=env)

    def _tell_of_staff(self) -> None:
        """Be the councils' directory, and wait until intake has heard of everybody."""
        if "intake" not in {*self.services} - {*self.without} or not self.directory.members:
            return
        kafka = self.engines.kafka.url_for(DIRECTORY)
        self.directory.publish(kafka, self.time.now())
        self.process("intake").wait_until(self._knows_staff, self.ready_seconds)

    def _knows_staff(self) -> bool:
        for council, many in self.directory.by_council().items():
            token = self.token(role=Role.MASH_MANAGER, person="directory", council=council)
            headers = {"authorization": f"Bearer {token}"}
            answer = httpx.get(f"{self.addresses['intake']}/staff", headers=headers)
            if not answer.is_success or len(answer.json()) < many:
                return False
        return True

    def process(self, name: str) -> Process:
        """Return a process by name: `enquiry`, `enquiry#2`, `agency-gateway.police`, ..."""
        return self._fleet[name]

    def replace(
        self,
        name: str,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> Process:
        """Stop a process, start it with other settings or as another program, wait for it."""
        process = self._fleet.replace(name, env, command)
        self.write_state()
        return process

    def wait_ready(self, name: str) -> None:
        """Wait until a process that was restarted is ready."""
        self._fleet.wait_ready(name)

    def behave(self, agency: str, behaviour: Mapping[str, Any]) -> None:
        """Tell the sandbox of an agency how to behave from now on (its README says what)."""
        write_whole(self.run.sandbox / f"{agency}.json", json.dumps(behaviour))

    def token(self, *, role: str | Sequence[str], person: str, council: str) -> str:
        """Return a bearer token for a person with one role or several in one council."""
        roles = [role] if isinstance(role, str) else list(role)
        now = self.time.now()
        issuer = TokenIssuer.load(self.run.path)
        return issuer.token(person=person, roles=roles, council=council, now=now)

    def write_state(self, **fields: Any) -> None:
        """Write addresses and process ids, and `fields`, to `stack.json`."""
        engines = {"kafka": self.engines.kafka.pid, "mongo": self.engines.mongo.pid}
        pids = {**engines, **self._fleet.pids}
        parking = {
            "kafka": self.engines.kafka.url_for(PARKING),
            "mongo_url": self.engines.mongo.url_for(PARKING),
            "token_keys": str(self.run.path / PUBLIC_KEYS),
            "policies": str(POLICIES),
        }
        yours = {
            agency: {who: self.engines.kafka.url_for(name) for who, name in parties(agency).items()}
            for agency in AGENCIES
            if agency in self.without
        }
        fields |= {"addresses": self.addresses, "parking": parking, "pids": pids, "yours": yours}
        self.run.write_state(**fields)
        services = {name: self.addresses[name] for name in BY_NAME if name in self.addresses}
        write_whole(self.run.services, json.dumps(services, indent=2) + "\n")

    def stop(self) -> None:
        """Stop every part: those who speak first, then the engines."""
        self._fleet.stop()
        self.engines.stop()
        self.run.write_state(status="stopped")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
