"""A service with one guarantee broken on purpose: `python broken.py MUTATION MODULE`.

The mutation is patched into the plumbing, then the service runs as it always does. Each is a
mistake that somebody could make in earnest; the crash tests are worth what they say of these.
"""

import runpy
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from mash_shared.plumbing import process, subscriber
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.outbox import Outbox, Parcel
from mash_shared.plumbing.work import Work


def commit_before_processing() -> None:
    """Commit a batch's offsets when it has been fetched, before anything is done with it."""
    parser_of = subscriber._never_raises

    def committing(of: Callable[[], Any]) -> Callable[[Any], Awaitable[Any]]:
        parse = parser_of(of)

        async def commit_and_parse(records: Any) -> Any:
            await of().consumer.commit()
            return await parse(records)

        return commit_and_parse

    subscriber._never_raises = committing


def acknowledge_first() -> None:
    """Let the framework commit by itself, in the background."""
    _subscribe_with(ack_policy=AckPolicy.ACK_FIRST)


class _Forgetful(dict[str, Any]):
    """Remembers for whoever writes it down, and denies it to whoever asks."""

    def get(self, _: str, default: Any = None) -> Any:
        return default


def no_inbox() -> None:
    """Never find a message or an act in `handled`."""
    read = Store.read

    def forgetful(self: Any, raw: Any, id_: str) -> Any:
        document = read(self, raw, id_)
        document.handled = _Forgetful(document.handled)
        return document

    Store.read = forgetful  # type: ignore[method-assign]


def send_before_write() -> None:
    """Publish what a batch says before its documents are written."""
    save = Work._save

    async def sending(self: Any, drafts: Any) -> Any:
        parcels = [
            Parcel(
                document_id=draft.document.aggregate.id,
                messages=tuple(draft.document.outgoing),
            )
            for draft in drafts
        ]
        await self._outbox.publish(parcels, by="mutant")
        return await save(self, drafts)

    Work._save = sending  # type: ignore[method-assign]


def latest() -> None:
    """Begin at the end of a topic where the group has no offset."""
    _subscribe_with(auto_offset_reset="latest")


def unasserted_latest() -> None:
    """The same without the start-up assertion, in a group whose offsets the broker forgot."""
    _subscribe_with(auto_offset_reset="latest")
    subscriber.assert_safe = lambda _: None
    intake = subscriber.Intake
    process.Intake = lambda **parts: replace(  # type: ignore[misc, assignment]
        intake(**parts), group=f"{parts['group']}.forgotten"
    )


def no_relay() -> None:
    """Never look for messages that were left unsent."""

    async def nothing(_: Any) -> None:
        pass

    Outbox.relay = nothing  # type: ignore[method-assign]


def _subscribe_with(**forced: Any) -> None:
    subscribe = KafkaBroker.subscriber

    def forcing(self: Any, *topics: Any, **settings: Any) -> Any:
        return subscribe(self, *topics, **{**settings, **forced})

    KafkaBroker.subscriber = forcing  # type: ignore[method-assign]


MUTATIONS = {
    mutation.__name__: mutation
    for mutation in (
        commit_before_processing,
        acknowledge_first,
        no_inbox,
        send_before_write,
        latest,
        unasserted_latest,
        no_relay,
    )
}

if __name__ == "__main__":
    MUTATIONS[sys.argv[1]]()
    runpy.run_module(sys.argv[2], run_name="__main__", alter_sys=True)
