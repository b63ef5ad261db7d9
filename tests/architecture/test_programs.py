"""Programs that only people start still start: whatever they take from the hub is there."""

import os
import subprocess
import sys

import pytest

from support.tree import ROOT

TESTS = ROOT / "tests"
OF_MATCHING_ALONE = ("febrl", "measure", "splinks", "estimate")
"""What needs packages that only `make matching` installs."""


@pytest.mark.parametrize("folder", ["matching", "bench"])
def test_what_a_program_takes_from_the_hub_is_there(folder: str) -> None:
    modules = (path.stem for path in (TESTS / folder).glob("[a-z]*.py"))
    wanted = sorted(set(modules) - {*OF_MATCHING_ALONE})
    named = [f"matching.{one}" if folder == "matching" else one for one in wanted]
    done = subprocess.run(
        [sys.executable, "-c", f"import {', '.join(named)}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS / "bench")))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
