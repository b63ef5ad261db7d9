"""The reference adapter gone wrong, one way each: `python wrong_adapters.py WAY --agency …`."""

import asyncio
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2] / "deploy" / "adapters" / "python"))

from adapter import Adapter, main


class NoHash(Adapter):
    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        reply = super().answer(request)
        del reply["request_hash"]
        return reply


class TwoIds(Adapter):
    def _as_record(self, reply: dict[str, Any], trace: bytes | None) -> Any:
        return super()._as_record({**reply, "reply_id": str(uuid4())}, trace)


class NoRedLane(Adapter):
    lanes = ("",)


class StaleCancellation(Adapter):
    def is_taken_back(self, request: dict[str, Any]) -> bool:
        return False


class FactsUnderDecline(Adapter):
    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        fact = {
            "fact_id": "f-1",
            "about": [child["child_id"] for child in request["family"]["children"]],
            "text": "One.",
            "relevance": "It matters.",
            "handling": "professionals_only",
        }
        declined = {"state": "declined", "declined_reason": "Not ours to share.", "facts": [fact]}
        return {**super().answer(request), **declined}


class BinaryHeaders(Adapter):
    def headers(self, reply: dict[str, Any], trace: bytes | None) -> list[tuple[str, bytes]]:
        whole = dict(super().headers(reply, trace))
        return [*(whole | {"ce_time": b"\xff\x00\x00\x01"}).items()]


class AnothersCase(Adapter):
    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        return {**super().answer(request), "enquiry_id": "enquiry-of-another"}


WAYS = {
    "no-hash": NoHash,
    "two-ids": TwoIds,
    "no-red-lane": NoRedLane,
    "stale-cancellation": StaleCancellation,
    "facts-under-decline": FactsUnderDecline,
    "binary-headers": BinaryHeaders,
    "anothers-case": AnothersCase,
}

if __name__ == "__main__":
    way = WAYS[sys.argv.pop(1)]
    asyncio.run(main(way))
