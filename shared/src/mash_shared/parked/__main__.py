"""`python -m mash_shared.parked`: look at parked records, give them back, or put them away."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from mash_shared.audit.line import Kind
from mash_shared.audit.trail import AuditAwayError
from mash_shared.command import fail
from mash_shared.identity import KeysUnreachableError, NotSignedInError, ProvidersInvalidError
from mash_shared.parked import settling
from mash_shared.parked.desk import Desk, desk_of
from mash_shared.parked.masking import masked_body, masked_headers
from mash_shared.parked.settings import NotToldError, ParkingSettings, parking_settings
from mash_shared.parked.settling import NotReplayableError, Why
from mash_shared.parked.shelf import NotOnTheShelfError, Shelved, pick, read_shelf
from mash_shared.plumbing.broker import BrokerUnavailableError, BrokerUrlError
from mash_shared.plumbing.producer import Producer
from mash_shared.vocabulary import NotEntitledError

app = typer.Typer(
    help="Parked messages: what could not be handled, and why. Bodies are shown masked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
T = TypeVar("T")

Process = Annotated[str | None, typer.Option(help="Only what this process parked, e.g. enquiry.")]
Id = Annotated[str, typer.Argument(help="Id of the parked record, as the list shows it.")]
Because = Annotated[Why, typer.Option("--why", help="Kept in the audit trail.")]
Token = Annotated[Path | None, typer.Option(help="File of your bearer token; else PARKING_TOKEN.")]
_REFUSALS = (
    NotOnTheShelfError,
    NotReplayableError,
    NotSignedInError,
    NotEntitledError,
    KeysUnreachableError,
    ProvidersInvalidError,
    BrokerUrlError,
)


@app.callback()
def main(context: typer.Context, token: Token = None) -> None:
    """Find the broker, the audit trail, and who asks."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        settings = parking_settings()
        said = token.read_text() if token else settings.token.get_secret_value()
    except NotToldError as error:
        fail(str(error))
    except OSError:
        fail("The file of the token cannot be read.")
    context.obj = (settings, said.strip())


@app.command("list")
def list_(context: typer.Context, process: Process = None) -> None:
    """List what is parked and not settled."""

    async def step(settings: ParkingSettings, desk: Desk) -> list[Shelved]:
        found = await read_shelf(settings.kafka, process)
        await desk.note(Kind.SEARCH, "list_parked", found)
        return found

    shelf = _run(context, "list_parked", step)
    table = Table("parked-id", "process", "reason", "origin", "attempt", "when")
    for column in table.columns:
        column.overflow = "fold"
    for one in shelf:
        words = [one.word(name) for name in ("reason", "origin", "attempt", "at")]
        table.add_row(one.id, one.process, *words)
    console = Console()
    console.print(table if shelf else "Nothing is parked.")


@app.command()
def show(context: typer.Context, id_: Id, why: Because, process: Process = None) -> None:
    """Show one record: its headers, and its body with everything about people hidden."""

    async def step(settings: ParkingSettings, desk: Desk) -> Shelved:
        found = pick(await read_shelf(settings.kafka, process), id_)
        await desk.note(Kind.READ, "show_parked", [found], why)
        return found

    one = _run(context, "show_parked", step)
    said = {"headers": masked_headers(one.headers), "body": masked_body(one.body)}
    typer.echo(json.dumps(said, indent=2, ensure_ascii=False))


@app.command()
def replay(
    context: typer.Context,
    why: Because,
    id_: Annotated[str, typer.Argument(help="Id of the parked record; or use --all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Everything listed.")] = False,  # noqa: FBT002
    process: Process = None,
) -> None:
    """Give parked records back to the process that parked them."""
    if bool(id_) is every:
        fail("Name one parked record, or say --all.")

    async def step(settings: ParkingSettings, desk: Desk) -> int:
        shelf = await read_shelf(settings.kafka, process)
        chosen = [pick(shelf, id_)] if id_ else [one for one in shelf if not one.word("omitted")]
        await desk.note(Kind.ACT, "replay_parked", chosen, why)
        await _settled(
            settings, lambda out: settling.replay(out, chosen, by=desk.person.id, why=why)
        )
        return len(chosen)

    typer.echo(f"{_run(context, 'replay_parked', step)} given back.")


@app.command()
def discard(context: typer.Context, id_: Id, why: Because, process: Process = None) -> None:
    """Put a parked record away for good; it stays on its topic."""

    async def step(settings: ParkingSettings, desk: Desk) -> None:
        one = pick(await read_shelf(settings.kafka, process), id_)
        await desk.note(Kind.ACT, "discard_parked", [one], why)
        await _settled(settings, lambda out: settling.discard(out, one, by=desk.person.id, why=why))

    _run(context, "discard_parked", step)
    typer.echo("1 discarded.")


async def _settled(settings: ParkingSettings, say: Callable[[Producer], Awaitable[None]]) -> None:
    producer = Producer(settings.kafka, "parked")
    try:
        await say(producer)
    finally:
        await producer.stop()


def _run(
    context: typer.Context, what: str, step: Callable[[ParkingSettings, Desk], Awaitable[T]]
) -> T:
    """Take one step at the desk of whoever is signed in."""
    settings, token = context.obj

    async def do() -> T:
        async with desk_of(settings, token, what) as desk:
            return await step(settings, desk)

    try:
        return asyncio.run(do())
    except _REFUSALS as error:
        fail(str(error))
    except AuditAwayError:
        fail("The audit trail cannot be written: nothing is shown, and nothing settled.")
    except (BrokerUnavailableError, KafkaError):
        fail("The broker does not answer.")


if __name__ == "__main__":
    app()
