"""Helpers for tests: documents in memory under the real draft and store, people, packs, samples.

Nothing of this is used by a running service.
"""

from mash_shared.testing.desk import Desk, Taken, acted, heard, ran_out, send_twice
from mash_shared.testing.invented import (
    AMBER,
    NOW,
    RED,
    REGISTERED,
    ROOT,
    STAFF,
    packs,
    person,
    sample,
)
from mash_shared.testing.memory import MemoryOutbox, MemoryStore, memory_work
from mash_shared.testing.trails import MemoryLines, memory_audit, unlimited

__all__ = [
    "AMBER",
    "NOW",
    "RED",
    "REGISTERED",
    "ROOT",
    "STAFF",
    "Desk",
    "MemoryLines",
    "MemoryOutbox",
    "MemoryStore",
    "Taken",
    "acted",
    "heard",
    "memory_audit",
    "memory_work",
    "packs",
    "person",
    "ran_out",
    "sample",
    "send_twice",
    "unlimited",
]
