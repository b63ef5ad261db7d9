"""500 seeds of the simulation, every story that once failed, and bugs put in on purpose."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulation.mutants import MUTANTS

TESTS = Path(__file__).parents[1]
STORIES = sorted((Path(__file__).parent / "stories").glob("*.json"))
SEEDS = 500
FOUND_WITHIN = 200


def simulated(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the simulation as people do."""
    command = [sys.executable, "-m", "simulation", *arguments]
    return subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)


def test_nothing_is_violated_in_500_seeds(record_property: Callable[[str, str], None]) -> None:
    done = simulated("--seeds", str(SEEDS))
    record_property("simulation", done.stdout.partition("\nviolations")[0])
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SEEDS} seeds" in done.stdout
    assert all(f"{kind} " in done.stdout for kind in ("away", "busy", "crash", "nested"))


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_bug_put_in_on_purpose_is_found(bug: str) -> None:
    done = simulated("--bug", bug, "--seeds", str(FOUND_WITHIN))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_kept_story_goes_as_it_should() -> None:
    done = simulated("--story", *map(str, STORIES))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("bug", MUTANTS)
def test_the_kept_story_of_a_bug_finds_it(bug: str) -> None:
    story = Path(__file__).parent / "stories" / f"{bug}.json"
    done = simulated("--story", str(story), "--bug", bug)
    assert done.returncode == 1, done.stdout + done.stderr
    finding: str = json.loads(story.read_text())["finding"]
    assert _but_for_ids(finding) in _but_for_ids(done.stdout)


def _but_for_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{32}\b", "…", text)
