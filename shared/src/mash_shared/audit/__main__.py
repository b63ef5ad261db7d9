"""`python -m mash_shared.audit`: whether every audit trail is as it was written."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from joserfc.jwk import OKPKey
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from mash_shared.audit.checkpoints import Heads, NotACheckpointError, vouched_for
from mash_shared.audit.checkpoints import checkpoint as signed
from mash_shared.audit.line import Head
from mash_shared.audit.lines import COLLECTION, SUFFIX, audit_database_of
from mash_shared.audit.published import published
from mash_shared.audit.verify import Walked, verify
from mash_shared.command import fail
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.times import wall_clock

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)

app = typer.Typer(
    help="The audit trail: whether anybody changed, took out or moved one of its lines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Mongo = Annotated[str, typer.Option(help="An auditor's URL of the database.")]
Process = Annotated[str | None, typer.Option(help="Only this process's trail, e.g. intake.")]
Kafka = Annotated[str | None, typer.Option(help="The auditor's URL of the broker.")]
Checkpoints = Annotated[Path | None, typer.Option(help="File of checkpoints, one a line.")]
Public = Annotated[
    Path | None,
    typer.Option(help="The public keys of who signs checkpoints, Ed25519 in PEM, in one file."),
]
Private = Annotated[Path, typer.Option(help="The auditor's private key, Ed25519 in PEM.")]


@app.command("verify")
def verify_(
    mongo: Mongo,
    process: Process = None,
    checkpoints: Checkpoints = None,
    kafka: Kafka = None,
    key: Public = None,
) -> None:
    """Walk every chain; ends with 1, naming the first wrong line of each that does not hold.

    With a broker it is compared with what each process said there of how far its trail reaches.
    """
    if not key and (checkpoints or kafka):
        fail("Checkpoints are read with a key: name it by --key.")
    keys, heads = _keys(key) if key else [], defaultdict[str, list[Head]](list)
    try:
        if checkpoints is not None:
            _gather(heads, vouched_for(checkpoints.read_text().splitlines(), keys))
        if kafka is not None:
            _gather(heads, asyncio.run(published(kafka, keys, process)))
    except NotACheckpointError as error:
        fail(str(error))
    except BrokerUnavailableError as error:
        fail(f"The broker could not be read: {error}.")
    for name, one in _walked(mongo, process, heads).items():
        typer.echo(f"{name}: {one.lines} lines in {one.chains} chains.")
    typer.echo("Every line is as it was written.")


@app.command()
def checkpoint(mongo: Mongo, key: Private, process: Process = None) -> None:
    """Walk every chain, and print where each ends, signed; to be kept where nobody else writes."""
    walked = _walked(mongo, process, {})
    heads = {name: one.heads for name, one in walked.items()}
    typer.echo(signed(heads, _key(key), wall_clock()))


def _gather(heads: dict[str, list[Head]], more: Heads) -> None:
    for name, of in more.items():
        heads[name].extend(of)


def _walked(
    mongo: str, process: str | None, heads: Mapping[str, Sequence[Head]]
) -> dict[str, Walked]:
    """Walk the trails; ends the program where there is none, or one does not hold."""
    try:
        with MongoClient[dict[str, Any]](mongo, serverSelectionTimeoutMS=20_000) as client:
            there = {name for name in client.list_database_names() if name.endswith(SUFFIX)}
            names = {audit_database_of(process)} if process else there | heads.keys()
            walked = {
                name: verify(client[name][COLLECTION], heads.get(name, ()))
                for name in sorted(names)
            }
    except PyMongoError as error:
        fail(f"The audit trail could not be read: {type(error).__name__}.")
    if faults := [f"{name}: {said}" for name, one in walked.items() for said in one.faults]:
        fail("\n".join(faults))
    if not any(one.lines for one in walked.values()):
        fail("There is no line of an audit trail here.")
    return walked


def _key(file: Path) -> OKPKey:
    return _keys(file)[0]


def _keys(file: Path) -> list[OKPKey]:
    """Give the keys of a file, one behind the other."""
    try:
        return [OKPKey.import_key(one) for one in _PEM.findall(file.read_text()) or [""]]
    except (OSError, ValueError):
        fail(f"{file} holds no Ed25519 key in PEM.")


if __name__ == "__main__":
    app()
