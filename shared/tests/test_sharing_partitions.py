"""Copies share the partitions of each lane, and keep what they have when one comes or goes."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from mash_shared.plumbing.subscriber import Intake, Subscribers

LANES = ("amber", "red")
CLUSTER: Any = SimpleNamespace(
    topics=lambda: set(LANES), partitions_for_topic=lambda _: set(range(12))
)


async def _take(_: Any) -> None: ...


def _copy(instance: str) -> dict[str, Any]:
    """Give the assignor of each lane of one more copy, as its consumers were given them."""
    intakes = [
        Intake(topics=(lane,), group=lane, instance=instance, at_once=1, take=_take)
        for lane in LANES
    ]
    made = Subscribers("open://nowhere:9092", intakes)._broker.subscribers
    (amber,), (red,) = (
        one._connection_args["partition_assignment_strategy"]  # type: ignore[attr-defined]
        for one in made
    )
    return {"amber": amber, "red": red}


def _share(lane: str, members: Mapping[str, Any]) -> dict[str, set[TopicPartition]]:
    """Let the copies of one lane share its partitions, as they do at a rebalance."""
    claims = {name: copy[lane].metadata([lane]) for name, copy in members.items()}
    given = next(iter(members.values()))[lane].assign(CLUSTER, claims)
    for name, copy in members.items():
        copy[lane].on_assignment(given[name])
        copy[lane].on_generation_assignment(1)
    return {name: _places(one.partitions()) for name, one in given.items()}


def _places(pairs: Iterable[Any]) -> set[TopicPartition]:
    return {TopicPartition(*pair) for pair in pairs}


def test_a_lane_claims_its_own_partitions_and_not_those_of_the_other() -> None:
    """What the sticky assignor remembers belongs to its class (fault UE2)."""
    copy = _copy("one")
    had = {lane: _share(lane, {"one": copy})["one"] for lane in LANES}
    for lane, assignor in copy.items():
        claim = assignor.parse_member_metadata(assignor.metadata([lane]))
        assert _places(claim.partitions) == had[lane]
        assert {place.topic for place in had[lane]} == {lane}


def test_copies_keep_what_they_had_when_another_comes_and_goes() -> None:
    copies = {"one": _copy("one"), "two": _copy("two")}
    before = {lane: _share(lane, copies) for lane in LANES}
    copies["three"] = _copy("three")
    with_three = {lane: _share(lane, copies) for lane in LANES}
    for lane in LANES:
        assert len(with_three[lane]["three"]) == 4
        for name in ("one", "two"):
            assert with_three[lane][name] < before[lane][name]
    del copies["three"]
    after = {lane: _share(lane, copies) for lane in LANES}
    for lane in LANES:
        for name in copies:
            assert with_three[lane][name] < after[lane][name]
