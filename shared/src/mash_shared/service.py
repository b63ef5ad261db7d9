"""A service as its `app.py` describes it, and what the plumbing lends to its parts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from fastapi import FastAPI

from mash_shared.clocks import Aggregate
from mash_shared.http.api import Doors
from mash_shared.http.audited import Audit
from mash_shared.http.often import Limits
from mash_shared.identity import Tokens
from mash_shared.plumbing.documents import A, Store
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.outbox import Outbox
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.receipts import Receipt, no_receipt
from mash_shared.plumbing.settings import ServiceSettings
from mash_shared.plumbing.subscription import Due, Subscription
from mash_shared.plumbing.times import Now
from mash_shared.plumbing.work import Work
from mash_shared.policy import PolicyPacks
from mash_shared.sealing.ring import KeyRing

Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a service's `app.py` may build on: the run's time, the door of acts, the keys."""

    now: Now
    doors: Doors
    tokens: Tokens
    audit: Audit
    limits: Limits
    producer: Producer
    work: Work[Any]
    outbox: Outbox
    outages: Outages
    keys: KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a service adds to the plumbing: its HTTP face, and loops that run until it stops.

    `api` builds the face, which takes a tenth of a second: only who serves it pays for that.
    """

    api: Callable[[], FastAPI] | None = None
    loops: Sequence[Loop] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[A]):
    """A service as its `app.py` describes it.

    `process` is its name in groups and topics, `agency-gateway.police` for example; `beside` are
    further aggregates in the same collection, by the prefix of their ids; with `packs` its open
    clocks follow the councils' calendars; `receipt` tells whoever wrote a record what became of it.
    """

    process: str
    settings: ServiceSettings
    aggregate: type[A]
    collection: str
    subscriptions: Sequence[Subscription]
    build: Callable[[Parts, Store[A]], Built] = lambda *_: Built()
    beside: Mapping[str, type[Aggregate]] = field(default_factory=dict)
    due: Sequence[Due] = ()
    packs: PolicyPacks | None = None
    receipt: Receipt = no_receipt
    prepare: Callable[[Store[A]], Awaitable[None]] | None = None
