"""Reads what a broker lets through and the client library does not: names that are not text.

aiokafka raises while it decodes a header's name that is not UTF-8, before anybody is given the
record, and then again at every fetch: one record of a few bytes ends the reading of its partition.
Here such a batch is read a second time, with the name written out in escapes; the record comes to
its listener like any other, which ignores foreign headers and parks what it cannot read.
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from mash_shared.plumbing import unpacking
from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.metrics import FORGIVEN, STEPPED_OVER

LENGTHS = struct.Struct(">qi")
"""How a batch begins: its first offset, and the bytes behind these two."""
MAGIC_AT = 16
NEWEST = 2

log = get_logger()


class _Escaped(bytearray):
    """Bytes whose text is always readable: what is not UTF-8 is written out in escapes."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Escaped(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        """Give text; never raises."""
        return super().decode(encoding, errors)


class ForgivingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch whose header names may be any bytes."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Escaped(self._buffer)


class KeptRecords:
    """What one fetch brought of one partition, which can be read a second time."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._records = MemoryRecords(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


class _Again:
    """The same records, read forgivingly."""

    def __init__(self, data: bytes) -> None:
        self._batches = list(_batches(data))
        self.next_offset = 0

    def has_next(self) -> bool:
        """Whether there is another batch."""
        return bool(self._batches)

    def next_batch(self) -> Any:
        """Give the next batch."""
        batch = ForgivingBatch(self._batches.pop(0))
        self.next_offset = batch.next_offset
        return batch


def _batches(data: bytes) -> Iterator[bytes]:
    """Give each whole batch; the last one of a fetch may be cut off."""
    at = 0
    while at + LENGTHS.size <= len(data):
        _, length = LENGTHS.unpack_from(data, at)
        end = at + LENGTHS.size + length
        if end > len(data) or data[at + MAGIC_AT] < NEWEST:
            return
        yield data[at:end]
        at = end


class ForgivingRecords(fetcher.PartitionRecords):  # type: ignore[misc]
    """Gives the records of a partition, reading again what the library could not."""

    def __init__(self, tp: Any, records: Any, aborted_transactions: Any, *given: Any) -> None:
        self._aborted = aborted_transactions
        self.next_fetch_offset: int
        super().__init__(tp, records, aborted_transactions, *given)

    def _unpack_records(self) -> Iterator[Any]:
        kept: Any = self._records
        try:
            yield from super()._unpack_records()
        except (UnicodeDecodeError, CorruptRecordException) as error:
            if "CRC" in str(error):
                raise  # spoilt on its way: it is fetched anew
            log.warning(
                "record_read_forgivingly",
                topic=self._tp.topic,
                partition=self._tp.partition,
                offset=self.next_fetch_offset,
                error_type=type(error).__name__,
            )
            FORGIVEN.inc()
            yield from self._again(_Again(kept.data))

    def _again(self, records: "_Again") -> Iterator[Any]:
        self._records: Any = records
        self._aborted_transactions = sorted(self._aborted or [], key=lambda one: one[1])
        self._aborted_producers: set[int] = set()
        try:
            yield from super()._unpack_records()
        except (ValueError, CorruptRecordException, struct.error) as error:
            log.error(
                "batch_stepped_over",
                topic=self._tp.topic,
                partition=self._tp.partition,
                offset=self.next_fetch_offset,
                error_type=type(error).__name__,
            )
            STEPPED_OVER.inc()
            self.next_fetch_offset = records.next_offset


def install() -> None:
    """Have every consumer of this process read so."""
    unpacking.install()
    fetcher.MemoryRecords = KeptRecords
    fetcher.PartitionRecords = ForgivingRecords
