"""What every command line of the hub does where it cannot go on."""

from typing import NoReturn

import typer


def fail(sentence: str, status: int = 1) -> NoReturn:
    """Say why on standard error, without personal data, and end with this status."""
    typer.echo(sentence, err=True)
    raise typer.Exit(status)
