"""Adapters as programs of their own on a closed broker, and what conformance says of them."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from mash_local.stack import Stack
from mash_shared.plumbing.broker import BrokerUrl
from mash_shared.plumbing.rights import of_agency

ADAPTERS = Path(__file__).parents[2] / "deploy" / "adapters"
PYTHON = (sys.executable, str(ADAPTERS / "python" / "adapter.py"))


def options(stack: Stack, agency: str, ledger: Path) -> list[str]:
    """Give the command line on which the kit's adapters agree."""
    url = BrokerUrl.parse(stack.engines.kafka.url_for(of_agency(agency)))
    given = {
        "--agency": agency,
        "--kafka": ",".join(url.servers),
        "--ca": str(url.ca),
        "--certificate": str(url.certificate),
        "--ledger": str(ledger),
    }
    return [word for option in given.items() for word in option]


@contextmanager
def running(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program; it must still run at the end, unless it was killed."""
    program = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield program
        assert program.poll() is None, (program.communicate()[1] or b"").decode()[-2000:]
    finally:
        program.kill()
        program.communicate()


@dataclass(frozen=True)
class Judged:
    """What conformance said of an adapter."""

    status: int
    said: str
    wrong: Mapping[str, str]


def judged(
    stack: Stack,
    agency: str,
    folder: Path,
    *,
    within: float = 15,
    heard: Callable[[str], None] = lambda _: None,
) -> Judged:
    """Put the adapter that runs through every case; `heard` is told each line that is said."""
    junit = folder / "junit.xml"
    kafka = stack.engines.kafka.url_for(f"agency-gateway.{agency}")
    command = [sys.executable, "-u", "-m", "agency_gateway.conformance", "run", agency]
    said = [*command, "--kafka", kafka, "--within", str(within), "--junit", str(junit)]
    lines = []
    with subprocess.Popen(said, stdout=subprocess.PIPE, text=True) as done:
        for line in done.stdout or ():
            lines.append(line)
            heard(line)
    assert junit.exists(), lines
    cases = ET.parse(junit).getroot().iter("testcase")  # noqa: S314 - we have just written it
    failed = ((one.get("name", ""), one.find("failure")) for one in cases)
    wrong = {name: failure.text or "" for name, failure in failed if failure is not None}
    return Judged(done.returncode, "".join(lines), wrong)
