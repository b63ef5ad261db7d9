"""`make demo`: start everything, play, look from outside, say what was found."""

import asyncio
import signal
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from mash_local.demo.board import Board
from mash_local.demo.director import Director
from mash_local.demo.evidence import Evidence
from mash_local.demo.gather import Gatherer
from mash_local.demo.hub import Hub, Person, UnexpectedAnswerError
from mash_local.demo.people import Staff
from mash_local.demo.report import print_report, write_promises
from mash_local.demo.samples import load_behaviours, load_samples
from mash_local.demo.sandbox import Agencies
from mash_local.demo.screen import new_console, shown
from mash_local.demo.short_ways import FrontDoor, load_short_ways
from mash_local.demo.story import Story
from mash_local.demo.verdict import verdict
from mash_local.services import POLICIES
from mash_local.stack import Stack
from mash_local.supervisor import interrupt_on_sigterm, wait_for_the_end
from mash_shared.plumbing.rights import CASE_SYSTEM
from mash_shared.policy import load_packs

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PLAY_SECONDS = 180.0
"""What has not come to its end by then has been lost."""


def run_demo(*, keep: bool = False) -> int:
    """Play the demo; give 0 when nothing was lost, done twice or missed in silence.

    With `keep` the stack runs on until Ctrl-C. Raises NotReadyError, EngineUnavailableError.
    """
    console = new_console()
    interrupt_on_sigterm()
    started = time.monotonic()
    stack = Stack()
    console.print("Contacts of four councils, all invented. Apache Kafka, MongoDB, six services,")
    console.print(
        "five agency gateways and five sandbox agencies start, each as its own process.\n"
    )
    try:
        with console.status("Starting"):
            stack.start()
        ready = time.monotonic() - started
        console.print(Text(f"Ready after {ready:.1f} s; logs in {stack.run.logs}", style="dim"))
        evidence = _interruptible(play(stack, console))
        wrong = verdict(evidence)
        print_report(console, evidence, wrong)
        write_promises(stack.run.path / "promises.tsv", evidence)
        _say_where(console, stack, seconds=time.monotonic() - started, keep=keep)
        if keep:
            with suppress(KeyboardInterrupt):
                wait_for_the_end()
    except UnexpectedAnswerError as error:
        console.print(Text(f"The demo could not look at the end: {error}", style="bold red"))
        return 1
    finally:
        with console.status("Stopping"):
            stack.stop()
    return 1 if wrong else 0


def _interruptible(playing: Coroutine[Any, Any, Evidence]) -> Evidence:
    """Run it so that Ctrl-C and SIGTERM cancel its tasks in order, and a second one is ignored."""

    async def cancellable() -> Evidence:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we are in it
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await playing

    try:
        evidence = asyncio.run(cancellable())
    except asyncio.CancelledError:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt from None
    interrupt_on_sigterm()  # the loop took its own handlers away
    return evidence


async def play(stack: Stack, console: Console) -> Evidence:
    """Let every contact travel its way, then look at what became of it."""
    staff = {pack.council.id: Staff.of(pack, stack.directory) for pack in load_packs(POLICIES)}
    board = Board(load_samples(), stack.time.now)
    agencies = Agencies(stack, load_behaviours())
    async with httpx.AsyncClient(timeout=10.0) as client:
        hub = Hub(client, stack.addresses, partial(_sign_in, stack))
        desk = FrontDoor(
            hub=hub,
            staff=staff,
            kafka=stack.engines.kafka.url_for(CASE_SYSTEM),
            agencies=agencies,
            now=stack.time.now,
        )
        short = await desk.play(load_short_ways())
        stories = [
            Story(row=row, staff=staff[row.sample.council], hub=hub, board=board, agencies=agencies)
            for row in board.rows
        ]
        director = Director(stack=stack, board=board, hub=hub, staff=staff)
        with shown(board, console):
            try:
                async with asyncio.timeout(PLAY_SECONDS):
                    await director.play(stories)
            except TimeoutError:
                board.trouble.append(f"Not everything came to its end within {PLAY_SECONDS:.0f} s.")
        return await Gatherer(stack=stack, board=board, hub=hub, staff=staff, short=short).gather()


def _sign_in(stack: Stack, person: Person) -> str:
    return stack.token(role=person.role, person=person.id, council=person.council)


def _say_where(console: Console, stack: Stack, *, seconds: float, keep: bool) -> None:
    run = stack.run
    lines = [f"Promises  {run.path / 'promises.tsv'}", f"Logs      {run.logs}"]
    if keep:
        services = ("intake", "enquiry", "decision", "notify", "ops")
        lines += [f"{name:<9} {stack.addresses[name]}/openapi.json" for name in services]
        lines += [f"{'mail':<9} {stack.addresses['mail']}/api/v1/messages"]
        token = f".venv/bin/mash-local token --run {run.name}"
        lines += [f"Token     {token} --role mash_manager --person me --council havering"]
        lines += ["", "Ctrl-C stops everything."]
    else:
        again = ".venv/bin/mash-local demo --keep"
        lines += [f"Again     `{again}` leaves it running, `make up` starts an empty hub"]
    console.print()
    console.print("\n".join(lines), soft_wrap=True, style="dim", markup=False)
    console.print(f"{seconds:.0f} s in all", style="dim")
