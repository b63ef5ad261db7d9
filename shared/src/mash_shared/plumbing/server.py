"""Whether the database's server is one that may keep what people say, asked of itself (S22).

Nothing here takes more than a service's own user may: what the server would compress by is in its
answer to a client's first words, and what it logs of slow queries is for all to ask who may read
the profile of their own database.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure, PyMongoError

from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.metrics import DATABASE_FAULT

MENDED = {(6, 0): 27, (7, 0): 28, (8, 0): 17, (8, 2): 3}
"""The first patch of each series by which no stranger reads the server's memory (CVE-2025-14847);
every series after these began without that hole."""
CLOCKS_APART = timedelta(seconds=30)
"""How far our clock and the server's may be from each other; tokens are stretched by as much."""
_NOT_ALLOWED = 13

log = get_logger()


class Fault(StrEnum):
    """What may be wrong with a server."""

    VERSION = "version"
    ZLIB = "zlib"
    PROFILER = "profiler"
    SLOW_LOG = "slow_log"
    NOT_SHOWN = "not_shown"


SENTENCES: Mapping[Fault, str] = {
    Fault.VERSION: "The database's server lets strangers read its memory (CVE-2025-14847): it has "
    "to be 6.0.27, 7.0.28, 8.0.17, 8.2.3 or a later one of these series, or of a newer series.",
    Fault.ZLIB: "The database's server compresses by zlib: start it with "
    "--networkMessageCompressors=snappy,zstd.",
    Fault.PROFILER: "The database's profiler writes queries down, with what people said in them: "
    "set its level to 0.",
    Fault.SLOW_LOG: "The database's server logs slow queries, with what people said in them: start "
    "it with --slowOpSampleRate=0.",
    Fault.NOT_SHOWN: "The database does not let us ask what it logs: run `provision` with --mongo.",
}


class ServerNotClosedError(CannotRunError):
    """The database's server is not as production needs it; there is a sentence for each fault."""


async def look_at_servers(databases: Iterable[AsyncDatabase[Raw]], *, refuse: bool) -> None:
    """Say what is wrong with the servers of these databases, in the log and as a metric.

    Raises `ServerNotClosedError` instead where they are to be refused, and what the driver raises
    while a server cannot be asked.
    """
    found = [fault for one in databases for fault in await faults_of(one)]
    for fault in Fault:
        DATABASE_FAULT.labels(fault).set(fault in found)
    sentences = [SENTENCES[fault] for fault in dict.fromkeys(found)]
    if sentences and refuse:
        raise ServerNotClosedError(" ".join(sentences))
    for sentence in sentences:
        log.warning("database_not_closed", reason=sentence)


async def faults_of(database: AsyncDatabase[Raw]) -> tuple[Fault, ...]:
    """Ask a server what it is, how it compresses and what it logs of this database."""
    build = await database.client.server_info()
    hello = await database.client.admin.command("hello", compression=["zlib"])
    try:
        profile = await database.command("profile", -1)
    except OperationFailure as refused:
        if refused.code != _NOT_ALLOWED:
            raise
        profile = None
    return judged(build["versionArray"], hello, profile)


def judged(
    version: list[int], hello: Mapping[str, Any], profile: Mapping[str, Any] | None
) -> tuple[Fault, ...]:
    """Judge what a server said; `profile` is None where it did not let us ask."""
    said = {
        Fault.VERSION: not _is_mended(version),
        Fault.ZLIB: "zlib" in hello.get("compression", ()),
        Fault.PROFILER: profile is not None and profile["was"] != 0,
        Fault.SLOW_LOG: profile is not None and profile["sampleRate"] != 0,
        Fault.NOT_SHOWN: profile is None,
    }
    return tuple(fault for fault, holds in said.items() if holds)


def _is_mended(version: list[int]) -> bool:
    major, minor, patch, *_ = version
    mended = MENDED.get((major, minor))
    return patch >= mended if mended is not None else (major, minor) > max(MENDED)


async def time_there(client: AsyncMongoClient[Raw]) -> datetime | None:
    """Give what time it is for the server, None where it does not answer."""
    try:
        said = await client.admin.command("hello", codec_options=client.codec_options)
    except PyMongoError:
        return None
    there: datetime = said["localTime"]
    return there


def is_right(here: datetime, there: datetime | None) -> bool:
    """Whether a clock may be right; where the server does not answer nobody can say it is not."""
    return there is None or abs(here - there) <= CLOCKS_APART
