"""A sandbox agency: answers the hub's requests from the published contract alone."""

import argparse
import asyncio
import signal
import ssl
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sandbox_behaviour import BehaviourError, BehaviourFile
from sandbox_cancellations import Cancellations
from sandbox_facts import FINDINGS
from sandbox_lane import Desk, Lane
from sandbox_ledger import Ledger
from sandbox_listener import Listener
from sandbox_said import Receipts, Sayings

AnyListener = TypeVar("AnyListener", bound=Listener)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one agency until SIGTERM; answer 2 where the behaviour file is wrong at the start."""
    options = read_options(arguments)
    behaviour = BehaviourFile(options.behaviour)
    try:
        behaviour.refresh()
    except BehaviourError as error:
        print(f"{options.behaviour}: {error}", file=sys.stderr)
        return 2
    ledger = Ledger(options.ledger)
    try:
        asyncio.run(serve(options, ledger, behaviour))
    finally:
        ledger.close()
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
    return 0


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agency", required=True, choices=sorted(FINDINGS))
    parser.add_argument("--kafka", default="127.0.0.1:9092", help="bootstrap servers")
    parser.add_argument("--ca", type=Path, help="PEM file of who vouches for the broker")
    parser.add_argument("--certificate", type=Path, help="PEM file with our key and certificate")
    parser.add_argument("--ledger", required=True, type=Path, help="JSON-lines file, kept")
    parser.add_argument("--behaviour", type=Path, help="JSON file, read again when it changes")
    parser.add_argument("--ready-file", type=Path, help="made once this agency listens")
    parser.add_argument("--time-file", type=Path, help="holds seconds to add to the clock")
    parser.add_argument("--in-flight", type=int, default=5000, help="unanswered requests per lane")
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace, ledger: Ledger, behaviour: BehaviourFile) -> None:
    """Listen, answer, and say what there is to say until the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log = logger(options.agency)
    now = clock(options.time_file)
    desk = Desk(options.agency, ledger, behaviour, now=now, log=log)
    log("started", requests_known=len(ledger))
    async with AsyncExitStack() as stack:
        producer = await start_producer(stack, options)
        new_lane = partial(Lane, producer=producer, desk=desk, in_flight=options.in_flight, log=log)
        lanes = [
            await listen(stack, options, f"request{suffix}", suffix, new_lane)
            for suffix in ("", ".red")
        ]
        new = partial(Cancellations, desk=desk, lanes=lanes, log=log)
        take = partial(Receipts, agency=options.agency, ledger=ledger, now=now, log=log)
        listeners = [
            *lanes,
            await listen(stack, options, "cancellation", ".cancellation", new),
            await listen(stack, options, "receipt", ".receipt", take),
        ]
        said = {"ledger": ledger, "behaviour": behaviour, "now": now, "log": log}
        sayings = Sayings(agency=options.agency, producer=producer, **said)

        def say_ready() -> None:
            if options.ready_file:
                options.ready_file.touch()
            log("ready")

        async with asyncio.TaskGroup() as group:
            for listener in listeners:
                group.create_task(listener.run(stop))
            group.create_task(sayings.run(stop))
            group.create_task(announce(listeners, stop, say_ready))
    log("stopped")


def who_we_are(options: argparse.Namespace) -> dict[str, Any]:
    """Say where the broker is, whom we trust to be it, and by which certificate it knows us."""
    where = {"bootstrap_servers": options.kafka}
    if options.ca is None:
        return where
    context = ssl.create_default_context(cafile=options.ca)
    context.load_cert_chain(options.certificate)
    return {**where, "security_protocol": "SSL", "ssl_context": context}


async def start_producer(stack: AsyncExitStack, options: argparse.Namespace) -> AIOKafkaProducer:
    """Start the producer of everything that the agency says."""
    producer = AIOKafkaProducer(
        **who_we_are(options),
        acks="all",
        enable_idempotence=True,
        max_batch_size=256 * 1024,
    )
    stack.push_async_callback(producer.stop)
    await producer.start()
    return producer


async def listen(
    stack: AsyncExitStack,
    options: argparse.Namespace,
    topic: str,
    group_suffix: str,
    new_listener: Callable[[AIOKafkaConsumer], AnyListener],
) -> AnyListener:
    """Start the consumer of one of the agency's topics, in a group of its own."""
    consumer = AIOKafkaConsumer(
        **who_we_are(options),
        isolation_level="read_committed",
        group_id=f"agency-{options.agency}{group_suffix}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        metadata_max_age_ms=30_000,
        # a killed agency's seat is free again after this long
        session_timeout_ms=6_000,
        heartbeat_interval_ms=2_000,
    )
    listener = new_listener(consumer)
    consumer.subscribe([f"agency.{options.agency}.{topic}.v1"], listener=listener)
    stack.push_async_callback(consumer.stop)
    await consumer.start()
    return listener


async def announce(
    listeners: Sequence[Listener], stop: asyncio.Event, say_ready: Callable[[], None]
) -> None:
    """Call `say_ready` once every listener has its partitions."""
    stopping = asyncio.create_task(stop.wait())
    for listener in listeners:
        assigned = asyncio.create_task(listener.assigned.wait())
        await asyncio.wait({stopping, assigned}, return_when=asyncio.FIRST_COMPLETED)
        assigned.cancel()
    if not stop.is_set():
        say_ready()
    stopping.cancel()


def clock(time_file: Path | None) -> Callable[[], datetime]:
    """Give a clock in UTC, moved by the seconds that `time_file` holds, where there is one."""

    def now() -> datetime:
        try:
            offset = float(time_file.read_text()) if time_file else 0.0
        except (FileNotFoundError, ValueError):
            offset = 0.0
        return datetime.now(UTC) + timedelta(seconds=offset)

    return now


def logger(agency: str) -> Callable[..., None]:
    """Give a function that writes one JSON line to stdout: event names and ids, no person."""

    def log(event: str, **fields: Any) -> None:
        print(orjson.dumps({"event": event, "agency": agency, **fields}).decode(), flush=True)

    return log


if __name__ == "__main__":
    sys.exit(main())
