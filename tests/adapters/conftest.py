"""A closed broker with every topic and right, and no service on it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash_local.stack import Stack
from support.adapters import ADAPTERS


@pytest.fixture(scope="session")
def broker() -> Iterator[Stack]:
    with Stack(services=(), sandbox=False) as started:
        yield started


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The adapter in JavaScript with the packages that its lock names, as a command."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed here")
    folder = tmp_path_factory.mktemp("javascript") / "adapter"
    shutil.copytree(ADAPTERS / "javascript", folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("npm cannot fetch kafkajs here")
    return [node, str(Path(folder) / "adapter.js")]
