"""The figures beside their targets: as a table, as data and as a page."""

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

PACKAGES = ("aiokafka", "faststream", "pymongo", "pydantic", "fastapi", "uvicorn")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One figure beside what it must be."""

    what: str
    figure: str
    target: str
    met: bool


def machine() -> dict[str, Any]:
    """Describe where and with what this was measured."""
    load = os.getloadavg()[0]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average_before": round(load, 1),
        "versions": {name: version(name) for name in PACKAGES},
        "engines": "Apache Kafka 4.4.0 and MongoDB 6.0, packaged, one node each",
    }


def verdicts(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Set every figure beside its target."""
    found = [
        *_rates(figures["rates"]["median"]),
        *_spans("idle", "p50", 60, figures["idle"]),
        *_spans("at half of peak", "p99", 250, figures["half_of_peak"]),
        _flood(figures["flood"]),
        _growth(figures["growth"]),
        _memory(figures["memory_mb"]),
    ]
    return [asdict(one) for one in found]


def _rates(median: Mapping[str, float]) -> list[Verdict]:
    product, batched, single = median["product"], median["batched"], median["single"]
    share, times = product / max(batched, 0.01), product / max(single, 0.01)
    return [
        Verdict(
            what="contacts a second, the whole way",
            figure=f"{product:.1f} (bare loop: {batched:.1f} batched, {single:.1f} one by one)",
            target="",
            met=True,
        ),
        Verdict(
            what="share of the batched bare loop",
            figure=f"{share:.2f}",
            target="≥ 0.4 (goal 0.5)",
            met=share >= 0.4,
        ),
        Verdict(
            what="times the one-by-one bare loop",
            figure=f"{times:.1f}",
            target="≥ 4 (goal 5)",
            met=times >= 4,
        ),
    ]


def _spans(when: str, rank: str, limit: int, spans: Mapping[str, Any]) -> list[Verdict]:
    return [
        Verdict(
            what=f"{name}, {when}",
            figure=f"p50 {spans[name]['p50']} ms, p99 {spans[name]['p99']} ms"
            f" ({spans[name]['count']} contacts)",
            target=f"{rank} ≤ {limit} ms",
            met=spans[name][rank] <= limit,
        )
        for name in ("asked", "collated")
    ]


def _flood(flood: Mapping[str, Any]) -> Verdict:
    asked = flood["asked"]
    return Verdict(
        what=f"red asked while {flood['waiting_before']} amber wait"
        f" (still {flood['waiting_after']} at the end)",
        figure=f"p50 {asked['p50']} ms, p99 {asked['p99']} ms ({asked['count']} contacts)",
        target="p99 ≤ 500 ms",
        met=asked["p99"] <= 500 and flood["waiting_after"] > 0,
    )


def _growth(growth: Mapping[str, Any]) -> Verdict:
    (few, first), (many, second) = growth.items()
    change = second["rate"] / max(first["rate"], 0.01) - 1
    return Verdict(
        what=f"rate with {int(many):,} open enquiries against {int(few):,}",
        figure=f"{second['rate']:.1f} against {first['rate']:.1f} ({change:+.0%})",
        target="within 10 %",
        met=change >= -0.1,
    )


def _memory(memory: Mapping[str, Mapping[str, float]]) -> Verdict:
    started, loaded = (max(memory[when].values()) for when in ("started", "after_load"))
    return Verdict(
        what="memory of the largest idle service",
        figure=f"{started:.0f} MB started, {loaded:.0f} MB after the load",
        target="≤ 120 MB",
        met=max(started, loaded) <= 120,
    )


def show(figures: Mapping[str, Any]) -> None:
    """Print the table."""
    table = Table(title="The hub, measured", title_justify="left")
    for column in ("what", "figure", "must be", ""):
        table.add_column(column)
    for one in figures["targets"]:
        table.add_row(one["what"], one["figure"], one["target"], mark(one))
    Console(width=140).print(table)


def mark(verdict: Mapping[str, Any]) -> str:
    """Say whether a target was met; a figure without a target has no mark."""
    if not verdict["target"]:
        return ""
    return "met" if verdict["met"] else "MISSED"
