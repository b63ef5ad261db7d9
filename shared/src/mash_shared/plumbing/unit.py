"""What a process is made of beside its connections: documents, three doors, outbox, lanes."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from pymongo.asynchronous.collection import AsyncCollection

from mash_shared.plumbing.acts import Acts
from mash_shared.plumbing.backlog import Backlog
from mash_shared.plumbing.documents import A, Raw, Store
from mash_shared.plumbing.forgetter import Forgetter
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.listener import Listener
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.parking import replay_topic
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.subscription import Reader, group_of
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.plumbing.telling import Teller
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.work import Work
from mash_shared.service import Service
from mash_shared.vocabulary import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a process hears in one lane: its group, its topics and what takes their records."""

    lane: Lane
    group: str
    topics: tuple[str, ...]
    listener: Listener


class Unit(Generic[A]):
    """Built from a service's description; whoever holds it drives its doors.

    A process lends it Kafka and MongoDB and keeps it going; the simulation lends it memory.
    """

    def __init__(  # noqa: PLR0913 - what it is lent, each once
        self,
        service: Service[A],
        collection: AsyncCollection[Raw],
        producer: Producer,
        *,
        now: Now,
        wall: Now,
        run_time: Callable[[datetime], datetime],
        backlog: Callable[[Mapping[str, Sequence[str]]], Backlog],
        drop_key: Callable[[str], None],
    ) -> None:
        """`run_time` turns a moment of the machine into the run's; `backlog` is of these groups.

        `drop_key` takes the key of an erased contact out of memory.
        """
        self.store: Store[A] = Store(collection, service.aggregate, service.beside)
        self.outbox = Outbox(collection, producer, wall)
        self.yielding = Lanes()
        self.outages = Outages()
        self.work: Work[A] = Work(self.store, self.outbox, service.process, now, wall)
        self.acts = Acts(self.work, self.outbox, self.yielding)
        reader = Reader(service.subscriptions, now, run_time)
        self.hearings = tuple(self._hearings(service, producer, reader, wall))
        self.sweeper = Sweeper(
            service.due,
            self.work,
            self.outbox,
            self.outages,
            now,
            backlog=backlog({one.group: one.topics for one in self.hearings}),
        )
        self.forgetter = self._forgetter(service.process, now, drop_key)

    def _forgetter(self, process: str, now: Now, drop_key: Callable[[str], None]) -> Forgetter:
        teller = Teller(
            name="forgetter", work=self.work, outbox=self.outbox, now=now, though_erased=True
        )
        return Forgetter(
            process=process,
            store=self.store,
            teller=teller,
            now=now,
            outages=self.outages,
            drop_key=drop_key,
        )

    def loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """Give what runs as long as a process does, beside what it hears."""
        return (
            self.acts.keep_taking,
            self.outbox.keep_relaying,
            self.outbox.keep_striking,
            self.sweeper.keep_sweeping,
            self.forgetter.keep_forgetting,
        )

    def _hearings(
        self, service: Service[Any], producer: Producer, reader: Reader, wall: Now
    ) -> Iterator[Hearing]:
        for lane in Lane:
            topics = {topic for line in service.subscriptions for topic in line.topics(lane)}
            if lane is Lane.AMBER:
                topics.add(replay_topic(service.process))
            if not topics:
                continue
            group = group_of(service.process, lane)
            listener = Listener(
                process=service.process,
                group=group,
                lane=lane,
                reader=reader,
                work=self.work,
                outbox=self.outbox,
                producer=producer,
                lanes=self.yielding,
                outages=self.outages,
                wall=wall,
                receipt=service.receipt,
            )
            yield Hearing(lane=lane, group=group, topics=tuple(sorted(topics)), listener=listener)
