"""A council's case system, as the hub hears it, and numbers of invented people."""

import asyncio
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from mash_local.stack import Stack
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of


def say_case(stack: Stack, council: str, nhs_number: str, **case: Any) -> None:
    """Say how a child's case stands; its number is that of the child, after `LCS-`."""

    async def say() -> None:
        message = CaseStatusChanged(
            contact_id=f"LCS-{nhs_number}",
            council=council,
            **{"occurred_at": stack.time.now(), "nhs_number": nhs_number, **case},
        )
        said = Outgoing.of(message, cause=nhs_number, source="tests", traceparent=child_of(None))
        producer = AIOKafkaProducer(**clients(stack.addresses["kafka"]), acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(
                said.topic, said.body, key=said.key, headers=list(said.headers)
            )
        finally:
            await producer.stop()

    asyncio.run(say())


def invented_number() -> str:
    """Give an NHS number that nobody has had in this run, with its right check digit."""
    while True:
        digits = f"999{uuid4().int % 10**6:06}"
        weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1)))  # noqa: B905
        check = (11 - weighed % 11) % 11
        if check < 10:
            return f"{digits}{check}"
