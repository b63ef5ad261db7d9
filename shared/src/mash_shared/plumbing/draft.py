"""What one batch makes of one document, before it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic

from mash_shared.messages import Message
from mash_shared.messages.clock import ClockChanged
from mash_shared.plumbing.arrival import (
    Arrival,
    ChangedMeanwhileError,
    Door,
    IdempotencyKeyReusedError,
    IdReusedError,
    Outcome,
    Settled,
)
from mash_shared.plumbing.bounds import OutboxFullError, Scales, may_be_large, weigh
from mash_shared.plumbing.documents import A, Document, Raw, Store
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.vocabulary import (
    ClockState,
    ErasedError,
    NotEntitledError,
    NotKnownError,
    Refusal,
)


@dataclass(slots=True)
class Draft(Generic[A]):
    """Runs the arrivals of one document in order; a refused one leaves no trace in it.

    `erased_at` is when the contact was erased that they are about, as its own stub has it.
    """

    store: Store[A]
    document: Document[A]
    source: str
    erased_at: datetime | None = None
    settled: list[Settled] = field(default_factory=list)
    good: list[Arrival] = field(default_factory=list)
    said: list[Outgoing] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Kinds of the clocks that this draft ends as missed, by whatever door."""
    _scales: Scales | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.good)

    def take(self, arrivals: Sequence[Arrival], *, wall: datetime) -> None:
        """Run arrivals through their handlers and make the document ready to be written."""
        for arrival in arrivals:
            self._take_one(arrival)
        if not self.good:
            return
        state = self._state()
        if may_be_large(state, self.document.handled, [*self.document.outgoing, *self.said]):
            state = self._take_weighed(arrivals, state, wall)
        if self.good:
            self._finish(state, wall)

    def _finish(self, state: Raw, wall: datetime) -> None:
        document, version = self.document, self.document.version + 1
        for arrival in self.good:
            document.handled[arrival.id] = _remembered(arrival, wall)
        clocks_before = document.state.get("clocks", [])
        document.state = state
        if document.state["clocks"] != clocks_before:
            self.said.append(self._clocks_changed(version))
            self.missed = list(_newly_missed(clocks_before, document.state["clocks"]))
        document.version = version
        document.outgoing.extend(self.said)

    def _state(self) -> Raw:
        self.document.aggregate.summarise()
        return self.store.state(self.document.aggregate)

    def _take_weighed(self, arrivals: Sequence[Arrival], state: Raw, wall: datetime) -> Raw:
        """Take the arrivals of a large document over again, one by one, if they are too much.

        Gives the state that is then to be written.
        """
        document = self.document
        document.handled = {entry["id"]: entry for entry in document.remembered(wall)}
        handled = [*document.handled.values(), *(_remembered(good, wall) for good in self.good)]
        weight = weigh(state, handled, [*document.outgoing, *self.said])
        if weight.is_too_much:
            self._start_over()
            self.good, self.settled = [], []
            loaded = weigh(document.state, document.handled.values(), document.outgoing)
            self._scales = Scales(loaded)
            for arrival in arrivals:
                self._take_one(arrival)
            state, weight = self._state(), self._scales.weight
        self.store.watch.see(document.aggregate.id, weight.whole)
        return state

    def _put_on_scales(self, arrival: Arrival, said: Sequence[Outgoing]) -> None:
        """Raise a refusal where this one arrival is too much; what a clock writes never is."""
        if self._scales is not None:
            new = [_remembered(one, one.at) for one in (*self.good, arrival)]
            handled = [*self.document.handled.values(), *new]
            after = weigh(self._state(), handled, said)
            self._scales.put(after, refusable=arrival.door is not Door.CLOCK)

    def _take_one(self, arrival: Arrival) -> None:
        known = self.document.handled.get(arrival.id) or next(
            ({"as": good.fingerprint} for good in self.good if good.id == arrival.id), None
        )
        if known is not None:
            self._already(arrival, known)
            return
        if self._scales and self._scales.hold_back and arrival.door is not Door.CLOCK:
            self.settled.append(_waiting(arrival, OutboxFullError()))
            return
        try:
            messages = self._run(arrival)
            encoded = self._encode(arrival, messages)
            self._put_on_scales(arrival, encoded)
        except OutboxFullError as full:
            self._undo(_waiting(arrival, full))
        except Refusal as refusal:
            self._undo(Settled(arrival=arrival, outcome=Outcome.REFUSED, error=refusal))
        except Exception as error:  # noqa: BLE001 - one document's poison stays in its draft
            self._undo(Settled(arrival=arrival, outcome=Outcome.FAILED, error=error))
        else:
            self.said.extend(encoded)
            self.good.append(arrival)
            self.settled.append(Settled(arrival=arrival, outcome=Outcome.DONE))

    def _run(self, arrival: Arrival) -> list[Message]:
        """Run the handler; raises `ChangedMeanwhileError` where the document has moved on.

        Whoever may not act here is told that instead: a version shows that there is a document.
        Of what was erased nothing is taken in: raises `ErasedError`.
        """
        aggregate = self.document.aggregate
        erased = (aggregate.erased_at or self.erased_at) is not None
        shut = erased and not arrival.though_erased
        if shut and arrival.door is not Door.ACT:
            raise ErasedError
        meanwhile = self.good or arrival.expects != self.document.version
        stale = arrival.expects is not None and meanwhile
        try:
            messages = self._change(arrival)
        except (NotEntitledError, NotKnownError):
            raise
        except Refusal:
            if stale and not shut:
                raise ChangedMeanwhileError from None
            raise
        if shut:
            raise ErasedError
        if stale:
            raise ChangedMeanwhileError
        return messages

    def _change(self, arrival: Arrival) -> list[Message]:
        """Run the handler, of an erased contact on what is a stub by now at the latest."""
        if self.erased_at is not None and arrival.though_erased:
            self.document.aggregate.erase(self.erased_at)
        return list(arrival.change(self.document.aggregate))

    def _already(self, arrival: Arrival, known: dict[str, Any]) -> None:
        if known.get("as", "") == arrival.fingerprint:
            self.settled.append(Settled(arrival=arrival, outcome=Outcome.REPEATED))
        else:
            is_message = arrival.door is Door.MESSAGE
            error = IdReusedError() if is_message else IdempotencyKeyReusedError()
            self.settled.append(Settled(arrival=arrival, outcome=Outcome.REFUSED, error=error))

    def _undo(self, settled: Settled) -> None:
        """Take back what a failing handler may have half done: start over without it."""
        self.settled.append(settled)
        self._start_over()
        for good in self.good:
            self.said.extend(self._encode(good, self._change(good)))

    def _start_over(self) -> None:
        """Have the document as it was loaded, with nothing said."""
        state, id_ = self.document.state, self.document.aggregate.id
        self.document.aggregate = (
            self.store.aggregate({"state": state})
            if state
            else self.store.read(None, id_).aggregate
        )
        self.said = []

    def _encode(self, arrival: Arrival, messages: Sequence[Message]) -> list[Outgoing]:
        cause = f"{arrival.id}|{self.document.aggregate.id}"
        return [
            Outgoing.of(
                message,
                cause=f"{cause}|{number}",
                source=self.source,
                traceparent=arrival.traceparent,
            )
            for number, message in enumerate(messages)
        ]

    def _clocks_changed(self, version: int) -> Outgoing:
        aggregate, last = self.document.aggregate, self.good[-1]
        message = ClockChanged(
            **aggregate.head(last.at),
            service=self.source,
            document_id=aggregate.id,
            document_version=version,
            clocks=tuple(aggregate.clocks),
        )
        return Outgoing.of(
            message,
            cause=f"{aggregate.id}|{version}",
            source=self.source,
            traceparent=last.traceparent,
        )


def _waiting(arrival: Arrival, full: OutboxFullError) -> Settled:
    """Settle what waits for the broker; of messages that is a failure, for they are tried again."""
    waits = arrival.door is Door.MESSAGE
    outcome = Outcome.FAILED if waits else Outcome.REFUSED
    return Settled(arrival=arrival, outcome=outcome, error=full)


def _newly_missed(before: Sequence[Raw], after: Sequence[Raw]) -> Iterator[str]:
    """Name the kinds of clocks that were not missed before; clocks are only ever added."""
    for number, clock in enumerate(after):
        was = before[number]["state"] if number < len(before) else None
        if clock["state"] == ClockState.MISSED != was:
            yield clock["kind"]


def _remembered(arrival: Arrival, wall: datetime) -> dict[str, Any]:
    entry = {"id": arrival.id, "at": wall}
    return entry | {"as": arrival.fingerprint} if arrival.fingerprint else entry
