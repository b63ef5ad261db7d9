"""A service in production on a real server that leaks: it says why, and does not run (S22)."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from mash_local.ports import free_ports
from mash_local.services import AGENCIES, BY_NAME
from mash_local.stack import Stack
from mash_shared.plumbing.server import SENTENCES, Fault, judged
from mash_shared.testing.invented import ROOT

pytestmark = [pytest.mark.engines, pytest.mark.rule("S22")]

OPS = BY_NAME["ops"]
OF_TESTS = ("OPS_TOKEN_KEYS", "OPS_TIME_FILE")
WITHIN = 120.0


@pytest.fixture
def leaking(stack: Stack) -> Iterator[None]:
    """The database's server, logging what its slow queries ask for."""
    with MongoClient[dict[str, Any]](stack.engines.mongo.address) as administrator:
        administrator["ops"].command("profile", 0, sampleRate=1.0)
        yield
        administrator["ops"].command("profile", 0, sampleRate=0.0)


def _of_production(stack: Stack, folder: Path) -> Mapping[str, str]:
    told = {name: said for name, said in stack.process("ops").env.items() if name not in OF_TESTS}
    example = (ROOT / "deploy" / "providers.example.toml").read_text()
    (folder / "providers.toml").write_text(example)
    api, ops = map(str, free_ports(2))
    more = {"ENVIRONMENT": "production", "PROVIDERS": str(folder / "providers.toml")}
    more |= {"API_PORT": api, "OPS_PORT": ops, "PROXIES": "none"}
    return os.environ | told | {f"OPS_{name}": said for name, said in more.items()}


@pytest.mark.usefixtures("leaking")
def test_production_does_not_run_on_a_server_that_leaks(stack: Stack, tmp_path: Path) -> None:
    env = _of_production(stack, tmp_path)
    done = subprocess.run(
        OPS.command, env=env, capture_output=True, text=True, timeout=WITHIN, check=False
    )
    assert done.returncode == 1, done.stdout
    assert "ServerNotClosedError" in done.stdout
    assert SENTENCES[Fault.SLOW_LOG] in done.stdout


def test_elsewhere_each_service_says_so_and_runs(stack: Stack) -> None:
    with MongoClient[dict[str, Any]](stack.engines.mongo.address) as administrator:
        version = administrator.server_info()["versionArray"]
    old = Fault.VERSION in judged(version, {}, {"was": 0, "sampleRate": 0})
    for name in ("intake", *(f"agency-gateway.{agency}" for agency in AGENCIES)):
        metrics = httpx.get(f"{stack.addresses[f'{name}.ops']}/metrics").text
        assert f'mash_database_fault{{fault="version"}} {float(old)}' in metrics
        assert 'mash_database_fault{fault="slow_log"} 0.0' in metrics
        assert 'mash_database_fault{fault="not_shown"} 0.0' in metrics
        assert (SENTENCES[Fault.VERSION] in stack.process(name).log.read_text()) is old
