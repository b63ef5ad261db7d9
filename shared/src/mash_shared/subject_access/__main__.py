"""`python -m mash_shared.subject_access`: all that is held about a person, in one file."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from mash_shared.command import fail
from mash_shared.subject_access.gathering import Bundle, NotAskedError, Services

WRONG = 2
"""How it ends where nothing could be gathered; 1 is for a bundle that lacks something."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Urls = Annotated[Path, typer.Option(help="A JSON file: the URL of each service, by its name.")]
Token = Annotated[Path, typer.Option(help="A file with the bearer token of whoever answers.")]
Who = Annotated[
    Path, typer.Option(help="A JSON file: nhs_number, full_name, date_of_birth, address, or some.")
]
Out = Annotated[Path, typer.Option(help="Where the bundle is written; must not be there yet.")]
Also = Annotated[list[str] | None, typer.Option(help="A contact besides, by its id.")]


@app.command()
def gather(services: Urls, token: Token, person: Who, out: Out, also: Also = None) -> None:
    """Gather what every service holds about a person, and who saw it.

    Who is meant stands in a file, since others see the command. What is certainly theirs is taken,
    and what is named besides. Ends with 1 where a service is missing, as the bundle says.
    """
    urls, who = _object(services), _object(person)
    if "intake" not in urls:
        fail(f"{services} names no URL of intake.", WRONG)
    begun = datetime.now(UTC)
    headers = {"Authorization": f"Bearer {_text(token).strip()}"}
    with httpx.Client(headers=headers, timeout=60) as client:
        bundle = Bundle(services=Services(client=client, urls=urls))
        try:
            gathered = bundle.gather(who, also or ())
        except NotAskedError as error:
            fail(f"Nobody could be looked up. {error}", WRONG)
    _write(out, {"made_at": begun.isoformat(), "asked_for": who, **gathered})
    typer.echo(f"{out}: {len(gathered['contacts'])} contacts, {len(gathered['cases'])} cases.")
    for one in gathered["not_asked"]:
        typer.echo(f"{one['service']} is missing. {one['why']}", err=True)
    if not gathered["complete"]:
        raise typer.Exit(1)


def _write(out: Path, bundle: dict[str, Any]) -> None:
    """Write a file that its owner alone reads, and none over another."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.", WRONG)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(bundle, file, ensure_ascii=False, indent=2)


def _object(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(_text(file))
    except ValueError:
        said = None
    if not isinstance(said, dict):
        fail(f"{file} holds no JSON object.", WRONG)
    return said


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.", WRONG)


if __name__ == "__main__":
    app()
