"""Messages on their way out: as they are kept in a document and as they go to the broker."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

from mash_shared.messages import Message
from mash_shared.plumbing.envelope import Envelope
from mash_shared.vocabulary import Lane

BODY_LIMIT = 512 * 1024
"""Largest body that a service says or accepts, in bytes; topics allow more, so that what is too
large arrives and is parked instead of being lost at the sender."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:mash:message")


class TooLargeError(Exception):
    """A handler said a message beyond `BODY_LIMIT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, encoded once: every repeat has the same id and the same bytes (I3)."""

    id: str
    topic: str
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    body: bytes | None

    @classmethod
    def of(cls, message: Message, *, cause: str, source: str, traceparent: str) -> Self:
        """Encode a message; its id is derived from what caused it, so a re-run says the same."""
        topic, body = message.topic_name, message.body()
        if len(body) > BODY_LIMIT:
            raise TooLargeError(f"a message for {topic} has {len(body)} bytes")
        kind = type(message).topic_in(Lane.AMBER, **_parts(message))
        envelope = Envelope(
            id=str(uuid5(_NAMESPACE, f"{cause}|{topic}")),
            type=kind,
            source=f"/mash/{source}",
            time=message.occurred_at,
            subject=message.contact_id,
            traceparent=traceparent,
        )
        return cls(
            id=envelope.id,
            topic=topic,
            key=str(getattr(message, message.key)).encode(),
            headers=tuple((name, text.encode()) for name, text in envelope.headers().items()),
            body=body,
        )

    def document(self) -> dict[str, Any]:
        """Give the form kept in `outgoing` of a document."""
        return {
            "id": self.id,
            "topic": self.topic,
            "key": self.key,
            "headers": dict(self.headers),
            "body": self.body,
        }

    @classmethod
    def from_document(cls, kept: dict[str, Any]) -> Self:
        """Read the form kept in a document."""
        return cls(
            id=kept["id"],
            topic=kept["topic"],
            key=bytes(kept["key"]),
            headers=tuple((name, bytes(value)) for name, value in kept["headers"].items()),
            body=bytes(kept["body"]),
        )


def _parts(message: Message) -> dict[str, str]:
    return {name: str(getattr(message, name)) for name in message.parts()}
