"""The jars of the broker, and the promise that they are the ones this repository names."""

import fcntl
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import jgo

from mash_local.engines.engine import EngineUnavailableError
from mash_local.run_folder import RUNS

ENDPOINT = (
    "org.apache.kafka:kafka_2.13:4.4.0"
    # the broker writes no log without it; "!" keeps its parent from choosing other versions
    "+org.apache.logging.log4j:log4j-slf4j-impl:2.25.5!"
)
LIST = Path(__file__).with_name("kafka-jars.sha256")


def broker_jars() -> list[Path]:
    """Return the jars of the broker: exactly the checked ones, in a fixed order.

    The first call on a machine downloads them; later calls need no network. What a download that
    was cut off has left is fetched anew.
    """
    jars, expected = _resolved(), listed()
    if wrong(jars, expected):
        jars = _resolved(update=True)
        check(jars, expected)
    return jars


def listed(file: Path = LIST) -> dict[str, str]:
    """Return the SHA-256 that the repository names for each jar, by file name."""
    rows = (line.split() for line in file.read_text().splitlines())
    return {name: digest for digest, name in rows}


def wrong(jars: Iterable[Path], expected: Mapping[str, str]) -> list[str]:
    """Name the jars that are missing, that nobody expects, or that are other ones."""
    found = {jar.name: sha256(jar) for jar in jars}
    names = found.keys() | expected.keys()
    return sorted(name for name in names if found.get(name) != expected.get(name))


def check(jars: Iterable[Path], expected: Mapping[str, str]) -> None:
    """Refuse unless the jars are the expected ones, no more and no fewer."""
    if names := wrong(jars, expected):
        raise EngineUnavailableError(
            f"Kafka was not started: {', '.join(names)} {'is' if len(names) == 1 else 'are'} not "
            f"what {LIST.name} names; remove the cached jars, or choose ENGINES=docker."
        )


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _resolved(*, update: bool = False) -> list[Path]:
    RUNS.mkdir(exist_ok=True)
    with (RUNS / "jars.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two first runs at once would build the same folder
        try:
            folder = Path(jgo.build(ENDPOINT, update=update).path)
        except Exception as error:
            raise EngineUnavailableError(
                f"The Kafka jars could not be resolved ({error}); the first start needs a network, "
                "or set MASH_KAFKA, or choose ENGINES=docker."
            ) from error
    return sorted(folder.glob("*/*.jar"), key=lambda jar: jar.name)
