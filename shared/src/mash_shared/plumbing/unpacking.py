"""Unpacks what others have compressed, up to a size: a few bytes may stand for any number (XA8).

The broker keeps a batch as its sender compressed it. Were it to unpack it, as it does where a topic
is to hold another form, a batch of 150 KB could ask it for 150 MB at once, and end it; here the
batch is stepped over instead, with its place.
"""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import cramjam
from aiokafka import codec
from aiokafka.errors import CorruptRecordException
from aiokafka.record import _crecords, default_records

MOST = 32 * 1024 * 1024
"""Bytes that a batch may hold: ten of the largest records, or thousands of the usual ones."""
_GZIP = 31
"""What zlib calls its largest window with a head as gzip writes it."""
_HEAD = 16
"""Bytes before the blocks of a stream of snappy."""
_BLOCK = struct.Struct("!i")
_NOT_PACKED = "what is compressed cannot be unpacked"
_NO_ROOM = "failed to write whole buffer"
"""What the library says where it has unpacked more than there is room for."""
_TOO_MUCH = "what is compressed unpacks to too much"


def unpack_gzip(payload: Any) -> bytes:
    """Unpack gzip; raises `CorruptRecordException` where it is none, or more than `MOST`."""
    found, rest = b"", bytes(payload)
    while True:
        unpacking = zlib.decompressobj(_GZIP)
        try:
            found += unpacking.decompress(rest, MOST + 1 - len(found))
        except zlib.error as error:
            raise CorruptRecordException(_NOT_PACKED) from error
        if len(found) > MOST:
            raise CorruptRecordException(_TOO_MUCH)
        if not unpacking.eof:
            raise CorruptRecordException(_NOT_PACKED)
        rest = unpacking.unused_data
        if not rest:
            return found


def unpack_zstd(payload: Any) -> bytes:
    """Unpack zstd; raises as `unpack_gzip` does."""
    return _unpack(cramjam.zstd.decompress_into, payload)


def unpack_lz4(payload: Any) -> bytes:
    """Unpack LZ4 in frames; raises as `unpack_gzip` does."""
    return _unpack(cramjam.lz4.decompress_into, payload)


def unpack_snappy(payload: Any) -> bytes:
    """Unpack snappy, plain or as the JVM's library streams it; raises as `unpack_gzip` does."""
    whole = bytes(payload)
    try:
        if sum(map(cramjam.snappy.decompress_raw_len, _blocks(whole))) > MOST:
            raise CorruptRecordException(_TOO_MUCH)
        unpacked: bytes = _UNBOUNDED_SNAPPY(whole)
    except (cramjam.DecompressionError, struct.error) as error:
        raise CorruptRecordException(_NOT_PACKED) from error
    return unpacked


def install() -> None:
    """Have every consumer of this process unpack so."""
    for records in (_crecords.default_records, default_records):
        records.gzip_decode = unpack_gzip
        records.zstd_decode = unpack_zstd
        records.lz4_decode = unpack_lz4
        records.snappy_decode = unpack_snappy


_UNBOUNDED_SNAPPY: Callable[[bytes], bytes] = codec.snappy_decode


def _blocks(payload: bytes) -> list[bytes]:
    if not codec._detect_xerial_stream(payload):  # noqa: SLF001
        return [payload]
    blocks, at = [], _HEAD
    while at < len(payload):
        (length,) = _BLOCK.unpack_from(payload, at)
        at += _BLOCK.size
        if not 0 < length <= len(payload) - at:
            raise CorruptRecordException(_NOT_PACKED)
        blocks.append(payload[at : at + length])
        at += length
    return blocks


def _unpack(into: Callable[[bytes, bytearray], int], payload: Any) -> bytes:
    whole, last = bytes(payload), None
    for size in (min(8 * len(whole) + 1024, MOST), MOST):
        room = bytearray(size)
        try:
            return bytes(room[: into(whole, room)])
        except cramjam.DecompressionError as error:
            last = error
            if _NO_ROOM not in str(error):
                break
    raise CorruptRecordException(_NOT_PACKED) from last
