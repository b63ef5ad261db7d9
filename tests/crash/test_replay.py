"""I16: everything ever said is heard again from offset 0, and nothing happens outside."""

import asyncio
from collections.abc import Mapping

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mash_local.services import BY_NAME
from mash_local.stack import Stack
from mash_shared.plumbing.broker import clients
from support.campaign import all_at_once, revive, until
from support.counters import Logs
from support.hub import Hub, Play
from support.invariants import Checker
from support.outside import Outside, World, groups

pytestmark = [pytest.mark.engines, pytest.mark.crash]


def test_a_replay_from_the_beginning_has_no_effect_outside(
    stack: Stack, hub: Hub, checker: Checker, outside: Outside, logs: Logs
) -> None:
    plays = hub.play([Play(), Play(reach="telephone", urgency="amber")])
    assert checker.check(plays) == []
    all_at_once(lambda stack, service: stack.process(service).stop(), stack, list(BY_NAME))
    before = outside.look()
    kafka = stack.addresses["kafka"]
    until(lambda: asyncio.run(rewind(kafka, before.committed)), "every group is put back")
    all_at_once(revive, stack, list(BY_NAME))
    records = sum(map(sum, (offsets.values() for offsets in before.committed.values())))
    until(lambda: caught_up(outside.look(), before), "all is heard again")
    after = outside.look()
    assert logs.redelivered() >= records / 2
    assert outside_effects(after) == outside_effects(before)
    assert states(after) == states(before)
    assert checker.check(plays) == []


async def rewind(kafka: str, committed: Mapping[str, Mapping[TopicPartition, int]]) -> bool:
    """Put every group back to offset 0; the broker refuses while a member's session lasts."""
    try:
        for group in groups(BY_NAME):
            if committed[group]:
                await _commit(kafka, group, dict.fromkeys(committed[group], 0))
    except KafkaError:
        return False
    return True


async def _commit(kafka: str, group: str, offsets: dict[TopicPartition, int]) -> None:
    consumer = AIOKafkaConsumer(
        **clients(kafka),
        isolation_level="read_committed",
        group_id=group,
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign(list(offsets))
        await consumer.commit(offsets)
    finally:
        await consumer.stop()


def caught_up(now: World, before: World) -> bool:
    """Whether every group is again as far as it was."""
    return all(
        now.committed[group].get(tp, 0) >= offset
        for group, offsets in before.committed.items()
        for tp, offset in offsets.items()
    )


def outside_effects(world: World) -> dict[str, object]:
    """What left the hub: mails, and requests that agencies processed."""
    return {
        "mails": len(world.mails),
        **{
            agency: sum(line["action"] != "repeat" for line in ledger)
            for agency, ledger in world.ledgers.items()
        },
    }


def states(world: World) -> dict[str, dict[str, object]]:
    """What the hub knows."""
    return {
        process: {id_: raw["state"] for id_, raw in documents.items()}
        for process, documents in world.documents.items()
    }
