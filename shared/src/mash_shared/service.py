"""A service as its `app.py` describes it, and what the plumbing lends to its parts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from fastapi import FastAPI
from pymongo.asynchronous.database import AsyncDatabase

from mash_shared.http.api import Doors
from mash_shared.identity import Tokens
from mash_shared.plumbing.documents import A, Store
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.settings import ServiceSettings
from mash_shared.plumbing.subscription import Due, Subscription
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.work import Work

Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a service's `app.py` may build on: the run's time, its database, the door of acts."""

    now: Now
    database: AsyncDatabase[dict[str, Any]]
    doors: Doors
    tokens: Tokens
    producer: Producer


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[A]):
    """A service as its `app.py` describes it.

    `process` is its name in groups and topics, `agency-gateway.police` for example; `api` builds
    its HTTP face; `couriers` gives the loops that make effects outside, until the process stops.
    """

    process: str
    settings: ServiceSettings
    aggregate: type[A]
    collection: str
    subscriptions: Sequence[Subscription]
    due: Sequence[Due] = ()
    prepare: Callable[[Store[A]], Awaitable[None]] | None = None
    api: Callable[[Parts, Store[A]], FastAPI] | None = None
    couriers: Callable[[Parts, Store[A], Work[A], Outbox], Sequence[Loop]] | None = None
