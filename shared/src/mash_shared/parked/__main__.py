"""`python -m mash_shared.parked`: look at parked records, give them back, or put them away."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from mash_shared.parked import settling
from mash_shared.parked.address import default_broker
from mash_shared.parked.masking import masked_body, masked_headers
from mash_shared.parked.settling import NotReplayableError
from mash_shared.parked.shelf import NotOnTheShelfError, Shelved, pick, read_shelf
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.producer import Producer

app = typer.Typer(
    help="Parked messages: what could not be handled, and why. Bodies are shown masked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
T = TypeVar("T")

Process = Annotated[str | None, typer.Option(help="Only what this process parked, e.g. enquiry.")]
Id = Annotated[str, typer.Argument(help="Id of the parked record, as the list shows it.")]
By = Annotated[str, typer.Option(help="Who does it; kept beside the record.")]
Broker = Annotated[str, typer.Option(help="Address of the broker; by default the stack's own.")]


@app.callback()
def main(context: typer.Context, kafka: Broker = "") -> None:
    """Find the broker."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    context.obj = kafka or default_broker()
    if not context.obj:
        _fail("No broker: start a stack with `make up`, set MASH_KAFKA, or give --kafka.")


@app.command("list")
def list_(context: typer.Context, process: Process = None) -> None:
    """List what is parked and not settled."""
    shelf = _run(lambda: read_shelf(context.obj, process))
    table = Table("parked-id", "process", "reason", "origin", "attempt", "when")
    for column in table.columns:
        column.overflow = "fold"
    for one in shelf:
        words = [one.word(name) for name in ("reason", "origin", "attempt", "at")]
        table.add_row(one.id, one.process, *words)
    console = Console()
    console.print(table if shelf else "Nothing is parked.")


@app.command()
def show(context: typer.Context, id_: Id, process: Process = None) -> None:
    """Show one record: its headers, and its body with everything about people hidden."""
    one = _run(lambda: _pick(context.obj, id_, process))
    said = {"headers": masked_headers(one.headers), "body": masked_body(one.body)}
    typer.echo(json.dumps(said, indent=2, ensure_ascii=False))


@app.command()
def replay(
    context: typer.Context,
    by: By,
    id_: Annotated[str, typer.Argument(help="Id of the parked record; or use --all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Everything listed.")] = False,  # noqa: FBT002
    process: Process = None,
) -> None:
    """Give parked records back to the process that parked them."""
    if bool(id_) is every:
        _fail("Name one parked record, or say --all.")
    number = _run(lambda: _replay(context.obj, id_, process, by))
    typer.echo(f"{number} given back.")


@app.command()
def discard(
    context: typer.Context,
    id_: Id,
    by: By,
    reason: Annotated[str, typer.Option(help="Why; kept beside the record, so name no person.")],
    process: Process = None,
) -> None:
    """Put a parked record away for good; it stays on its topic."""
    _run(lambda: _discard(context.obj, id_, process, by, reason))
    typer.echo("1 discarded.")


async def _pick(kafka: str, id_: str, process: str | None) -> Shelved:
    return pick(await read_shelf(kafka, process), id_)


async def _replay(kafka: str, id_: str, process: str | None, by: str) -> int:
    shelf = await read_shelf(kafka, process)
    chosen = [pick(shelf, id_)] if id_ else [one for one in shelf if not one.word("omitted")]
    producer = Producer(kafka, "parked")
    try:
        await settling.replay(producer, chosen, by=by)
    finally:
        await producer.stop()
    return len(chosen)


async def _discard(kafka: str, id_: str, process: str | None, by: str, reason: str) -> None:
    one = await _pick(kafka, id_, process)
    producer = Producer(kafka, "parked")
    try:
        await settling.discard(producer, one, by=by, reason=reason)
    finally:
        await producer.stop()


def _run(step: Callable[[], Awaitable[T]]) -> T:
    async def do() -> T:
        return await step()

    try:
        return asyncio.run(do())
    except (NotOnTheShelfError, NotReplayableError) as error:
        _fail(str(error))
    except (BrokerUnavailableError, KafkaError):
        _fail("The broker does not answer.")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
