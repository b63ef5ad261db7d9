"""`python -m mash_local.compose`: what `docker-compose.yml` runs once, in this package's image.

That image has no engines of its own, and none of what starts them.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from aiokafka.errors import KafkaError

from mash_local import keyring
from mash_local.directory import Directory
from mash_local.tokens import TokenIssuer
from mash_shared.plumbing.broker import BrokerUnavailableError, BrokerUrlError
from mash_shared.plumbing.rights import agencies_of
from mash_shared.policy import PackInvalidError, PolicyPacks, load_packs

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
Policies = Annotated[Path, typer.Option(help="Folder of policy packs; they name the agencies.")]


@app.command()
def consumers(policies: Policies) -> None:
    """Name every container that is given keys."""
    for bunch in keyring.bunches(_agencies(policies)):
        print(bunch.container)


@app.command()
def secrets(
    out: Annotated[Path, typer.Option(help="Has a folder for each container.")], policies: Policies
) -> None:
    """Make certificates, passwords and token keys; a whole set that holds is kept."""
    agencies, councils = _agencies(policies), [one.council.id for one in _packs(policies)]
    try:
        if keyring.is_whole(out, agencies, councils, datetime.now(UTC)):
            print("The keys that are there are kept.")
            return
        keyring.make(out, agencies, councils)
    except OSError as error:
        _fail(f"The keys cannot be written to {error.filename}: {error.strerror}.")
    print(f"Keys made; they hold {keyring.HOLDS_FOR.days} days.")


@app.command()
def token(
    keys: Annotated[Path, typer.Option(help="Folder of the key that signs tokens.")],
    role: Annotated[list[str], typer.Option(help="may be given more than once")],
    person: Annotated[str, typer.Option(help="who acts")],
    council: Annotated[str, typer.Option(help="for which council")],
) -> None:
    """Print a bearer token that the services accept for 12 hours."""
    try:
        issuer = TokenIssuer.load(keys)
    except FileNotFoundError:
        _fail("There are no keys yet: start the hub first, with docker compose up.")
    print(issuer.token(person=person, roles=role, council=council, now=datetime.now(UTC)))


@app.command()
def staff(
    kafka: Annotated[str, typer.Option(help="The directory's URL of the broker.")],
) -> None:
    """Say who works for a council: put a file of people, read from standard input, on the topic."""
    try:
        directory = Directory.parse(sys.stdin.buffer.read())
        directory.publish(kafka, datetime.now(UTC))
    except (BrokerUrlError, BrokerUnavailableError, KafkaError) as error:
        _fail(f"Nobody was told: {error}")
    except ValueError as error:
        _fail(f"This is no file of staff: {error}")
    for council, many in sorted(directory.by_council().items()):
        print(f"{council}: told of {many}.")


def _agencies(policies: Path) -> tuple[str, ...]:
    return agencies_of(_packs(policies))


def _packs(policies: Path) -> PolicyPacks:
    try:
        return load_packs(policies)
    except PackInvalidError as error:
        _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
