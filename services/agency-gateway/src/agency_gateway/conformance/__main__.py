"""Try an agency's program: `mash-conformance`, or `python -m agency_gateway.conformance`."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Annotated

import structlog
import typer
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from agency_gateway.conformance.cases import CASES, in_words
from agency_gateway.conformance.hub import Hub
from agency_gateway.conformance.offline import judge
from agency_gateway.conformance.report import Outcome, junit, summary
from mash_shared.command import fail
from mash_shared.plumbing.broker import BrokerUnavailableError, BrokerUrlError

app = typer.Typer(
    help="Play the hub to an agency's program, with the gateway's own checks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
CANNOT = 2
"""The exit status where nothing could be tried; 1 says that something was wrong."""

Kafka = Annotated[str, typer.Option(help="URL of the broker, as the gateway of that agency.")]
Within = Annotated[float, typer.Option(min=0.1, help="Seconds in which each reply must come.")]
Junit = Annotated[Path | None, typer.Option("--junit", help="File for the outcome as JUnit XML.")]
Asking = Annotated[Path | None, typer.Option(help="File of the request that it answers.")]


@app.command()
def run(agency: str, kafka: Kafka, within: Within = 10.0, junit_file: Junit = None) -> None:
    """Put the program of an agency through every case; 0 where all was right, else 1."""
    try:
        outcomes = asyncio.run(_played(agency, kafka, within))
    except (BrokerUnavailableError, BrokerUrlError, KafkaError) as error:
        fail(f"The broker cannot be used: {type(error).__name__}. {error}", CANNOT)
    typer.echo(summary(outcomes))
    if junit_file is not None:
        junit_file.write_bytes(junit(agency, outcomes))
    if any(one.wrong for one in outcomes):
        raise typer.Exit(1)


@app.command("validate-reply")
def validate_reply(file: Path, request: Asking = None) -> None:
    """Judge one reply without a broker; 0 where the gateway takes it, else 1."""
    try:
        asked = request.read_bytes() if request is not None else None
        receipt = asyncio.run(judge(file.read_bytes(), asked))
    except OSError as error:
        fail(f"A file cannot be read: {error.strerror}.", CANNOT)
    except (ValidationError, ValueError):
        fail("The file of the request holds none.", CANNOT)
    typer.echo(in_words(receipt))
    if receipt.became != "taken":
        raise typer.Exit(1)


async def _played(agency: str, kafka: str, within: float) -> list[Outcome]:
    outcomes = []
    async with Hub(agency, kafka, within) as hub:
        for case in CASES:
            began = time.perf_counter()
            wrong = await case.play(hub)
            outcome = Outcome(case, wrong, time.perf_counter() - began)
            for line in outcome.lines():
                typer.echo(line)
            outcomes.append(outcome)
    return outcomes


def main() -> None:
    """Run the command, without the lines that a service would log."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    app()


if __name__ == "__main__":
    main()
