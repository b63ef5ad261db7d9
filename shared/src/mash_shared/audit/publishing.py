"""A process says how far its trail reaches, where whoever keeps the trail cannot change it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.jwk import OKPKey

from mash_shared.audit.checkpoints import checkpoint
from mash_shared.audit.line import Head
from mash_shared.audit.lines import audit_database_of
from mash_shared.audit.trail import Trail
from mash_shared.messages.audit import EVERY_COUNCIL, AuditTrailReached
from mash_shared.plumbing.broker import BrokerUnavailableError
from mash_shared.plumbing.faults import CannotRunError
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.tracing import child_of
from mash_shared.vocabulary import ContactId, CouncilId

EVERY = 60.0
"""Seconds between two checkpoints: of so much the end could be taken off unseen."""

log = get_logger()


class AuditKeyError(CannotRunError):
    """The key that signs checkpoints cannot be used; the sentence says why."""


def publishing(
    file: Path | None, trail: Trail, producer: Producer, now: Now
) -> Sequence[Callable[[], Awaitable[None]]]:
    """Give what says it for ever; nothing where no file has a key to sign it with."""
    if file is None:
        return ()
    one = Checkpoints(trail=trail, key=signing_key(file), producer=producer, now=now)
    return (one.keep_publishing,)


def signing_key(file: Path) -> OKPKey:
    """Read a private Ed25519 key in PEM; raises `AuditKeyError`."""
    try:
        key = OKPKey.import_key(file.read_text())
    except (OSError, ValueError) as error:
        raise AuditKeyError("AUDIT_KEY names no Ed25519 key in PEM.") from error
    if not key.is_private:
        raise AuditKeyError("AUDIT_KEY names a public key, by which nothing can be signed.")
    return key


@dataclass(kw_only=True)
class Checkpoints:
    """Signs where the chain of one copy of a process ends, and says it on a topic of its own.

    Nothing is kept of what was said: the next one stands for all that could not be.
    """

    trail: Trail
    key: OKPKey
    producer: Producer
    now: Now
    _said: Head | None = field(init=False, default=None)

    async def publish(self) -> None:
        """Say how far the trail reaches, if lines were added; raises `BrokerUnavailableError`."""
        head = self.trail.reached
        if head is None or head == self._said:
            return
        at, process = self.now(), self.trail.service
        message = AuditTrailReached(
            contact_id=ContactId(process),
            council=CouncilId(EVERY_COUNCIL),
            occurred_at=at,
            process=process,
            checkpoint=checkpoint({audit_database_of(process): [head]}, self.key, at),
        )
        cause = f"{head.chain}#{head.number}"
        trace = child_of(None)
        out = Outgoing.of(message, cause=cause, source=process, traceparent=trace)
        await self.producer.send([out])
        self._said = head

    async def keep_publishing(self) -> None:
        """Say it for ever, once in a while; while the broker is away the next time."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.publish()
            except BrokerUnavailableError as error:
                log.warning("checkpoint_not_published", error_type=type(error).__name__)
