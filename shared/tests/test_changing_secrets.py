"""Passwords and keys that change under a running process (S19)."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from structlog.testing import capture_logs

from mash_local.engines import Engines
from mash_shared.catalogue.granting import Grants
from mash_shared.identity import NotSignedInError, Tokens
from mash_shared.identity.keys import FileKeys
from mash_shared.plumbing.broker import Password, clients
from mash_shared.plumbing.rights import Kind, Operation, Right
from support.signing import KEYS, Clock, Signer, jwks, provider
from toy.hub import Toy

pytestmark = pytest.mark.rule("S19")

WHO = "rotating"


def test_a_password_is_what_its_file_holds_when_somebody_signs_in(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("first\n")
    password = Password.in_file(file)
    assert password == "first"
    file.write_text("second\n")
    assert password.encode() == b"second"
    file.unlink()
    assert password.encode() == b"first", "a file that is away for a moment stops nobody"


@pytest.mark.engines
async def test_a_consumer_that_is_cut_off_comes_back_with_the_new_password(
    engines: Engines, toy: Toy
) -> None:
    authority, topic = engines.authority, toy.noted
    may_read = Right(WHO, Operation.READ, Kind.TOPIC, topic)
    grants = Grants(engines.kafka.address)
    grants.settle([may_read])
    file = authority.password_of(WHO)
    grants.set_passwords({WHO: file})
    async with (
        AIOKafkaConsumer(
            **clients(engines.kafka.url_for(WHO)), isolation_level="read_committed"
        ) as consumer,
        AIOKafkaProducer(**clients(engines.kafka.address)) as producer,
    ):
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        await consumer.seek_to_end(place)
        authority.password(WHO)
        grants.set_passwords({WHO: file})
        for connection in consumer._client._conns.values():
            connection.close()
        await producer.send_and_wait(topic, b"after", partition=0)
        async with asyncio.timeout(60):
            assert (await consumer.getone()).value == b"after"


async def test_keys_in_a_file_change_without_a_restart(tmp_path: Path) -> None:
    file, clock = tmp_path / "keys.json", Clock()
    old, new = KEYS["RS256"], KEYS["Ed25519"]
    file.write_bytes(jwks(old))
    both = frozenset({"RS256", "Ed25519"})
    tokens = Tokens([provider(FileKeys(file), algorithms=both)], clock)
    before, after = Signer(clock, key=old).token(), Signer(clock, key=new).token({"alg": "Ed25519"})
    await tokens.person(before)
    with pytest.raises(NotSignedInError, match="a key that its issuer does not have"):
        await tokens.person(after)
    file.write_bytes(jwks(old, new))
    await tokens.person(after)
    await tokens.person(before)
    file.write_bytes(jwks(new))
    with pytest.raises(NotSignedInError, match="a key that its issuer does not have"):
        await tokens.person(before)
    await tokens.person(after)


@pytest.mark.parametrize("spoilt", [b"{", b"{}", None])
async def test_a_file_that_holds_no_keys_now_takes_none_away(
    tmp_path: Path, spoilt: bytes | None
) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(jwks(KEYS["RS256"]))
    keys = FileKeys(file)
    before = await keys.held()
    file.unlink() if spoilt is None else file.write_bytes(spoilt)
    with capture_logs() as lines:
        assert await keys.held() is before
        assert await keys.held() is before
    assert [line["event"] for line in lines] == ["keys_not_read"], "said once, not at each token"
