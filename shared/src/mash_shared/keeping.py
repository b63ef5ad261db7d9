"""Texts that are kept whole while there is room for them, and else by their hash and size."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def hash_of(fields: Mapping[str, Any]) -> str:
    """Give the SHA-256, in hex, of fields as compact JSON with sorted keys."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def size_of(fields: Mapping[str, Any]) -> int:
    """Give the size of fields as compact JSON in UTF-8, in bytes."""
    return len(json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode())


def newest_within(sizes: Sequence[int], *, room: int, most: int = sys.maxsize) -> int:
    """Say how many of the newest texts, which stand last, fit into the room, in bytes."""
    fit = 0
    for size in reversed(sizes[-most:]):
        room -= size
        if room < 0:
            break
        fit += 1
    return fit
