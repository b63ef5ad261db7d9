"""Handlers at work on one document, through the real draft and the real store."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from mash_shared.act import Act, Directory, Named, Person
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Arrival, Change, Door, Outcome, Settled
from mash_shared.plumbing.documents import A, Raw
from mash_shared.plumbing.draft import Draft
from mash_shared.plumbing.subscription import ClockHandler, Handler
from mash_shared.plumbing.tracing import child_of
from mash_shared.testing.invented import NOW, agreeing
from mash_shared.testing.memory import MemoryStore


def heard(handler: Handler, message: Message, **more: Any) -> Change:
    """Give the change that a message makes."""
    return lambda aggregate: handler(aggregate, message, **more)


def acted(
    handler: Handler, form: Any, by: Person, at: datetime = NOW, *, staff: Directory | None = None
) -> Change:
    """Give the change that a person's act makes; what the form names is there.

    Without `staff` the directory agrees with their sign-in.
    """
    there = [value for _, value in form if isinstance(value, str)]
    named = Named(staff=agreeing(by) if staff is None else staff, there=there)
    act = Act(person=by, at=at, named=named)
    return lambda aggregate: handler(aggregate, act, form)


def ran_out(handler: ClockHandler, clock: Clock, now: datetime) -> Change:
    """Give the change that a clock makes when it runs out, as the sweeper makes it."""

    def change(aggregate: Any) -> Iterator[Message]:
        running = aggregate.clock(clock.kind, clock.of)
        if running is not None:
            yield from handler(aggregate, running, now)
            running.run_out(now)

    return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How one change ended and what was said."""

    settled: Settled
    said: tuple[Message, ...]


class Desk(Generic[A]):
    """One document of one service: changed by the real draft, kept by the real store.

    What it is told is `though_erased` where the tables of its service say so.
    """

    though_erased = False

    def __init__(self, kind: type[A], id_: str, source: str = "intake") -> None:
        self.store: MemoryStore[A] = MemoryStore(kind)
        self._id = id_
        self._source = source
        self._count = 0

    @property
    def raw(self) -> Raw | None:
        """The document as it is kept, or None."""
        return self.store.raws.get(self._id)

    @property
    def aggregate(self) -> A:
        """The aggregate as it is kept; a blank one where nothing is."""
        return self.store.read(self.raw, self._id).aggregate

    def take(self, change: Change, *, arrival_id: str, fingerprint: str = "") -> Taken:
        """Take one change in under an id."""
        said: list[Message] = []

        def listen(aggregate: Any) -> Iterator[Message]:
            for message in change(aggregate):
                said.append(message)
                yield message

        draft = Draft(self.store, self.store.read(self.raw, self._id), self._source)
        arrival = Arrival(
            id=arrival_id,
            name="test",
            document_id=self._id,
            change=listen,
            at=NOW,
            door=Door.MESSAGE,
            traceparent=child_of(None),
            fingerprint=fingerprint,
            though_erased=self.though_erased,
        )
        draft.take([arrival], wall=NOW)
        if draft.changed:
            self.store.keep(draft.document)
        return Taken(settled=draft.settled[0], said=tuple(said))

    def do(self, change: Change) -> tuple[Message, ...]:
        """Take one change in and give what was said; raises what it was refused with."""
        self._count += 1
        taken = self.take(change, arrival_id=f"change-{self._count}")
        if taken.settled.error is not None:
            raise taken.settled.error
        return taken.said


def send_twice(desk: Desk[Any], change: Change) -> tuple[Message, ...]:
    """Take a change in, repeat it, and repeat it under another id; give what was said at first.

    A repeat changes nothing at all. Under another id, which is what a sender does that lost its
    own memory, it may be refused but changes no state and says nothing.
    """
    first = desk.take(change, arrival_id="once")
    assert first.settled.outcome is Outcome.DONE, first.settled.error  # noqa: S101
    before = desk.raw
    assert before is not None  # noqa: S101
    again = desk.take(change, arrival_id="once")
    assert again.settled.outcome is Outcome.REPEATED  # noqa: S101
    assert desk.raw == before, "a repeat changed the document"  # noqa: S101
    assert not again.said, "a repeat said something"  # noqa: S101
    other = desk.take(change, arrival_id="another id")
    assert other.settled.outcome in (Outcome.DONE, Outcome.REFUSED)  # noqa: S101
    assert not other.said, "the same fact under another id said something"  # noqa: S101
    after = desk.raw
    assert after is not None  # noqa: S101
    assert after["state"] == before["state"], "the same fact again changed state"  # noqa: S101
    return first.said
