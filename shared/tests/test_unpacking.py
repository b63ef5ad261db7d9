"""What another organisation's program compresses is read, and never unpacks to more than we hold.

One batch of 150 KB stood for 150 MB, for which the broker had no room (fault XA8).
"""

import contextlib
import gzip
from collections.abc import Callable

import cramjam
import pytest
from aiokafka import codec
from aiokafka.errors import CorruptRecordException
from confluent_kafka import Producer
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_shared.catalogue.granting import settings_of
from mash_shared.plumbing import unpacking
from mash_shared.plumbing.metrics import STEPPED_OVER
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.tracing import child_of
from mash_shared.plumbing.unpacking import (
    MOST,
    unpack_gzip,
    unpack_lz4,
    unpack_snappy,
    unpack_zstd,
)
from toy.domain import noted
from toy.hub import Toy

WAYS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gzip": (gzip.compress, unpack_gzip),
    "zstd": (lambda data: bytes(cramjam.zstd.compress(data)), unpack_zstd),
    "lz4": (lambda data: bytes(cramjam.lz4.compress(data)), unpack_lz4),
    "snappy": (lambda data: bytes(cramjam.snappy.compress_raw(data)), unpack_snappy),
    "snappy of the JVM": (unpacking.codec.snappy_encode, unpack_snappy),
}
ways = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(autouse=True)
def _with_the_codecs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "cramjam", cramjam)


@ways
@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=2000))
def test_what_was_packed_comes_back(way: str, data: bytes) -> None:
    pack, unpack = WAYS[way]
    assert unpack(pack(data * 40)) == data * 40


@ways
@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_what_was_never_packed_is_corrupt_and_nothing_else(way: str, data: bytes) -> None:
    with contextlib.suppress(CorruptRecordException):
        WAYS[way][1](data)


@ways
def test_what_unpacks_to_too_much_is_not_unpacked(way: str) -> None:
    pack, unpack = WAYS[way]
    assert len(unpack(pack(bytes(MOST)))) == MOST
    bomb = pack(bytes(MOST + 1))
    with pytest.raises(CorruptRecordException):
        unpack(bomb)


@pytest.mark.engines
@pytest.mark.parametrize("codec_name", ["gzip", "zstd", "lz4", "snappy"])
async def test_a_bomb_is_stepped_over_by_everybody_and_what_follows_is_heard(
    toy: Toy, codec_name: str
) -> None:
    how = {"compression.type": codec_name, "message.max.bytes": 200_000_000, "linger.ms": 0}
    outside = Producer(settings_of(toy.kafka) | how)
    before, failed = STEPPED_OVER._value.get(), list[object]()
    for body in (sent_anew(toy, "first").body, bytes(150_000_000)):
        outside.produce(toy.noted, body, b"k", on_delivery=lambda error, _: failed.append(error))
        assert outside.flush(60) == 0
    async with toy.running():
        await toy.say(noted(toy.tag, "sheet", "behind"))
        await toy.all_heard()
        assert await toy.lines("sheet") == ["behind"]
    assert failed[0] is None
    taken_by_the_broker = failed[1] is None
    assert (STEPPED_OVER._value.get() > before) is taken_by_the_broker
    assert taken_by_the_broker or codec_name == "snappy", "150 MB of it are more than a record"


def sent_anew(toy: Toy, text: str) -> Outgoing:
    message = noted(toy.tag, "other", text)
    return Outgoing.of(message, cause=text, source="tests", traceparent=child_of(None))
