"""The kit's own adapters pass conformance on a closed broker, and wrong ones are told why not."""

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from mash_local.stack import Stack
from support import wrong_adapters
from support.adapters import ADAPTERS, PYTHON, judged, options, running

pytestmark = pytest.mark.engines
WRONG = (sys.executable, wrong_adapters.__file__)
SAYS = {
    "no-hash": ("amber", "(contract at /request_hash)"),
    "two-ids": ("redelivered", "answered under 2 reply ids"),
    "no-red-lane": ("red", "no reply came within 5 s to a request on agency.education.request.red"),
    "stale-cancellation": ("cancelled before", "read cancellations to their end"),
    "facts-under-decline": ("amber", "(facts_out_of_place at /facts)"),
    "binary-headers": ("amber", "header ce_time is not UTF-8"),
    "anothers-case": ("amber", "(other_request)"),
}


def test_the_adapter_in_python_is_right_in_every_case(broker: Stack, tmp_path: Path) -> None:
    with running([*PYTHON, *options(broker, "police", tmp_path / "ledger")]):
        found = judged(broker, "police", tmp_path)
    assert (found.status, found.wrong) == (0, {}), found.said


def test_the_adapter_in_javascript_is_right_in_every_case(
    broker: Stack, tmp_path: Path, javascript: list[str]
) -> None:
    with running([*javascript, *options(broker, "health", tmp_path / "ledger")]):
        found = judged(broker, "health", tmp_path)
    assert (found.status, found.wrong) == (0, {}), found.said


@pytest.mark.crash
@pytest.mark.parametrize(
    ("language", "agency"), [("python", "probation"), ("javascript", "domestic-abuse")]
)
def test_an_adapter_that_is_killed_in_mid_work_goes_on_where_it_was(
    broker: Stack, tmp_path: Path, language: str, agency: str, request: pytest.FixtureRequest
) -> None:
    command = PYTHON if language == "python" else request.getfixturevalue("javascript")
    words = [*command, *options(broker, agency, tmp_path / "ledger")]
    ledger, killed = tmp_path / "ledger", []

    def kill(line: str) -> None:
        if "cancelled after" in line:
            kept, gives_up = ledger.stat().st_size, time.monotonic() + 30
            while ledger.stat().st_size == kept:  # replies are written down, and then sent
                assert time.monotonic() < gives_up
            first.kill()
            killed.append(again.enter_context(running(words)))

    with ExitStack() as again:
        first = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        again.callback(first.wait)
        again.callback(first.kill)
        found = judged(broker, agency, tmp_path, heard=kill)
    assert len(killed) == 1
    assert (found.status, found.wrong) == (0, {}), found.said


def test_the_hash_in_javascript_is_that_of_the_vectors(javascript: list[str]) -> None:
    program = Path(javascript[1]).with_name("request-hash.mjs")
    command = [javascript[0], str(program), str(ADAPTERS / "vectors" / "hashes.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("way", SAYS)
def test_a_wrong_adapter_is_told_what_is_wrong(broker: Stack, tmp_path: Path, way: str) -> None:
    assert SAYS.keys() == wrong_adapters.WAYS.keys()
    with running([*WRONG, way, *options(broker, "education", tmp_path / "ledger")]):
        found = judged(broker, "education", tmp_path, within=5)
    case, sentence = SAYS[way]
    assert found.status == 1
    assert sentence in found.wrong.get(case, ""), found.said
