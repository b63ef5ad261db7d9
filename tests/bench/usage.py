"""What processes cost: processor seconds and resident memory."""

from collections import defaultdict
from collections.abc import Mapping

import psutil

MEGABYTE = 1_000_000


def cpu_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """Give the processor time each process has used so far; one that is gone is left out."""
    used: dict[str, float] = {}
    for name, pid in pids.items():
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        used[name] = times.user + times.system
    return used


def spent(
    before: Mapping[str, float], after: Mapping[str, float], contacts: int
) -> dict[str, float]:
    """Give processor milliseconds a contact, by kind of process, dearest first."""
    kinds: dict[str, float] = defaultdict(float)
    for name, seconds in after.items():
        kinds[name.partition(".")[0]] += seconds - before.get(name, 0.0)
    each = {kind: round(used * 1000 / max(1, contacts), 2) for kind, used in kinds.items()}
    return dict(sorted(each.items(), key=lambda pair: -pair[1]))


def resident(pids: Mapping[str, int]) -> dict[str, float]:
    """Give resident memory in megabytes (10^6 bytes)."""
    return {
        name: round(psutil.Process(pid).memory_info().rss / MEGABYTE, 1)
        for name, pid in pids.items()
    }
