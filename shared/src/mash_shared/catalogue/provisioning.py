"""Topics, access lists, passwords and users, made from the catalogue before services start."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mash_shared.catalogue.granting import Grants
from mash_shared.plumbing.broker import (
    BrokerRefusesError,
    BrokerUnavailableError,
    clients,
    knock,
)
from mash_shared.plumbing.rights import insiders, rights
from mash_shared.plumbing.topics import all_topics, provision

WAIT_SECONDS = 60.0
"""How long a broker may take to answer."""


class BrokerSilentError(Exception):
    """No broker answered in time; the sentence says where it was looked for."""


async def provision_all(
    broker: str, agencies: Sequence[str], replication: int, wait_seconds: float = WAIT_SECONDS
) -> tuple[list[str], int]:
    """Make the topics that are missing; returns their names and how many there are in all.

    Raises `BrokerSilentError`, `BrokerRefusesError` or `TopicsDifferError`.
    """
    topics = all_topics(agencies)
    await _wait(broker, wait_seconds)
    return await provision(broker, topics, replication), len(topics)


def grant(broker: str, agencies: Sequence[str], passwords: Path | None) -> tuple[int, int]:
    """Let everybody do what is theirs and nothing else; says how many entries came and went.

    `passwords` is a folder with a file `NAME.password` for whoever of the hub's processes is to be
    given one. Raises `NotGrantedError`.
    """
    grants = Grants(broker)
    if passwords is not None:
        files = {name: passwords / f"{name}.password" for name in insiders(agencies)}
        grants.set_passwords({name: file for name, file in files.items() if file.exists()})
    return grants.settle(rights(agencies))


async def _wait(broker: str, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await _answers(broker):
        if loop.time() >= deadline:
            raise BrokerSilentError(f"No broker answers at {broker} after {seconds:.0f} s.")
        await asyncio.sleep(0.5)


async def _answers(broker: str) -> bool:
    """Whether it answers; raises `BrokerRefusesError` where it never will."""
    try:
        await knock(broker)
    except BrokerRefusesError:
        raise
    except BrokerUnavailableError:
        return False
    admin = AIOKafkaAdminClient(**clients(broker), request_timeout_ms=5000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True
