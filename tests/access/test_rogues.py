"""Whoever has the broker's address and no name, or a name that is not theirs to use so (XA2)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError

from mash_local.authority import Authority
from mash_local.services import SERVICES
from mash_local.stack import Stack
from mash_shared.catalogue.users import DESTROYS
from mash_shared.plumbing.broker import (
    BrokerRefusesError,
    BrokerUnavailableError,
    BrokerUrl,
    clients,
    knock,
)
from mash_shared.plumbing.database import database_of
from mash_shared.plumbing.rights import of_agency
from mash_shared.sealing import ring

pytestmark = pytest.mark.engines

POLICE, PROBATION, INTAKE = of_agency("police"), of_agency("probation"), "intake"
THEIRS_NOT = {
    POLICE: ("agency.probation.request.v1", "contact.recorded.v1", "decision.recorded.red.v1"),
    INTAKE: ("agency.police.request.v1", "notice.delivered.v1", "dead-letter.enquiry"),
    "council-directory": ("contact.routed.v1", "agency.police.reply.v1"),
}
"""Topics that somebody may not write."""
TRIED = [(name, topic) for name, topics in THEIRS_NOT.items() for topic in topics]
MAY_READ = {(INTAKE, "notice.delivered.v1")}


def _url(stack: Stack, name: str) -> str:
    return stack.engines.kafka.url_for(name)


@pytest.mark.parametrize(("name", "topic"), TRIED)
async def test_nobody_writes_in_anothers_name(stack: Stack, name: str, topic: str) -> None:
    async with AIOKafkaProducer(**clients(_url(stack, name))) as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic, b"{}", key=b"forged")


@pytest.mark.parametrize(("name", "topic"), sorted({*TRIED} - MAY_READ))
async def test_nobody_reads_what_is_not_said_to_them(stack: Stack, name: str, topic: str) -> None:
    """A forbidden `assign` gives no records and no error: what is asked before it is refused."""
    async with AIOKafkaConsumer(
        **clients(_url(stack, name)), isolation_level="read_committed", request_timeout_ms=2000
    ) as consumer:
        assert topic not in await consumer.topics()
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        with pytest.raises(KafkaError):
            await consumer.beginning_offsets([place])
        assert await consumer.getmany(place, timeout_ms=500) == {}


async def test_nobody_moves_anothers_offsets(stack: Stack) -> None:
    async with AIOKafkaConsumer(
        **clients(_url(stack, POLICE)),
        isolation_level="read_committed",
        group_id="enquiry",
        enable_auto_commit=False,
    ) as consumer:
        mine = TopicPartition("agency.police.request.v1", 0)
        consumer.assign([mine])
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.commit({mine: 10_000})


@pytest.mark.parametrize("name", [POLICE, INTAKE])
async def test_nobody_makes_or_deletes_topics(stack: Stack, name: str) -> None:
    admin = AIOKafkaAdminClient(**clients(_url(stack, name)))
    await admin.start()
    try:
        made = await admin.create_topics([NewTopic("agency.police.own", 1, 1)])
        gone = await admin.delete_topics(["agency.police.reply.v1"])
    finally:
        await admin.close()
    (_, refused, _), ((_, code),) = made.topic_errors[0], gone.topic_error_codes
    assert for_code(refused) in {TopicAuthorizationFailedError, ClusterAuthorizationFailedError}
    assert for_code(code) is TopicAuthorizationFailedError


async def test_a_name_without_its_password_is_told_from_a_broker_that_is_away(
    stack: Stack,
) -> None:
    theirs = _url(stack, "enquiry")
    with pytest.raises(BrokerRefusesError, match="does not know this name, or its password"):
        await knock(theirs.replace("enquiry@", "intake@"))
    with pytest.raises(BrokerUnavailableError) as away:
        await knock("open://127.0.0.1:1")
    assert not isinstance(away.value, BrokerRefusesError)


def _of_another_authority(stack: Stack, other: Authority) -> str:
    return str(other.certificate(POLICE))


def _that_has_ended(stack: Stack, other: Authority) -> str:
    ours = stack.engines.authority
    kept = ours.of(POLICE).read_bytes()
    ended = ours.certificate(POLICE, holds_for=timedelta(hours=-1))
    moved = other.folder / "ended.pem"
    moved.write_bytes(ended.read_bytes())
    ended.write_bytes(kept)
    return str(moved)


@pytest.mark.parametrize("which", [_of_another_authority, _that_has_ended])
async def test_a_certificate_of_another_authority_or_past_its_end_opens_nothing(
    stack: Stack, which: Callable[[Stack, Authority], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate = which(stack, Authority(tmp_path_factory.mktemp("other") / "secrets"))
    broker = BrokerUrl.parse(_url(stack, POLICE))
    with pytest.raises(BrokerRefusesError, match="refuses our certificate"):
        await knock(f"tls://{broker.servers[0]}?ca={broker.ca}&certificate={certificate}")


async def test_without_a_name_nothing_is_heard(stack: Stack) -> None:
    for name in (POLICE, INTAKE, "provision"):
        (server,) = BrokerUrl.parse(_url(stack, name)).servers
        admin = AIOKafkaAdminClient(bootstrap_servers=server, request_timeout_ms=2000)
        with pytest.raises(KafkaConnectionError):
            await admin.start()
        with suppress(Exception):
            await admin.close()


async def test_who_does_not_trust_the_brokers_certificate_says_so(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Authority(tmp_path_factory.mktemp("stranger") / "secrets")
    broker = BrokerUrl.parse(_url(stack, POLICE))
    pair = f"certificate={broker.certificate}"
    with pytest.raises(BrokerRefusesError, match="not one of this ca"):
        await knock(f"tls://{broker.servers[0]}?ca={other.ca}&{pair}")


@pytest.mark.rule("O15")
def test_each_service_sees_its_own_database_and_no_other(stack: Stack) -> None:
    names = [service.name for service in SERVICES]
    allowed, tried = set(), 0
    for name in names:
        with MongoClient[dict[str, object]](stack.engines.mongo.url_for(name)) as client:
            for other in (*names, "admin", "local"):
                tried += 1
                with suppress(OperationFailure):
                    client[database_of(other)]["tried"].find_one()
                    client[database_of(other)]["tried"].delete_one({"_id": "nobody"})
                    allowed.add((name, other))
    assert allowed == {(name, name) for name in names}
    print(f"{tried} pairs of service and database, {len(allowed)} allowed")


@pytest.mark.rule("S7", "S18")
def test_no_service_takes_a_key_of_a_contact_away_and_intake_alone_changes_one(
    stack: Stack,
) -> None:
    nothing = {"$set": {"wrapped": b""}}
    for service in SERVICES:
        with MongoClient[dict[str, object]](stack.engines.mongo.url_for(service.name)) as client:
            keys = client[ring.DATABASE][ring.COLLECTION]
            assert keys.find_one()
            refused = [lambda keys=keys: keys.delete_one({"_id": "nobody"}), keys.drop]
            if service.name == DESTROYS:
                assert keys.update_one({"_id": "nobody"}, nothing).matched_count == 0
            else:
                refused.append(lambda keys=keys: keys.update_one({"_id": "nobody"}, nothing))
            for destroy in refused:
                with pytest.raises(OperationFailure, match="not authorized"):
                    destroy()


def test_the_database_opens_to_nobody_without_a_certificate(stack: Stack) -> None:
    url = stack.engines.mongo.address
    place = url.partition("//")[2].partition("/")[0]
    for options in (
        "",
        "tls=true&tlsInsecure=true",
        f"tls=true&tlsCAFile={stack.engines.authority.ca}",
    ):
        with (
            MongoClient[dict[str, object]](
                f"mongodb://{place}/?{options}", serverSelectionTimeoutMS=700
            ) as client,
            pytest.raises(ServerSelectionTimeoutError),
        ):
            client.admin.command("ping")


def test_an_agencys_certificate_is_no_user_of_the_database(stack: Stack) -> None:
    with (
        MongoClient[dict[str, object]](stack.engines.mongo.url_for(PROBATION)) as client,
        pytest.raises(PyMongoError),
    ):
        client["intake"]["contacts"].find_one()


def test_the_secrets_of_a_run_are_for_its_user_alone(stack: Stack) -> None:
    folder = stack.run.secrets
    assert folder.stat().st_mode & 0o077 == 0
    files = list(folder.iterdir())
    assert len(files) > 20
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
