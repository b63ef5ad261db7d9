"""How much of the broker an outside program may take: none takes it from the others (S17)."""

from collections.abc import Iterable
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from mash_shared.plumbing.broker import clients
from mash_shared.plumbing.faults import CannotRunError

QUOTAS = {
    "producer_byte_rate": 2 * 1024 * 1024.0,
    "consumer_byte_rate": 4 * 1024 * 1024.0,
    "request_percentage": 50.0,
}
"""Bytes a second written and read, and per cent of one of the broker's threads: some hundred times
what an agency needs. Who takes more is answered later, and refused nothing."""
_USER = "user"
_ENTITY = Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))


class QuotasNotSetError(CannotRunError):
    """The broker did not take the quotas; the sentence says for whom and why."""


class _Answer(Response):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "entries",
            Array(("error_code", Int16), ("error_message", String("utf-8")), ("entity", _ENTITY)),
        ),
    )


class _Asked(RequestStruct):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ("entity", _ENTITY),
                ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))),
            ),
        ),
        ("validate_only", Boolean),
    )


class _AlterClientQuotas(Request[_Asked]):  # type: ignore[misc]
    """Kafka's AlterClientQuotas, for which neither client library has a call."""

    API_KEY = 49

    def __init__(self, names: Iterable[str]) -> None:
        ops = [(key, value, False) for key, value in QUOTAS.items()]
        self._entries = [([(_USER, name)], ops) for name in names]

    def build(self, request_struct_class: type[_Asked]) -> Any:
        """Give the request in a version that the broker knows."""
        return request_struct_class(self._entries, False)


async def set_quotas(broker: str, names: Iterable[str]) -> None:
    """Set the quotas of principals; `broker` is the administrator's URL.

    Raises `QuotasNotSetError`.
    """
    admin = AIOKafkaAdminClient(**clients(broker))
    try:
        await admin.start()
        answer: Any = await admin._send_to_controller(_AlterClientQuotas(names))  # noqa: SLF001
    except (KafkaError, OSError) as error:
        raise QuotasNotSetError(f"No quotas were set: {type(error).__name__}.") from error
    finally:
        await admin.close()
    for code, _, [(_, name)] in answer.entries:
        if code:
            raise QuotasNotSetError(f"Quotas of {name} were not set: {for_code(code).__name__}.")
