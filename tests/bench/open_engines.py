"""Engines that ask nobody who they are: what the closed ones are measured beside."""

from typing import Any

from pymongo import MongoClient

from mash_local.engines import Engines
from mash_local.engines.closed_kafka import HOST, LISTENERS, Doors
from mash_local.engines.jars import broker_jars
from mash_local.engines.java import find_java
from mash_local.engines.kafka import PackagedKafka
from mash_local.engines.mongo import REPLICA_SET, PackagedMongo, find_mongod


class OpenDoors(Doors):
    """The listeners without TLS, names and lists."""

    def url_for(self, name: str) -> str:
        """Give the one URL there is."""
        return f"open://{self.at('HUB')}"

    def settings(self) -> dict[str, str]:
        """Give what makes the broker take everybody."""
        closed = super().settings()
        kept = ("listeners", "advertised.listeners", "controller.listener.names")
        return {
            **{name: closed[name] for name in kept},
            "inter.broker.listener.name": "ADMIN",
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in LISTENERS),
        }


class OpenKafka(PackagedKafka):
    """The packaged broker behind open doors."""

    knows_everybody = False

    @property
    def _doors(self) -> Doors:
        return OpenDoors(self._authority, self.ports)


class OpenMongo(PackagedMongo):
    """The packaged database for everybody."""

    knows_everybody = False

    def url_for(self, name: str) -> str:
        """Give the one URL there is."""
        return f"mongodb://{HOST}:{self.ports[0]}/?replicaSet={REPLICA_SET}&directConnection=true"

    def closed(self) -> list[str]:
        """Close nothing."""
        return []

    def member(self) -> MongoClient[dict[str, Any]]:
        """Come as anybody."""
        return MongoClient(HOST, self.ports[0], directConnection=True)


def open_up(engines: Engines) -> None:
    """Put open engines in place of the closed ones, before they are started."""
    java, mongod = find_java(), find_mongod()
    if java is None or mongod is None:
        raise SystemExit("--open needs the packaged engines.")
    engines.kafka = OpenKafka(engines.run, engines.authority, java, broker_jars())
    engines.mongo = OpenMongo(engines.run, engines.authority, mongod)
