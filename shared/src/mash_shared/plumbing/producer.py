"""The one producer of a process: idempotent, acknowledged by all, rebuilt when it cannot go on."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from mash_shared.plumbing.broker import BrokerUnavailableError, clients
from mash_shared.plumbing.faults import crash
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.outgoing import Outgoing

CONFIRM_WITHIN = 20.0
"""Seconds to wait for the broker's word before the producer is rebuilt."""
REQUEST_LIMIT = 4 * 1024 * 1024

log = get_logger()


class Producer:
    """Sends and waits for the confirmation of every message.

    aiokafka never expires batches of an idempotent producer and may lose its sequence for good
    (aiokafka issue 1017), so after a time-out or an error that is not about one message the
    producer is thrown away; the outbox makes the repeat safe.
    """

    def __init__(self, broker: str, client_id: str) -> None:
        self._broker = broker
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Send messages in order and return when the broker has confirmed every one.

        Raises `BrokerUnavailableError`; some may then have been delivered.
        """
        if not messages:
            return
        producer: AIOKafkaProducer | None = None
        try:
            async with asyncio.timeout(CONFIRM_WITHIN):
                producer = await self._started()
                confirmations: list[asyncio.Future[Any]] = []
                for message in messages:
                    one = await producer.send(
                        message.topic, message.body, key=message.key, headers=[*message.headers]
                    )
                    one.add_done_callback(_seen)  # at once: a time-out may leave it behind
                    confirmations.append(one)
                crash.reach("C4")
                await asyncio.wait(confirmations)
        except (KafkaError, TimeoutError, OSError) as error:
            await self._discard(producer)
            raise BrokerUnavailableError(type(error).__name__) from error
        if failures := [failure for one in confirmations if (failure := one.exception())]:
            await self._discard(producer)
            raise BrokerUnavailableError(type(failures[0]).__name__) from failures[0]
        crash.reach("C5")

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **clients(self._broker),
                    client_id=self._client_id,
                    acks="all",
                    enable_idempotence=True,
                    max_request_size=REQUEST_LIMIT,
                    max_batch_size=128 * 1024,
                    request_timeout_ms=int(CONFIRM_WITHIN * 1000),
                )
                try:
                    await producer.start()
                except BaseException:
                    await stop_quietly(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _discard(self, producer: Any) -> None:
        if producer is None:
            return
        if self._producer is producer:
            self._producer = None
        log.warning("producer_discarded")
        await _give_up(producer)
        await stop_quietly(producer)

    async def stop(self) -> None:
        """Flush and close."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop_quietly(producer)


def _seen(confirmation: asyncio.Future[Any]) -> None:
    """Look at how something ended, whoever still waits for it."""
    if not confirmation.cancelled():
        confirmation.exception()


async def _give_up(producer: Any) -> None:
    """Drop what a producer still tries to deliver; else it tries for as long as nobody answers."""
    try:
        async with asyncio.timeout(3):
            await producer._sender.close()  # noqa: SLF001
    except (KafkaError, TimeoutError, OSError):
        log.warning("producer_gave_up_late")
    _fail_all(producer._message_accumulator)  # noqa: SLF001


def _fail_all(accumulator: Any) -> None:
    """End what a producer was never asked for, or took back to send it again.

    The library forgets that it did: it would then look for each among those that are on their way,
    and leave errors behind that nobody reads. asyncio writes both down as errors of no text.
    """
    waiting = [batch for batches in accumulator._batches.values() for batch in batches]  # noqa: SLF001
    accumulator._pending_batches.update(waiting)  # noqa: SLF001
    accumulator.fail_all(ProducerClosed())
    for batch in waiting:
        _seen(batch._drain_waiter)  # noqa: SLF001


async def stop_quietly(producer: AIOKafkaProducer) -> None:
    """Close a producer without waiting for batches that can no longer be delivered."""
    try:
        async with asyncio.timeout(3):
            await producer.stop()
    except (KafkaError, TimeoutError, OSError):
        log.warning("producer_stopped_late")
