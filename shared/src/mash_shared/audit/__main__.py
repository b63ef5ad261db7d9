"""`python -m mash_shared.audit`: whether every audit trail is as it was written."""

from typing import Annotated, Any, NoReturn

import typer
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from mash_shared.audit.lines import COLLECTION, SUFFIX, audit_database_of
from mash_shared.audit.verify import Walked, verify

app = typer.Typer(
    help="The audit trail: whether anybody changed, took out or moved one of its lines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Mongo = Annotated[str, typer.Option(help="An auditor's URL of the database.")]
Process = Annotated[str | None, typer.Option(help="Only this process's trail, e.g. intake.")]


@app.callback()
def main() -> None:
    """Have commands, though there is only one."""


@app.command("verify")
def verify_(mongo: Mongo, process: Process = None) -> None:
    """Walk every chain; ends with 1, naming the first wrong line of each that does not hold."""
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=20_000) as client:
            names = [audit_database_of(process)] if process else client.list_database_names()
            trails = sorted(name for name in names if name.endswith(SUFFIX))
            walked = {name: verify(client[name][COLLECTION]) for name in trails}
    except PyMongoError as error:
        _fail(f"The audit trail could not be read: {type(error).__name__}.")
    if not any(one.lines for one in walked.values()):
        _fail("There is no line of an audit trail here.")
    for name, one in walked.items():
        typer.echo(f"{name}: {one.lines} lines in {one.chains} chains.")
    if faults := [f"{name}: {said}" for name, one in walked.items() for said in _said(one)]:
        _fail("\n".join(faults))
    typer.echo("Every line is as it was written.")


def _said(walked: Walked) -> list[str]:
    return [str(fault) for fault in walked.faults]


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
