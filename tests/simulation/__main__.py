"""Run seeds: `python -m simulation --seeds 10000`; exits with 1 where something does not hold."""

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import structlog

from simulation.checks import EXPECTED
from simulation.mutants import MUTANTS
from simulation.story import Told, shorten, tell

AT_ONCE = 25


def quiet() -> None:
    """Keep the services' log lines out of the way."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def some(seeds: range) -> list[Told]:
    """Tell the stories of some seeds; those that hold keep only their figures."""
    stories = [tell(seed) for seed in seeds]
    for told in stories:
        if told.finding is None:
            told.actions = []
    return stories


def report(stories: Iterable[Told], seconds: float, folder: Path | None) -> int:
    """Print what was told and found; give the exit status."""
    many, failed = list(stories), [told for told in stories if told.finding]
    calls: Counter[str] = sum((told.calls for told in many), Counter())
    faults: Counter[str] = sum((told.faults for told in many), Counter())
    shapes: Counter[str] = Counter(code for told in many for code in told.shapes)
    done = sum(often for call, often in calls.items() if call.endswith(" done"))
    acts = sum(calls.values())
    print(
        f"{len(many)} seeds, {acts} acts ({done} done), {sum(t.records for t in many)} records, "
        f"{seconds:.0f} s"
    )
    print("faults: " + ", ".join(f"{kind} {often}" for kind, often in sorted(faults.items())))
    for code, often in sorted(shapes.items()):
        print(f"known shape, in {often} seeds: {EXPECTED[code]} [{code}]")
    print(f"violations: {len(failed)}")
    for told in failed[:3]:
        short = shorten(told)
        show(short)
        if folder is not None:
            keep(short, folder)
    for told in failed[3:]:
        print(f"seed {told.seed}: {told.finding}")
    return 1 if failed else 0


def hunt(bug: str, seeds: range) -> int:
    """Say in how many seeds a bug is found; exits with 0 once it is."""
    quiet()
    MUTANTS[bug]()
    for many, seed in enumerate(seeds, start=1):
        told = tell(seed)
        if told.finding:
            print(f"{bug}: found by seed {seed}, after {many}: {told.finding}")
            return 0
    print(f"{bug}: not found in {len(seeds)} seeds")
    return 1


def retell(story: dict[str, Any]) -> int:
    """Tell a kept story again; exits with 1 where it still does not hold."""
    quiet()
    told = tell(story["seed"], story["actions"])
    print(f"seed {told.seed}: {told.finding or 'holds'}")
    return 1 if told.finding else 0


def keep(told: Told, folder: Path) -> None:
    """Keep a story, so that it becomes a test."""
    story = {"finding": told.finding, "seed": told.seed, "actions": told.actions}
    text = json.dumps(story, ensure_ascii=False, indent=1, default=str)
    (folder / f"seed-{told.seed}.json").write_text(text + "\n")


def show(told: Told) -> None:
    """Print a story, an action a line."""
    print(f"\nseed {told.seed}: {told.finding}")
    for action in told.actions:
        print("  " + json.dumps(action, ensure_ascii=False, default=str))


def main() -> int:
    """Run, and say what was run."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bug", choices=MUTANTS, help="put a bug in, and stop where it is found")
    parser.add_argument("--story", type=Path, help="tell a kept story again")
    parser.add_argument("--keep", type=Path, help="keep the shortened stories in this folder")
    given = parser.parse_args()
    if given.story:
        return retell(json.loads(given.story.read_text()))
    if given.bug:
        return hunt(given.bug, range(given.first, given.first + given.seeds))
    began = time.monotonic()
    end = given.first + given.seeds
    chunks = [range(at, min(at + AT_ONCE, end)) for at in range(given.first, end, AT_ONCE)]
    with ProcessPoolExecutor(given.jobs, initializer=quiet) as pool:
        stories = [told for chunk in pool.map(some, chunks) for told in chunk]
    quiet()
    return report(stories, time.monotonic() - began, given.keep)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets must be the same every time
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        os.execve(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]], environment)  # noqa: S606
    sys.exit(main())
