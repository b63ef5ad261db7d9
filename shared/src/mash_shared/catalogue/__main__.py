"""`python -m mash_shared.catalogue`: topics, generated documents and released schemas."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from mash_shared.catalogue.compatibility import breaks
from mash_shared.catalogue.documents import documents, stale
from mash_shared.catalogue.granting import Grants, NotGrantedError
from mash_shared.catalogue.meanings import NoMeaningError
from mash_shared.catalogue.provisioning import BrokerSilentError, grant, provision_all
from mash_shared.catalogue.quotas import QuotasNotSetError, set_quotas
from mash_shared.catalogue.releases import add_release, release_of, released
from mash_shared.catalogue.samples import SampleError
from mash_shared.catalogue.users import NoUserError, make_users
from mash_shared.command import fail
from mash_shared.messages import all_messages
from mash_shared.plumbing.broker import BrokerRefusesError, BrokerUrl, BrokerUrlError
from mash_shared.plumbing.rights import PARKING, agencies_of, outsiders, rights
from mash_shared.plumbing.topics import TopicsDifferError, processes
from mash_shared.policy import PackInvalidError, load_packs

app = typer.Typer(
    help="Topics, documents and released schemas, all from the message classes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Kafka = Annotated[str, typer.Option(help="The administrator's URL of the broker.")]
Mongo = Annotated[str | None, typer.Option(help="The administrator's URL of the database.")]
Passwords = Annotated[Path | None, typer.Option(help="Folder of files NAME.password.")]
Policies = Annotated[Path, typer.Option(help="Folder of policy packs; they name the agencies.")]
Replication = Annotated[int, typer.Option(min=1, help="Copies of each record.")]
Out = Annotated[Path, typer.Option(help="Folder of the generated documents.")]
Samples = Annotated[Path, typer.Option(help="Folder of the samples.")]
Schemas = Annotated[Path, typer.Option(help="Folder of the released schemas.")]

_REFUSALS = (
    BrokerSilentError,
    BrokerRefusesError,
    BrokerUrlError,
    NotGrantedError,
    NoUserError,
    QuotasNotSetError,
    TopicsDifferError,
    PackInvalidError,
)
DOCS, SAMPLES, SCHEMAS = Path("docs"), Path("shared/samples"), Path("shared/schemas")


@app.command()
def provision(
    kafka: Kafka,
    policies: Policies,
    replication: Replication = 1,
    mongo: Mongo = None,
    passwords: Passwords = None,
) -> None:
    """Create what is missing, waiting up to 60 s for the broker: topics, and who may do what.

    Access lists become those of the catalogue: what nothing grants is removed. An open broker has
    none.
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        agencies = agencies_of(load_packs(policies))
        made, number = asyncio.run(provision_all(kafka, agencies, replication))
        for name in made:
            typer.echo(name)
        typer.echo(f"{len(made)} topics created, {number - len(made)} were there.")
        if not BrokerUrl.parse(kafka).is_open:
            came, went = grant(kafka, agencies, passwords)
            asyncio.run(set_quotas(kafka, outsiders(agencies)))
            typer.echo(f"{came} access list entries written, {went} removed.")
        if mongo is not None:
            make_users(mongo, processes(agencies), auditing=[PARKING])
    except _REFUSALS as error:
        fail(str(error))


@app.command()
def drift(kafka: Kafka, policies: Policies) -> None:
    """Fail, naming each, where the broker lets anybody do more or less than the catalogue says."""
    try:
        found = Grants(kafka).drift(rights(agencies_of(load_packs(policies))))
    except _REFUSALS as error:
        fail(str(error))
    if found:
        fail("\n".join(found))
    typer.echo("The broker's access lists are those of the catalogue.")


@app.command()
def docs(out: Out = DOCS, samples: Samples = SAMPLES) -> None:
    """Write every generated document."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in _documents(samples).items():
        (out / name).write_text(text, encoding="utf-8")
        typer.echo(f"{out / name} written.")


@app.command()
def check(out: Out = DOCS, samples: Samples = SAMPLES) -> None:
    """Fail where a generated document is not what would be generated now."""
    files = stale(out, _documents(samples))
    if files:
        names = " and ".join(str(file) for file in files)
        fail(f"{names}: not current with the message classes and samples; run `make docs`.")
    typer.echo("The generated documents are current.")


@app.command()
def compatible(samples: Samples = SAMPLES, schemas: Schemas = SCHEMAS) -> None:
    """Fail, naming each change, where today's messages break readers or writers of a release."""
    number = _compatible(samples, schemas)
    typer.echo(f"Today's messages and {number} released ones understand each other.")


@app.command()
def release(samples: Samples = SAMPLES, schemas: Schemas = SCHEMAS) -> None:
    """Add today's schemas to the released ones; refused where they would break somebody."""
    _compatible(samples, schemas)
    history = released(schemas)
    for message in all_messages():
        before = history.get(message.topic, [])
        if add_release(schemas, message.topic, before, release_of(message, samples)):
            typer.echo(f"{message.topic}: release {len(before) + 1} written.")


def _documents(samples: Path) -> dict[str, str]:
    try:
        return documents(tuple(all_messages()), samples)
    except (SampleError, NoMeaningError) as error:
        fail(str(error))


def _compatible(samples: Path, schemas: Path) -> int:
    history = released(schemas)
    try:
        today = [(message, release_of(message, samples)) for message in all_messages()]
    except SampleError as error:
        fail(str(error))
    found = breaks(history, today)
    if found:
        fail("\n".join(str(one) for one in found))
    return sum(len(releases) for releases in history.values())


if __name__ == "__main__":
    app()
