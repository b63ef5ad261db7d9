"""What the broker lets whom do, asked of the broker itself: everybody, every topic, every way."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from confluent_kafka import TopicCollection
from confluent_kafka.admin import AclOperation, AdminClient

from mash_local.process import Process
from mash_local.services import POLICIES
from mash_local.stack import Stack
from mash_shared.catalogue.granting import Grants, settings_of
from mash_shared.catalogue.quotas import QUOTAS
from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.rights import (
    Kind,
    Operation,
    Right,
    agencies_of,
    insiders,
    outsiders,
    rights,
)
from mash_shared.plumbing.topics import all_topics
from mash_shared.policy import load_packs
from support.campaign import revive, until

pytestmark = [pytest.mark.engines, pytest.mark.rule("O15")]

AGENCIES = agencies_of(load_packs(POLICIES))
EVERYBODY = (*insiders(AGENCIES), *outsiders(AGENCIES))
TOPICS = [topic.name for topic in all_topics(AGENCIES)]
RIGHTS = rights(AGENCIES)
GROUPS = sorted({one.name for one in RIGHTS if one.kind is Kind.GROUP and not one.prefixed})
LETS_SEE = {
    Operation.READ: {AclOperation.READ, AclOperation.DESCRIBE},
    Operation.WRITE: {AclOperation.WRITE, AclOperation.DESCRIBE},
    Operation.DESCRIBE_CONFIGS: {AclOperation.DESCRIBE_CONFIGS},
}
REFUSED = {"TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED"}
Allowed = Mapping[tuple[str, str], set[Any]]


def _declared(kind: Kind) -> Allowed:
    allowed: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for one in RIGHTS:
        if one.kind is kind and not one.prefixed:
            allowed[one.principal, one.name] |= LETS_SEE[one.operation]
    return allowed


def _told(name: str, futures: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], set[Any]]]:
    for what, future in futures.items():
        refused = future.exception(30)
        if refused is None:
            yield (name, what), set(future.result().authorized_operations or ())
        else:
            assert refused.args[0].name() in REFUSED, f"{name} and {what}: {refused}"


def _client(stack: Stack, name: str) -> AdminClient:
    return AdminClient(settings_of(stack.engines.kafka.url_for(name)))


@pytest.mark.rule("F13")
def test_the_broker_allows_what_is_declared_and_nothing_else(stack: Stack) -> None:
    topics, groups, cluster = {}, {}, {}
    for name in EVERYBODY:
        client = _client(stack, name)
        wanted = TopicCollection(TOPICS)
        described = client.describe_topics(wanted, include_authorized_operations=True)
        topics.update(_told(name, described))
        described = client.describe_consumer_groups(GROUPS, include_authorized_operations=True)
        groups.update(_told(name, described))
        asked = client.describe_cluster(include_authorized_operations=True)
        cluster[name] = set(asked.result(30).authorized_operations or ())
    assert topics == _declared(Kind.TOPIC)
    assert groups == _declared(Kind.GROUP)
    assert cluster == {name: set() for name in EVERYBODY}, "none may ask what it may do to all"
    asked_of = len(EVERYBODY) * (len(TOPICS) + len(GROUPS) + 1)
    print(f"{len(EVERYBODY)} principals, {asked_of} pairs, {len(topics) + len(groups)} allowed")


def test_what_the_lists_have_too_much_or_too_little_is_named_and_put_right(stack: Stack) -> None:
    grants = Grants(stack.engines.kafka.address)
    rogue = Right("agency.police", Operation.READ, Kind.TOPIC, "contact.recorded.v1")
    lacking = next(one for one in RIGHTS if one.principal == "ops" and one.kind is Kind.TOPIC)
    assert grants.drift(RIGHTS) == ()
    try:
        grants.settle({*RIGHTS, rogue} - {lacking})
        assert grants.drift(RIGHTS) == (
            "agency.police may read topic contact.recorded.v1, which nothing grants.",
            f"ops may {lacking.operation} topic {lacking.name}, and the broker refuses it.",
        )
    finally:
        assert grants.settle(RIGHTS) == (1, 1)
    assert grants.drift(RIGHTS) == ()


async def test_no_outside_program_takes_the_broker_from_the_others(stack: Stack) -> None:
    admin = AIOKafkaAdminClient(**clients(stack.engines.kafka.address))
    await admin.start()
    try:
        any_user = DescribeClientQuotasRequest([("user", 2, None)], False)
        answer = await admin._send_request(any_user)
    finally:
        await admin.close()
    found = {entity[0][1]: dict(values) for entity, values in answer.entries}
    assert found == dict.fromkeys(outsiders(AGENCIES), QUOTAS)


@pytest.fixture
def notify(stack: Stack) -> Iterator[Process]:
    yield stack.process("notify")
    grants = Grants(stack.engines.kafka.address)
    grants.settle(RIGHTS)
    grants.set_passwords({"notify": stack.engines.authority.password_of("notify")})
    revive(stack, "notify")


def test_a_service_that_may_see_more_than_its_own_does_not_start(
    stack: Stack, notify: Process
) -> None:
    more = Right("notify", Operation.READ, Kind.TOPIC, "contact.routed.v1")
    Grants(stack.engines.kafka.address).settle({*RIGHTS, more})
    notify.restart()
    until(lambda: not notify.running, "notify gives up")
    assert "shows us topic contact.routed.v1, which is none of ours" in notify.log_tail()


def test_a_service_whose_password_is_another_says_so_and_waits_for_the_right_one(
    stack: Stack, notify: Process
) -> None:
    """A wrong password looks like a lost connection to every client library."""
    secrets, grants = stack.engines.authority, Grants(stack.engines.kafka.address)
    ready = f"{stack.addresses['notify.ops']}/health/ready"
    grants.set_passwords({"notify": secrets.password_of("ops")})
    notify.restart()

    def said() -> bool:
        try:
            return httpx.get(ready).json().get("broker_lets_us_in") is False
        except httpx.TransportError:
            return False

    until(said, "readiness says that the broker does not let it in")
    until(lambda: "BrokerRefusesError" in notify.log_tail(), "the log says so as well")
    assert notify.running
    grants.set_passwords({"notify": secrets.password_of("notify")})
    stack.wait_ready("notify")
