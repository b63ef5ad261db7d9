"""The fixed moment, the real councils and the invented people of tests."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mash_shared.act import Person
from mash_shared.catalogue.samples import sample_of
from mash_shared.messages import Message
from mash_shared.policy import PolicyPacks, load_packs
from mash_shared.vocabulary import CouncilId, Role

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
"""A Wednesday morning on which every council is open; the samples tell of the same day."""

M = TypeVar("M", bound=Message)


@cache
def packs() -> PolicyPacks:
    """Give the real councils' packs."""
    return load_packs(ROOT / "deploy" / "policies")


def sample(kind: type[M], **changes: Any) -> M:
    """Give the published sample of a message with some fields changed."""
    body = sample_of(ROOT / "shared" / "samples", kind).body
    return kind.model_validate(body | changes)


def person(*roles: Role, id: str = "p-amber-quayle", council: str = "havering") -> Person:  # noqa: A002
    """Give an invented member of a council's staff."""
    return Person(id=id, council=CouncilId(council), roles=frozenset(roles))
