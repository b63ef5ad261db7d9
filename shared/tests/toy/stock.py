"""FastStream as it comes, to show what it does when nobody tells it otherwise."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity

from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.subscriber import Intake, Subscribers, Take
from toy.hub import Toy, until

GROUP = "stock"


@asynccontextmanager
async def stock(
    toy: Toy, handler: Callable[..., Any], *, middlewares: Any = (), **options: Any
) -> AsyncIterator[Any]:
    """Run a subscriber of FastStream's own making on the toy's topic."""
    said = clients(toy.kafka)
    security = BaseSecurity(ssl_context=said["ssl_context"], use_ssl=True)
    servers = said["bootstrap_servers"]
    broker = KafkaBroker(
        servers, logger=None, middlewares=middlewares, apply_types=False, security=security
    )
    given = {"auto_offset_reset": "earliest", "ack_policy": AckPolicy.NACK_ON_ERROR}
    given |= {"group_id": group(toy)} | options
    chosen = given.pop("filter", None)
    subscriber: Any = broker.subscriber(toy.noted, **given)  # type: ignore[arg-type]
    subscriber(handler, filter=chosen) if chosen else subscriber(handler)
    try:
        await broker.start()
        await until(subscriber.consumer.assignment, "assignment")
        yield subscriber
    finally:
        await broker.stop()


@asynccontextmanager
async def ours(toy: Toy, take: Take, **options: Any) -> AsyncIterator[Subscribers]:
    """Run a subscriber as the plumbing makes them."""
    given = {"group": group(toy), "instance": "ours", "at_once": 10, "topics": (toy.noted,)}
    subscribers = Subscribers(toy.kafka, [Intake(take=take, **(given | options))])  # type: ignore[arg-type]
    try:
        await subscribers.start()
        await until(subscribers.assigned, "assignment")
        yield subscribers
    finally:
        await subscribers.stop()


def group(toy: Toy) -> str:
    return f"{GROUP}-{toy.tag}"


async def put(toy: Toy, *texts: bytes, headers: Any = ()) -> None:
    for text in texts:
        await toy.put(toy.noted, text, key=b"k", headers=headers)


async def lag(toy: Toy) -> int:
    return await toy.lag(group(toy), [toy.noted])
