"""`python -m mash_local`: the hub on this machine, up and down."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mash_local import supervisor
from mash_local.directory import FILE, Directory
from mash_local.engines import Engines, EngineUnavailableError
from mash_local.process import NotReadyError
from mash_local.run_clock import RunClock
from mash_local.run_folder import RunFolder
from mash_local.services import AGENCIES, BY_NAME
from mash_local.stack import Stack
from mash_local.tokens import TokenIssuer

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
screen = Console()
_CAN_BE_LEFT_OUT = (*AGENCIES, *BY_NAME)


def _known(names: list[str] | None) -> list[str] | None:
    for name in names or ():
        if name not in _CAN_BE_LEFT_OUT:
            raise typer.BadParameter(f"there is no {name}; there are {', '.join(_CAN_BE_LEFT_OUT)}")
    return names


Without = Annotated[
    list[str] | None,
    typer.Option(
        callback=_known,
        help="what is not started: an agency for its sandbox, or a service; may be given again",
    ),
]
RunName = Annotated[str | None, typer.Option("--run", help="name of a run; the latest if absent")]


@app.command()
def up(without: Without = None) -> None:
    """Start the whole hub, leave it running and print where everything is."""
    run = RunFolder.create()
    try:
        with screen.status(f"Starting; logs are in {run.logs}"):
            supervisor.launch(run, without or ())
    except RuntimeError as error:
        screen.print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        screen.print("Stopped.")
        raise typer.Exit(130) from None
    _print_addresses(run)
    _print_yours(run)


def _print_yours(run: RunFolder) -> None:
    for agency, urls in run.read_state()["yours"].items():
        screen.print(
            f"Yours  {agency}: {urls['adapter']}\n"
            f"Try it mash-conformance run {agency} --kafka '{urls['gateway']}'",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _print_addresses(run: RunFolder) -> None:
    table = Table(title=f"Run {run.name}", show_header=False)
    for name, address in run.read_state()["addresses"].items():
        table.add_row(name, address)
    screen.print(table)
    screen.print(
        f"Logs   {run.logs}\n"
        "Token  python -m mash_local token --role ROLE --person PERSON --council COUNCIL\n"
        f"People {FILE} has who works for each council; GET /staff of intake lists them\n"
        f"Stop   python -m mash_local down --run {run.name}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="run on until Ctrl-C")] = False,  # noqa: FBT002
) -> None:
    """Play the main job with invented contacts and say whether anything was lost."""
    from mash_local.demo.run import run_demo  # noqa: PLC0415 - no other command needs its libraries

    try:
        raise typer.Exit(run_demo(keep=keep))
    except KeyboardInterrupt:
        screen.print("Stopped.")
        raise typer.Exit(130) from None
    except (EngineUnavailableError, NotReadyError) as error:
        screen.print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from error


@app.command()
def down(
    name: RunName = None,
    every: Annotated[bool, typer.Option("--all", help="stop every run")] = False,  # noqa: FBT002
) -> None:
    """Stop the latest run, the named one or all, and wait until they are gone."""
    chosen = [RunFolder.named(name)] if name else _running()
    for run in chosen if every or name else chosen[:1]:
        stopped = supervisor.stop(run)
        screen.print(f"{run.name} {'is stopped' if stopped else 'was not running'}.")
    if not chosen:
        screen.print("Nothing is running.")


@app.command()
def logs(
    process: Annotated[str, typer.Argument(help="kafka, mongo, enquiry, ...")],
    name: RunName = None,
    follow: Annotated[bool, typer.Option("--follow", "-f")] = False,  # noqa: FBT002
) -> None:
    """Print the log of one process."""
    file = _run(name).logs / f"{process}.log"
    if not file.exists():
        there = ", ".join(sorted(log.stem for log in file.parent.glob("*.log")))
        raise typer.BadParameter(f"there is no log of {process}; there are: {there}")
    with suppress(KeyboardInterrupt):
        _print_log(file, follow=follow)


def _print_log(file: Path, *, follow: bool) -> None:
    with file.open(errors="replace") as log:
        while True:
            for line in log:
                print(line, end="", flush=follow)
            if not follow:
                return
            time.sleep(0.3)


@app.command()
def token(
    role: Annotated[list[str], typer.Option(help="may be given more than once")],
    person: Annotated[str, typer.Option(help="who acts")],
    council: Annotated[str, typer.Option(help="for which council")],
    name: RunName = None,
) -> None:
    """Print a bearer token that the services of a run accept."""
    run = _run(name)
    now = RunClock(run.time_file).now()
    print(TokenIssuer.load(run.path).token(person=person, roles=role, council=council, now=now))


@app.command("new-token-key")
def new_token_key(name: RunName = None) -> None:
    """Sign tokens with a new key from now on; those signed with the one before go on to hold."""
    TokenIssuer.renew(_run(name).path)
    print("Tokens are signed with a new key now; those of before hold until their end.")


@app.command()
def staff(
    file: Annotated[Path, typer.Argument(help="people in the form of deploy/local/staff.json")],
    kafka: Annotated[str | None, typer.Option(help="a broker; the run's own if absent")] = None,
    name: RunName = None,
) -> None:
    """Say who works for a council, as its directory would: put a file of people on the topic."""
    try:
        directory = Directory.read(file)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    if kafka is None:
        run = _run(name)
        directory.publish(run.read_state()["addresses"]["kafka"], RunClock(run.time_file).now())
    else:
        directory.publish(kafka, datetime.now(UTC))
    for council, many in sorted(directory.by_council().items()):
        screen.print(f"{council}: told of {many}.")


@app.command()
def engines() -> None:
    """Keep the broker and the database running, and nothing else, until Ctrl-C."""
    supervisor.interrupt_on_sigterm()
    try:
        with Engines() as both:
            for variable, which in (("MASH_KAFKA", "kafka"), ("MASH_MONGO_URL", "mongo")):
                print(f"export {variable}='{both.addresses[which]}'", flush=True)
            supervisor.wait_for_the_end()
    except KeyboardInterrupt:
        screen.print("Stopped.")
    except (EngineUnavailableError, NotReadyError) as error:
        screen.print(str(error), markup=False, highlight=False)
        raise typer.Exit(1) from error


@app.command(hidden=True)
def supervise(name: str, without: Without = None) -> None:
    """Hold the stack of a run; `up` starts this."""
    supervisor.supervise(RunFolder.named(name), partial(Stack, without=without or ()))


def _running() -> list[RunFolder]:
    return [run for run in RunFolder.every() if supervisor.find(run) is not None]


def _run(name: str | None) -> RunFolder:
    if name is not None:
        return RunFolder.named(name)
    running = _running()
    if not running:
        raise typer.BadParameter("nothing is running; start it with: python -m mash_local up")
    return running[0]


if __name__ == "__main__":
    app()
