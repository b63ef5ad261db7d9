"""What a process is made of beside its connections: documents, three doors, outbox, lanes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic

from pymongo.asynchronous.collection import AsyncCollection

from mash_shared.plumbing.acts import Acts
from mash_shared.plumbing.documents import A, Raw, Store
from mash_shared.plumbing.lanes import Lanes
from mash_shared.plumbing.listener import Listener
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.parking import replay_topic
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.subscription import Reader
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.work import Work
from mash_shared.service import Service
from mash_shared.vocabulary import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane of a process: its group, the topics it hears and what takes their records."""

    urgency: Urgency
    group: str
    topics: tuple[str, ...]
    listener: Listener


class Unit(Generic[A]):
    """Built from a service's description; whoever holds it drives its doors.

    A process lends it Kafka and MongoDB and keeps it going; the simulation lends it memory.
    """

    def __init__(
        self,
        service: Service[A],
        collection: AsyncCollection[Raw],
        producer: Producer,
        *,
        now: Now,
        wall: Now,
    ) -> None:
        self.store: Store[A] = Store(collection, service.aggregate, service.beside)
        self.outbox = Outbox(collection, producer, wall)
        self.yielding = Lanes()
        self.outages = Outages()
        self.work: Work[A] = Work(self.store, self.outbox, service.process, now, wall)
        self.acts = Acts(self.work, self.outbox, self.yielding)
        self.sweeper = Sweeper(service.due, self.work, self.outbox, self.outages, now)
        self.lanes = tuple(self._lanes(service, producer, now, wall))

    def _lanes(
        self, service: Service[Any], producer: Producer, now: Now, wall: Now
    ) -> Iterator[Lane]:
        reader = Reader(service.subscriptions, now)
        for urgency in Urgency:
            topics = {topic for line in service.subscriptions for topic in line.topics(urgency)}
            if urgency is Urgency.AMBER:
                topics.add(replay_topic(service.process))
            if not topics:
                continue
            amber = urgency is Urgency.AMBER
            group = service.process if amber else f"{service.process}.{urgency}"
            listener = Listener(
                process=service.process,
                group=group,
                lane=urgency,
                reader=reader,
                work=self.work,
                outbox=self.outbox,
                producer=producer,
                lanes=self.yielding,
                outages=self.outages,
                wall=wall,
            )
            yield Lane(
                urgency=urgency, group=group, topics=tuple(sorted(topics)), listener=listener
            )
