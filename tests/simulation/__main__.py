"""Run seeds: `python -m simulation --seeds 10000`; exits with 1 where something does not hold."""

import argparse
import gc
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

from simulation.checks import EXPECTED
from simulation.mutants import MUTANTS
from simulation.story import Told, shorten, tell

AT_ONCE = 25


GARBAGE_AFTER = 50_000
"""New objects before the collector looks for cycles; one step makes more than Python's own 700."""


def quiet() -> None:
    """Keep the services' log lines out of the way, and what is loaded from the collector."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
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


def hunt(bug: str, seeds: range, folder: Path | None) -> int:
    """Say in how many seeds a bug is found, and keep its story; exits with 0 once it is."""
    quiet()
    MUTANTS[bug]()
    for many, seed in enumerate(seeds, start=1):
        told = tell(seed)
        if told.finding:
            print(f"{bug}: found by seed {seed}, after {many}: {told.finding}")
            if folder is not None:
                keep(shorten(told), folder, bug=bug)
            return 0
    print(f"{bug}: not found in {len(seeds)} seeds")
    return 1


def look_for(code: str, seeds: range, folder: Path | None) -> int:
    """Find a story in which a known shape is counted, and keep it; exits with 0 where it is."""
    quiet()
    for seed in seeds:
        told = tell(seed)
        if told.shapes[code]:
            print(f"{code}: counted in seed {seed}")
            if folder is not None:
                keep(shorten(told, code), folder, shape=code)
            return 0
    print(f"{code}: not counted in {len(seeds)} seeds")
    return 1


def retell(stories: Iterable[Path], bug: str | None) -> int:
    """Tell kept stories again; exits with 1 where one does not hold, or does not show its shape."""
    quiet()
    if bug is not None:
        MUTANTS[bug]()
    failed = 0
    for path in stories:
        story = json.loads(path.read_text())
        told, shape = tell(story["seed"], story["actions"]), story.get("shape")
        print(f"{path.stem}: {told.finding or ', '.join(told.shapes) or 'holds'}")
        failed += bool(told.finding or (shape and not told.shapes[shape]))
    return 1 if failed else 0


def keep(told: Told, folder: Path, **why: str) -> None:
    """Keep a story, so that it becomes a test; `why` is the bug or the shape that it shows."""
    story = {"finding": told.finding, **why, "seed": told.seed, "actions": told.actions}
    text = json.dumps(story, ensure_ascii=False, indent=1, default=str)
    name = next(iter(why.values()), f"seed-{told.seed}")
    (folder / f"{name}.json").write_text(text + "\n")


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
    parser.add_argument("--bug", choices=MUTANTS, help="put a bug in; stop where it is found")
    parser.add_argument("--story", type=Path, nargs="+", help="tell kept stories again")
    parser.add_argument("--keep", type=Path, help="keep the shortened stories in this folder")
    parser.add_argument("--shape", choices=EXPECTED, help="stop where this shape is counted")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.seeds)
    if given.story:
        return retell(given.story, given.bug)
    if given.bug:
        return hunt(given.bug, seeds, given.keep)
    if given.shape:
        return look_for(given.shape, seeds, given.keep)
    began = time.monotonic()
    chunks = [seeds[at : at + AT_ONCE] for at in range(0, len(seeds), AT_ONCE)]
    with ProcessPoolExecutor(given.jobs, initializer=quiet) as pool:
        stories = [told for chunk in pool.map(some, chunks) for told in chunk]
    quiet()
    return report(stories, time.monotonic() - began, given.keep)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets must be the same every time
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        os.execve(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]], environment)  # noqa: S606
    sys.exit(main())
