"""Which engines this run uses: given ones, packaged ones, or a Docker engine's."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from mash_local.authority import Authority
from mash_local.engines import jars
from mash_local.engines.engine import Engine, EngineUnavailableError, GivenEngine
from mash_local.engines.java import find_java
from mash_local.engines.kafka import PackagedKafka
from mash_local.engines.mongo import PackagedMongo, find_mongod
from mash_local.run_folder import RunFolder
from mash_shared.plumbing.broker import BrokerUrl, BrokerUrlError


def resolve_kafka(run: RunFolder, authority: Authority, env: Mapping[str, str]) -> Engine:
    """Choose the broker: ENGINES=docker, else MASH_KAFKA, else packaged, else Docker."""
    outright = env.get("ENGINES") == "docker"
    if not outright and (given := env.get("MASH_KAFKA")):
        try:
            BrokerUrl.parse(given)
        except BrokerUrlError as error:
            raise EngineUnavailableError(f"MASH_KAFKA cannot be used: {error}") from None
        return GivenEngine("kafka", given)
    java = None if outright else find_java()
    if java is not None:
        return PackagedKafka(run, authority, java, jars.broker_jars())
    from mash_local.engines.docker import DockerKafka  # noqa: PLC0415 - slow, rarely needed

    return DockerKafka(run, authority)


def resolve_mongo(run: RunFolder, authority: Authority, env: Mapping[str, str]) -> Engine:
    """Choose the database: ENGINES=docker, else MASH_MONGO_URL, else packaged, else Docker."""
    outright = env.get("ENGINES") == "docker"
    if not outright and (given := env.get("MASH_MONGO_URL")):
        return GivenEngine("mongo", given)
    program = None if outright else find_mongod()
    if program is not None:
        return PackagedMongo(run, authority, program)
    from mash_local.engines.docker import DockerMongo  # noqa: PLC0415 - slow, rarely needed

    return DockerMongo(run, authority)


class Engines:
    """The broker and the database of one run; as a context manager, started and stopped.

    Without a run folder it makes one of its own. `kafka` and `mongo` can be killed,
    paused and restarted one by one; both keep their address and their data.
    """

    def __init__(self, run: RunFolder | None = None, env: Mapping[str, str] | None = None) -> None:
        chosen = os.environ if env is None else env
        self.run = run or RunFolder.create()
        self.authority = Authority(self.run.secrets)
        self.kafka = resolve_kafka(self.run, self.authority, chosen)
        self.mongo = resolve_mongo(self.run, self.authority, chosen)

    @property
    def addresses(self) -> dict[str, str]:
        """The URLs by which the administrator of both connects."""
        return {"kafka": self.kafka.address, "mongo": self.mongo.address}

    def start(self) -> None:
        """Start both at the same time; when one fails, neither stays."""
        both = (self.kafka, self.mongo)
        with ThreadPoolExecutor(max_workers=len(both)) as pool:
            try:
                for started in [pool.submit(engine.start) for engine in both]:
                    started.result()
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Stop both for good, and remove what they stored."""
        for engine in (self.mongo, self.kafka):
            engine.ask_to_stop()
        for engine in (self.mongo, self.kafka):
            engine.stop()
        self.run.remove_data()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
