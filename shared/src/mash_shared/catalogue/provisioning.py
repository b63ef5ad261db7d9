"""Topics made from the catalogue, once, before services start."""

import asyncio
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mash_shared.plumbing.topics import all_topics, provision
from mash_shared.policy import PolicyPacks, load_packs

WAIT_SECONDS = 60.0
"""How long a broker may take to answer."""


class BrokerSilentError(Exception):
    """No broker answered in time; the sentence says where it was looked for."""


def agencies_of(packs: PolicyPacks) -> tuple[str, ...]:
    """Name every agency that has a gateway in any council's pack."""
    agencies = (item for pack in packs for item in pack.agencies.items())
    return tuple(sorted({name for name, agency in agencies if agency.has_gateway}))


async def provision_all(
    bootstrap: str, policies: Path, replication: int, wait_seconds: float = WAIT_SECONDS
) -> tuple[list[str], int]:
    """Make the topics that are missing; returns their names and how many there are in all.

    Raises `BrokerSilentError`, `TopicsDifferError` or `PackInvalidError`.
    """
    topics = all_topics(agencies_of(load_packs(policies)))
    await _wait(bootstrap, wait_seconds)
    return await provision(bootstrap, topics, replication), len(topics)


async def _wait(bootstrap: str, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await _answers(bootstrap):
        if loop.time() >= deadline:
            raise BrokerSilentError(f"No broker answers at {bootstrap} after {seconds:.0f} s.")
        await asyncio.sleep(0.5)


async def _answers(bootstrap: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True
