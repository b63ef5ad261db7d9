"""`make bench`: the product beside bare loops with the same hops and writes, in one run.

Prints a table and writes it as JSON and as `docs/benchmarks.md`; `--quick` is a small run that
shows that everything works and writes no document.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from bare_run import run_bare
from flood import flood
from growth import Growth
from open_engines import open_up
from page import markdown
from people import SILENT
from product import Loaded, Product
from report import machine, show, verdicts
from spans import asked_and_collated, backlog

from mash_local.run_folder import REPOSITORY
from mash_local.services import AGENCIES
from mash_local.stack import Stack

SEED_DATABASES_WAIT = 6.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How long and how often; times in seconds."""

    rounds: int
    in_flight: int
    single_in_flight: int
    warm_up: float
    bare: float
    single: float
    product: float
    idle: float
    half: float
    few: int
    many: int
    growth: float
    growth_rounds: int
    waiting: int
    flood: float


FULL = Size(
    rounds=3, in_flight=200, single_in_flight=20, warm_up=5,
    bare=18, single=18, product=27, idle=20, half=30,
    few=1_000, many=100_000, growth=20, growth_rounds=2, waiting=10_000, flood=30,
)  # fmt: skip
QUICK = Size(
    rounds=1, in_flight=100, single_in_flight=20, warm_up=4,
    bare=8, single=9, product=12, idle=5, half=8,
    few=100, many=5_000, growth=8, growth_rounds=1, waiting=1_000, flood=8,
)  # fmt: skip


class Bench:
    """The parts of the benchmark, one after another on the same engines."""

    def __init__(self, stack: Stack, size: Size) -> None:
        self.stack = stack
        self.size = size
        self.product = Product(stack)
        self.figures: dict[str, Any] = {"size": asdict(size)}
        self._peak = 0.0

    def run(self) -> dict[str, Any]:
        """Measure everything."""
        self._part("memory of idle services", self.memory)
        self._part("spans, idle", self.idle)
        self._part("rates beside the bare loops", self.rates)
        self._part("spans at half of peak", self.half)
        self._part("growth", self.growth)
        self._part("red through an amber flood", self.amber_flood)
        return self.figures

    def _part(self, name: str, part: Any) -> None:
        began = time.monotonic()
        print(f"{name} …", file=sys.stderr, flush=True)
        part()
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def memory(self) -> None:
        """Resident memory of each service before anything was sent."""
        time.sleep(2)
        self.figures["memory_mb"] = {"started": self.product.memory()}

    def idle(self) -> None:
        """Both spans with one contact at a time."""
        self.product.load(seconds=3, only_to_collated=True, red_share=0.5)
        loaded = self.product.load(
            seconds=self.size.idle, only_to_collated=True, red_share=0.5, pause=0.1
        )
        self.figures["idle"] = self._spans(loaded)

    def rates(self) -> None:
        """Rounds of: bare loop in batches, one message at a time, product; medians count."""
        rounds: dict[str, list[dict[str, Any]]] = {"batched": [], "single": [], "product": []}
        for number in range(self.size.rounds):
            self.product.stop()
            for shape, seconds, in_flight in (
                ("batched", self.size.bare, self.size.in_flight),
                ("single", self.size.single, self.size.single_in_flight),
            ):
                ran = run_bare(
                    shape,
                    number=number,
                    kafka=self.product.kafka,
                    mongo=self.stack.addresses["mongo"],
                    engines=self.product.engines(),
                    in_flight=in_flight,
                    seconds=seconds,
                    logs=self.stack.run.logs,
                )
                rounds[shape].append(ran.summary)
            self.product.start()
            self.product.load(seconds=self.size.warm_up, in_flight=20)
            rounds["product"].append(self._at_peak(self.size.product).summary)
        medians = {
            shape: statistics.median(one["rate"] for one in each) for shape, each in rounds.items()
        }
        self._peak = medians["product"]
        self.figures["rates"] = {"rounds": rounds, "median": medians}
        self.figures["memory_mb"]["after_load"] = self.product.memory()

    def _at_peak(self, seconds: float) -> Loaded:
        return self.product.load(seconds=seconds, in_flight=self.size.in_flight)

    def half(self) -> None:
        """Both spans while contacts come at half of the rate just measured."""
        loaded = self.product.load(seconds=self.size.half, per_second=max(0.5, self._peak / 2))
        self.figures["half_of_peak"] = {
            "per_second": round(self._peak / 2, 1), **self._spans(loaded), **loaded.summary,
        }  # fmt: skip

    def growth(self) -> None:
        """The rate with few and with many open enquiries."""
        growth = Growth(self.stack, self._open_enquiry())
        figures: dict[str, Any] = {}
        for number in (self.size.few, self.size.many):
            growth.grow(number)
            runs = [self._at_peak(self.size.growth).summary for _ in range(self.size.growth_rounds)]
            figures[str(number)] = {
                "rate": statistics.median(run["rate"] for run in runs), "rounds": runs,
            }  # fmt: skip
        self.figures["growth"] = figures

    def _open_enquiry(self) -> str:
        """Leave one enquiry open, for no agency answers it, and give its contact."""
        silence = {"match": {"concern_contains": SILENT}, "answer": "silence"}
        for agency in AGENCIES:
            self.stack.behave(agency, {"rules": [silence]})
        contact_id = self.product.record_and_authorise(SILENT)
        time.sleep(SEED_DATABASES_WAIT)
        return contact_id

    def amber_flood(self) -> None:
        """Red enquiries while amber ones wait in thousands."""
        asyncio.run(flood(self.product.kafka, self.size.waiting))
        before = self._still_waiting()
        process = self.product.begin(
            seconds=self.size.flood, per_second=4, red_share=1.0, only_to_collated=True
        )
        did = json.loads(process.communicate()[0])
        after = self._still_waiting()
        asked, collated = self._measured(did)
        self.figures["flood"] = {
            "waiting_before": before, "waiting_after": after,
            "asked": asked, "collated": collated, "faults": did["faults"],
        }  # fmt: skip

    def _still_waiting(self) -> int:
        return asyncio.run(backlog(self.product.kafka, ["enquiry"], of="enquiry.authorised"))

    def _spans(self, loaded: Loaded) -> dict[str, Any]:
        asked, collated = self._measured(loaded.did)
        return {"asked": asked, "collated": collated}

    def _measured(self, did: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        spans = asyncio.run(asked_and_collated(self.product.kafka, did["authorised"], did["began"]))
        return asdict(spans[0]), asdict(spans[1])


def main() -> int:
    """Run the benchmark; 0 also where a target is missed, for the figures say so themselves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run; writes no document")
    parser.add_argument("--rounds", type=int, help="how often each rate is measured")
    parser.add_argument(
        "--open", action="store_true", help="without TLS, names and lists; writes no document"
    )
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    if options.rounds:
        size = replace(size, rounds=options.rounds, growth_rounds=options.rounds)
    stack = Stack()
    if options.open:
        open_up(stack.engines)
    with stack:
        bench = Bench(stack, size)
        figures = {"machine": machine(), "command": " ".join(sys.argv), **bench.run()}
        where = stack.run.path / "bench.json"
    figures["targets"] = verdicts(figures)
    where.write_text(json.dumps(figures, indent=2) + "\n")
    show(figures)
    print(f"All figures: {where.relative_to(REPOSITORY)}")
    if not (options.quick or options.open):
        (REPOSITORY / "docs" / "benchmarks.json").write_text(json.dumps(figures, indent=2) + "\n")
        (REPOSITORY / "docs" / "benchmarks.md").write_text(markdown(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
