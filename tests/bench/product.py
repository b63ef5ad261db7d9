"""The product on its stack: started, loaded, measured."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from people import AUTHORISATION, CHECKED, COUNCIL, ROLES, contact
from spans import TOLD, backlog, rate
from usage import cpu_seconds, resident, spent

from mash_local.services import BY_NAME
from mash_local.stack import Stack

GROUPS = tuple(group for name in BY_NAME for group in (name, f"{name}.red"))
LOAD = Path(__file__).with_name("load.py")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one run of the load generator did and cost."""

    did: dict[str, Any]
    rate: float
    """Contacts a second from record to referrer told, in the steady state."""
    caught_up_after: float
    """Seconds from the end of the load until every group had committed everything."""
    cpu: dict[str, float]
    """Processor milliseconds a contact, by kind of process."""

    @property
    def summary(self) -> dict[str, Any]:
        """The part that goes into the report."""
        return {
            "rate": round(self.rate, 2),
            "contacts": self.did["completed"],
            "faults": self.did["faults"],
            "caught_up_after_s": round(self.caught_up_after, 1),
            "cpu_ms_per_contact": self.cpu,
        }


class Product:
    """The hub on its engines; all but the engines can be taken away and brought back."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._names = [
            name for name in stack.run.read_state()["pids"] if name not in ("kafka", "mongo")
        ]

    @property
    def kafka(self) -> str:
        """Bootstrap address."""
        return self.stack.addresses["kafka"]

    def services(self) -> dict[str, int]:
        """Process ids of the hub's own services."""
        return {name: self.stack.process(name).pid or 0 for name in BY_NAME}

    def engines(self) -> dict[str, int]:
        """Process ids of broker and database."""
        engines = self.stack.engines
        return {"kafka": engines.kafka.pid or 0, "mongo": engines.mongo.pid or 0}

    def everyone(self) -> dict[str, int]:
        """Process ids of all there is."""
        others = {name: self.stack.process(name).pid or 0 for name in self._names}
        return {**self.engines(), **others}

    def stop(self) -> None:
        """Stop everything but the engines."""
        for name in self._names:
            self.stack.process(name).ask_to_stop()
        for name in self._names:
            self.stack.process(name).wait_gone(20)

    def start(self) -> None:
        """Start what was stopped."""
        for name in self._names:
            if name.startswith("sandbox-agency."):
                agency = name.partition(".")[2]
                (self.stack.run.sandbox / f"{agency}.ready").unlink(missing_ok=True)
            self.stack.process(name).start()
        for name in self._names:
            self.stack.wait_ready(name)
        self.stack.write_state()

    def memory(self) -> dict[str, float]:
        """Resident megabytes of each service."""
        return resident(self.services())

    def token(self, role: str) -> str:
        """Give a token for an invented person in one role."""
        return self.stack.token(role=role, person=f"bench-{role}", council=COUNCIL)

    def record_and_authorise(
        self, concern: str, authorisation: Mapping[str, Any] = AUTHORISATION
    ) -> str:
        """Let one amber enquiry go out; give its contact."""
        intake = self.stack.addresses["intake"]
        answer = self._post(f"{intake}/contacts", "recorder", contact("amber", concern))
        contact_id: str = answer["contact_id"]
        way = f"{intake}/contacts/{contact_id}"
        self._post(f"{way}/demographic-check", "recorder", CHECKED)
        self._post(f"{way}/enquiry-authorisation", "manager", authorisation)
        return contact_id

    def _post(self, address: str, who: str, content: Mapping[str, Any]) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token(ROLES[who])}",
            "Idempotency-Key": uuid4().hex,
            "Content-Type": "application/json",
        }
        request = Request(address, json.dumps(content).encode(), headers)  # noqa: S310 - our stack
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - our stack
            return json.load(answer)

    def begin(self, **how: Any) -> subprocess.Popen[bytes]:
        """Start the load generator; `how` is its plan but for the addresses."""
        plan = {
            "intake": self.stack.addresses["intake"],
            "decision": self.stack.addresses["decision"],
            "kafka": self.kafka,
            "tokens": {name: self.token(role) for name, role in ROLES.items()},
            **how,
        }
        process = subprocess.Popen(
            [sys.executable, str(LOAD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(plan).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def load(self, **how: Any) -> Loaded:
        """Run the load generator to its end and sum up."""
        process = self.begin(**how)
        pids = {**self.everyone(), "load generator": process.pid}
        before = cpu_seconds(pids)
        # its processor time is gone with the process, so it is read while it still writes
        did, after = self._watch(process, pids)
        told = asyncio.run(rate(self.kafka, TOLD, did["began"], did["ended"]))
        caught_up = self.catch_up()
        return Loaded(
            did=did,
            rate=told,
            caught_up_after=caught_up,
            cpu=spent(before, after, did["completed"]),
        )

    def _watch(
        self, process: subprocess.Popen[bytes], pids: dict[str, int]
    ) -> tuple[dict[str, Any], dict[str, float]]:
        assert process.stdout is not None
        after: dict[str, float] = {}
        collected = bytearray()
        with process.stdout as out:
            while chunk := out.read1():  # type: ignore[attr-defined]
                after = after or cpu_seconds(pids)
                collected += chunk
        if process.wait() != 0:
            raise RuntimeError(f"the load generator ended with status {process.returncode}")
        return json.loads(collected), after

    def catch_up(self, patience: float = 60.0) -> float:
        """Wait until every group has committed everything; give the seconds it took."""
        began = time.monotonic()
        while asyncio.run(backlog(self.kafka, GROUPS)):
            if time.monotonic() - began > patience:
                break
            time.sleep(0.2)
        return time.monotonic() - began
