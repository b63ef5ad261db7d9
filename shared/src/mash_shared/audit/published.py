"""What processes said of how far their trails reach, read from the topics it was said on."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from mash_shared.audit.checkpoints import Heads, NotACheckpointError, vouched_for
from mash_shared.audit.line import Head
from mash_shared.audit.lines import audit_database_of
from mash_shared.messages.audit import AuditTrailReached
from mash_shared.plumbing.broker import BrokerUnavailableError, clients
from mash_shared.plumbing.whole import records
from mash_shared.vocabulary import Lane

_BEFORE, _, _AFTER = AuditTrailReached.topic.partition("{process}")


async def published(broker: str, keys: Sequence[OKPKey], process: str | None = None) -> Heads:
    """Give all heads that were published, of one process or of all.

    Raises `NotACheckpointError` where a record is none of its topic's process, signed with one of
    the keys, and `BrokerUnavailableError`.
    """
    consumer = AIOKafkaConsumer(
        **clients(broker), isolation_level="read_committed", enable_auto_commit=False
    )
    heads: dict[str, list[Head]] = {}
    try:
        await consumer.start()
        wanted = _topic(process) if process else None
        topics = [name for name in await consumer.topics() if _is_ours(name)]
        partitions = [TopicPartition(name, 0) for name in topics if wanted in (None, name)]
        async for record in records(consumer, partitions):
            where = record.topic.removeprefix(_BEFORE).removesuffix(_AFTER)
            said = _heads(record.value or b"", keys, where)
            heads.setdefault(audit_database_of(where), []).extend(said)
    except KafkaError as error:
        raise BrokerUnavailableError(type(error).__name__) from error
    finally:
        await consumer.stop()
    return heads


def _heads(body: bytes, keys: Sequence[OKPKey], process: str) -> Sequence[Head]:
    try:
        checkpoint = AuditTrailReached.read(body).checkpoint
        heads = vouched_for([checkpoint], keys)
    except (ValidationError, NotACheckpointError):
        heads = {}
    if heads.keys() != {audit_database_of(process)}:
        sentence = f"A checkpoint of {process} is none that was signed with such a key."
        raise NotACheckpointError(sentence)
    return heads[audit_database_of(process)]


def _topic(process: str) -> str:
    return AuditTrailReached.topic_in(Lane.AMBER, process=process)


def _is_ours(topic: str) -> bool:
    return topic.startswith(_BEFORE) and topic.endswith(_AFTER)
