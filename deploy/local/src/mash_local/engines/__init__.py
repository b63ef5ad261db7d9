"""Apache Kafka and MongoDB themselves, wherever this machine can get them from."""

from mash_local.engines.engine import Engine, EngineUnavailableError
from mash_local.engines.resolver import Engines

__all__ = ["Engine", "EngineUnavailableError", "Engines"]
